// How far apart the features of two runs are: a table with the histograms of both.
import type { CompareChart, CompareDistribution } from "../../contract/compare";
import type { TableCell } from "../../contract/tables";
import { element } from "../dom";
import { region } from "../evaluation/controls";
import { formatNumber, MISSING } from "../format";
import { Headings } from "../headings";
import { clipped } from "../long";
import { smallPlot } from "../statistics/plot";
import { barsOf, type Chart, type Series } from "../statistics/series";
import { colourOf, type State } from "./state";

const MEASURES = { numeric: "Jensen-Shannon divergence", categorical: "L-infinity", other: "" };

export function distributions(
  state: State,
  features: readonly CompareDistribution[],
  runs: readonly [baseline: number, run: number],
): HTMLElement[] {
  if (features.length === 0) return [];
  const scroll = region("znb-scroll znb-cmp-distances", "Distances of the features");
  const table = element("table", "znb-table");
  const rows = new Map(features.map((feature) => [feature, row(feature, runs)] as const));
  const body = element("tbody");
  const names = ["name", "split", "type", "distance"] as const;
  const cellOf = (feature: CompareDistribution, column: number): TableCell =>
    feature[names[column] ?? "name"];
  const draw = (): void => {
    const sorted = headings.sorted(features, cellOf, (column) => column === 3);
    body.replaceChildren(...sorted.flatMap((feature) => rows.get(feature) ?? []));
  };
  const headings = new Headings(
    [
      { label: "Feature", className: "znb-corner" },
      { label: "Split" },
      { label: "Type" },
      { label: "Distance", className: "znb-number" },
    ],
    draw,
    state.signal,
  );
  const last = element("th", "znb-plain");
  last.append(...runs.map((run) => key(state, run)));
  headings.element.firstElementChild?.append(last);
  table.append(
    element("caption", "znb-hidden", "Distances of the features"),
    headings.element,
    body,
  );
  draw();
  scroll.append(table);
  return [scroll];
}

function key(state: State, run: number): HTMLElement {
  const made = element("span", "znb-cmp-run", state.label(run, 40));
  const mark = element("i");
  mark.style.background = colourOf(run);
  made.prepend(mark);
  return made;
}

function row(feature: CompareDistribution, runs: readonly number[]): HTMLElement {
  const made = element("tr");
  const head = element("th", "", clipped(feature.name, 80));
  head.scope = "row";
  const distance = Number(feature.distance ?? NaN);
  const figure = element(
    "td",
    "znb-number",
    Number.isNaN(distance) ? MISSING : formatNumber(distance),
  );
  figure.title = MEASURES[feature.kind];
  const place = element("td");
  const series = feature.charts.flatMap((chart, index) => {
    return chart ? [seriesOf(chart, runs[index] ?? 0, feature.labels !== undefined)] : [];
  });
  const isSame = feature.distance === 0;
  if (series.length > 0) {
    const labels = feature.labels ?? [];
    const chart: Chart = { form: feature.labels ? "labels" : "bins", labels, series };
    place.append(smallPlot(chart, { log: false, percent: true }, feature.name));
  } else place.append(isSame ? "the same" : MISSING);
  made.append(
    head,
    element("td", "", clipped(feature.split, 60)),
    element("td", "", clipped(feature.type, 40)),
    figure,
    place,
  );
  return made;
}

function seriesOf(chart: CompareChart, dataset: number, hasLabels: boolean): Series {
  const edges = hasLabels ? [0, chart.counts.length] : (chart.edges ?? []);
  const bars = barsOf(edges, chart.counts);
  const total = bars.reduce((sum, { count }) => sum + (count || 0), 0);
  return { dataset, bars, total };
}
