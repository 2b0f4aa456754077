// What an opened feature shows: its chart, its anomalies, all its values, and more figures.
import type {
  StatisticsDataset,
  StatisticsFeature,
  StatisticsFlag,
  StatisticsSection,
} from "../../contract/statistics";
import { element } from "../dom";
import { formatCell, formatNumber, MISSING, visible } from "../format";
import { clipped, folded } from "../long";
import { explorer } from "./explore";
import { percent } from "./numbers";
import { colourOf, type PlotOptions } from "./plot";
import { type Chart, chartOf, extraChart, quantileBars, type Series, standardBars } from "./series";

export interface Details {
  readonly section: StatisticsSection;
  readonly feature: StatisticsFeature;
  readonly datasets: readonly StatisticsDataset[];
  readonly shown: readonly number[];
  readonly options: PlotOptions & { readonly quantiles: boolean };
}

const WORDS = new Map([
  ["error", "Error"],
  ["warning", "Warning"],
]);

/** The anomalies, each with its severity, its split and its reason. */
export function flagList(flags: readonly StatisticsFlag[]): HTMLElement {
  const list = element("ul", "znb-st-flags");
  list.setAttribute("aria-label", "Anomalies");
  for (const { severity, split, what, why, feature } of flags) {
    const item = element("li");
    const badge = element("span", `znb-badge znb-${severity}`, WORDS.get(severity) ?? severity);
    const where = feature ? `${clipped(feature, 100)} in ${split}` : `In ${split}`;
    item.append(badge, " ", element("b", "", what), visible(` — ${where}: `));
    item.append(element("span", "", clipped(why, 1000)));
    list.append(item);
  }
  return list;
}

export function details(of: Details, width: number, signal: AbortSignal): HTMLElement {
  const { section, feature, datasets, shown, options } = of;
  const whole = element("div", "znb-st-details");
  if (feature.flags) whole.append(flagList(feature.flags));
  const chart = chartOf(section, feature, shown, options.quantiles);
  if (chart) {
    whole.append(explorer(chart, datasets, feature.name, options, width, signal));
    whole.append(valueTables(of, chart));
  }
  const facts = factTable(of);
  if (facts) whole.append(facts);
  for (const dataset of shown) {
    for (const extra of feature.data[dataset]?.charts ?? []) {
      const title = `${extra.title} (${datasets[dataset]?.label ?? ""})`;
      const make = (): HTMLElement => {
        const further = extraChart(extra, dataset);
        const made = element("div");
        made.append(explorer(further, datasets, title, options, width, signal));
        made.append(valueTable(further, datasets, title, extra.more ?? 0));
        return made;
      };
      whole.append(folded(title, make, signal));
    }
  }
  if (whole.childElementCount === 0) {
    whole.append(element("p", "znb-note", "The statistics have no more about this feature."));
  }
  return whole;
}

/** The values of the chart; of numbers both histograms, whichever is drawn. */
function valueTables({ section, feature, datasets, shown }: Details, chart: Chart): HTMLElement {
  const whole = element("div", "znb-st-tables");
  if (chart.form === "labels") {
    whole.append(categoryTable(feature, datasets, chart));
    return whole;
  }
  for (const [title, bars] of [
    ["Bins", standardBars],
    ["Quantiles", quantileBars],
  ] as const) {
    const series = shown.flatMap((dataset) => {
      const data = feature.data[dataset];
      const made = data ? bars(section, data) : [];
      const total = made.reduce((sum, { count }) => sum + count, 0);
      return made.length > 0 ? [{ dataset, bars: made, total }] : [];
    });
    if (series.length > 0) {
      whole.append(valueTable({ form: "bins", labels: [], series }, datasets, title, 0));
    }
  }
  return whole;
}

function valueTable(
  chart: Chart,
  datasets: readonly StatisticsDataset[],
  title: string,
  more: number,
): HTMLElement {
  const named = chart.form === "labels";
  const rows = chart.series.flatMap((series) =>
    series.bars.map((bar, index) => {
      const range = named
        ? [clipped(chart.labels[index] ?? "") || "(empty)"]
        : [formatNumber(bar.low), formatNumber(bar.high)];
      return { series, cells: [...range, formatNumber(bar.count), shareText(series, bar.count)] };
    }),
  );
  const head = ["Dataset", ...(named ? ["Value"] : ["From", "To"]), "Count", "Share"];
  const body = rows.map(({ series, cells }) => {
    const first = element("th");
    first.scope = "row";
    first.append(datasetName(datasets, series.dataset));
    return [first, ...cells.map((cell, index) => numberCell(cell, !named || index > 0))];
  });
  const note = more > 0 ? `And ${formatNumber(more)} more values.` : "";
  return table(title, head, body, note);
}

/** The categories below each other, the datasets side by side. */
function categoryTable(
  feature: StatisticsFeature,
  datasets: readonly StatisticsDataset[],
  chart: Chart,
): HTMLElement {
  const head = [
    "Value",
    ...chart.series.flatMap(({ dataset }) => [datasets[dataset]?.label ?? "", "Share"]),
  ];
  const body = chart.labels.map((label, index) => {
    const first = element("th", "", clipped(label) || "(empty)");
    first.scope = "row";
    const cells = chart.series.flatMap((series) => {
      const known = feature.data[series.dataset]?.counts?.[index] ?? null;
      const count = series.bars[index]?.count ?? 0;
      const texts =
        known === null ? [MISSING, MISSING] : [formatNumber(count), shareText(series, count)];
      return texts.map((text) => numberCell(text, true));
    });
    return [first, ...cells];
  });
  const rests = chart.series.flatMap(({ dataset }) => {
    const rest = feature.data[dataset]?.rest;
    const label = datasets[dataset]?.label ?? "";
    return rest
      ? [
          `${label}: and ${formatCell(rest[0], "number")} more values, ${formatCell(rest[1], "number")} times.`,
        ]
      : [];
  });
  return table("Values", head, body, rests.join(" "));
}

function shareText({ total }: Series, count: number): string {
  return total > 0 ? percent(count / total) : MISSING;
}

function numberCell(text: string, numeric: boolean): HTMLTableCellElement {
  return element("td", numeric ? "znb-number" : "", text);
}

function table(
  title: string,
  head: readonly string[],
  body: readonly (readonly HTMLElement[])[],
  note: string,
): HTMLElement {
  const made = element("table", "znb-table");
  const heads = element("tr");
  head.forEach((text, index) => {
    const cell = element("th", index > 0 && text !== "Value" ? "znb-number" : "", text);
    cell.scope = "col";
    heads.append(cell);
  });
  const top = element("thead");
  top.append(heads);
  const rows = element("tbody");
  for (const cells of body) {
    const row = element("tr");
    row.append(...cells);
    rows.append(row);
  }
  made.append(element("caption", "znb-hidden", title), top, rows);
  const scroll = element("div", "znb-scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", visible(title));
  scroll.append(made);
  const whole = element("div", "znb-st-values");
  whole.append(element("h6", "znb-st-heading", title), scroll);
  if (note) whole.append(element("p", "znb-note", note));
  return whole;
}

export function datasetName(datasets: readonly StatisticsDataset[], index: number): HTMLElement {
  const name = element("span", "znb-st-dataset");
  const mark = element("i", "znb-st-dot");
  mark.style.background = colourOf(index);
  name.append(mark, element("span", "", datasets[index]?.label ?? ""));
  return name;
}

/** All figures in full, and what has no column. */
function factTable({ section, feature, datasets, shown }: Details): HTMLElement | undefined {
  const present = shown.filter((dataset) => feature.data[dataset]);
  const names = new Map<string, (string | undefined)[]>();
  present.forEach((dataset, place) => {
    const data = feature.data[dataset];
    section.columns.forEach(({ label }, index) => {
      put(names, label, place, formatCell(data?.figures[index] ?? null, "number"));
    });
    for (const [name, value] of data?.facts ?? []) {
      put(names, formatCell(name, "text"), place, formatCell(value, "number"));
    }
  });
  const body = [...names].map(([name, texts]) => {
    const first = element("th", "", clipped(name, 100));
    first.scope = "row";
    return [
      first,
      ...present.map((_, place) => numberCell(clipped(texts[place] ?? MISSING), true)),
    ];
  });
  if (body.length === 0) return undefined;
  return table(
    "Figures",
    ["Figure", ...present.map((index) => datasets[index]?.label ?? "")],
    body,
    "",
  );
}

function put(
  names: Map<string, (string | undefined)[]>,
  name: string,
  place: number,
  text: string,
): void {
  const texts = names.get(name) ?? [];
  texts[place] = text;
  names.set(name, texts);
}
