// One feature: its name, its figures in every dataset, its small chart, and more when it is opened.
import type { StatisticsData, StatisticsDataset } from "../../contract/statistics";
import { element } from "../dom";
import { formatCell, MISSING, visible } from "../format";
import { clipped, counted } from "../long";
import { datasetName, type Details, details } from "./details";
import { numberOf, percent, shareOf, short } from "./numbers";
import { smallPlot } from "./plot";
import { chartOf } from "./series";

/** From these shares on a figure stands out. */
const CONSPICUOUS = new Map([
  ["missing", 0.2],
  ["zeros", 0.5],
]);
const LONGEST_NAME = 80;
/** Left and right of the details together. */
const DETAILS_PADDING = 32;

export class FeatureRow {
  readonly element = element("div", "znb-st-row");
  /** Whether it is in sight. */
  visible = false;
  #isStale = true;

  /**
   * @param of - the feature, and what is to be shown of it now
   * @param key - of the opened features
   */
  constructor(
    readonly of: () => Details,
    readonly key: string,
    readonly opened: Set<string>,
    readonly signal: AbortSignal,
  ) {
    this.element.setAttribute("role", "listitem");
  }

  /** Draws the row anew: now if it is in sight, else when it comes into sight. */
  invalidate(): void {
    this.#isStale = true;
    if (this.visible) this.draw();
  }

  draw(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const of = this.of();
    const isOpen = this.opened.has(this.key);
    const button = this.#button(of, isOpen);
    const summary = element("div", "znb-st-summary");
    summary.append(this.#name(of, button), figures(of), small(of));
    this.element.replaceChildren(summary);
    if (isOpen) this.element.append(this.#details(of));
    const toggle = (): void => {
      const opens = !this.opened.has(this.key);
      if (opens) {
        this.opened.add(this.key);
        this.element.append(this.#details(this.of()));
      } else {
        this.opened.delete(this.key);
        this.element.querySelector(".znb-st-details")?.remove();
      }
      button.setAttribute("aria-expanded", String(opens));
    };
    button.addEventListener("click", toggle, { signal: this.signal });
  }

  #details(of: Details): HTMLElement {
    return details(of, Math.max(0, this.element.clientWidth - DETAILS_PADDING), this.signal);
  }

  #button({ feature }: Details, isOpen: boolean): HTMLButtonElement {
    const button = element(
      "button",
      "znb-st-open",
      clipped(feature.name, LONGEST_NAME) || "(no name)",
    );
    button.type = "button";
    button.title = visible(clipped(feature.name, 1000));
    button.setAttribute("aria-expanded", String(isOpen));
    return button;
  }

  #name({ feature, shown }: Details, button: HTMLElement): HTMLElement {
    const name = element("div", "znb-st-name");
    name.append(button, element("span", "znb-st-type", feature.type));
    const flags = feature.flags ?? [];
    if (flags.length > 0) {
      const level = flags.some(({ severity }) => severity === "error") ? "error" : "warning";
      const noun = flags.length === 1 ? "anomaly" : "anomalies";
      const badge = element("span", `znb-badge znb-${level}`, `${String(flags.length)} ${noun}`);
      badge.title = flags
        .map((flag) => visible(`${flag.split}: ${flag.what}. ${clipped(flag.why)}`))
        .join("\n");
      name.append(
        badge,
        element(
          "span",
          "znb-st-reason",
          [...new Set(flags.map(({ what }) => clipped(what, 60)))].join(", "),
        ),
      );
    }
    const lists = shown.map((index) => listNote(feature.data[index])).find(Boolean);
    if (lists) name.append(element("span", "znb-st-list", lists));
    return name;
  }
}

/** How many values a row has, where that is not one. */
function listNote(data: StatisticsData | null | undefined): string {
  const facts = new Map(data?.facts);
  const text = (name: string): string => short(numberOf(facts.get(`Values a row, ${name}`)));
  if (!facts.has("Values a row, mean")) return "";
  if (!facts.has("Values a row, max")) return `${text("mean")} values a row`;
  return `${text("min")} to ${text("max")} values a row, mean ${text("mean")}`;
}

function figures({ section, feature, datasets, shown }: Details): HTMLElement {
  const table = element("table", "znb-st-figures");
  table.append(
    element("caption", "znb-hidden", `Figures of ${clipped(feature.name, LONGEST_NAME)}`),
  );
  const heads = element("tr");
  for (const label of ["Dataset", ...section.columns.map((column) => column.label)]) {
    const head = element("th", "", label);
    head.scope = "col";
    heads.append(head);
  }
  const top = element("thead", "znb-hidden");
  top.append(heads);
  const body = element("tbody");
  body.append(
    ...shown.map((index) => figureRow(section, datasets, index, feature.data[index] ?? null)),
  );
  table.append(top, body);
  return table;
}

function figureRow(
  section: Details["section"],
  datasets: readonly StatisticsDataset[],
  index: number,
  data: StatisticsData | null,
): HTMLElement {
  const row = element("tr");
  const name = element("th");
  name.scope = "row";
  name.title = visible(datasets[index]?.label ?? "");
  name.append(datasetName(datasets, index));
  row.append(name);
  if (!data) {
    const none = element("td", "znb-st-none", "not in this dataset, or of another type");
    none.colSpan = section.columns.length;
    row.append(none);
    return row;
  }
  section.columns.forEach((column, place) => {
    const cell = data.figures[place] ?? null;
    const full = formatCell(cell, "number");
    const made = element("td", column.kind === "text" ? "znb-st-text" : "");
    if (cell === null) made.textContent = MISSING;
    else if (column.kind === "text") made.textContent = clipped(full, 60) || "(empty)";
    else if (column.kind === "share") {
      const share = shareOf(column, data, cell);
      made.textContent = percent(share);
      if (share >= (CONSPICUOUS.get(column.name) ?? 2)) made.classList.add("znb-st-much");
    } else made.textContent = typeof cell === "number" ? short(cell) : full;
    if (made.textContent !== full) {
      const exact = typeof cell === "number" ? String(cell) : full;
      made.title = column.kind === "share" ? `${full} ${column.of ?? ""}` : exact;
    }
    row.append(made);
  });
  return row;
}

function small({ section, feature, shown, options }: Details): HTMLElement {
  const place = element("div", "znb-st-chart");
  const chart = chartOf(section, feature, shown, options.quantiles);
  if (!chart) {
    place.append(element("span", "znb-st-none", "no chart"));
    return place;
  }
  place.append(smallPlot(chart, options, feature.name));
  if (chart.form === "labels") {
    place.append(element("span", "znb-st-range", counted(chart.labels.length, "value")));
  } else {
    const all = chart.series.flatMap(({ bars }) => bars.flatMap(({ low, high }) => [low, high]));
    const range = element("span", "znb-st-range");
    range.append(
      element("span", "", short(Math.min(...all))),
      element("span", "", short(Math.max(...all))),
    );
    place.append(range);
  }
  return place;
}
