// The features of one section below each other; they are drawn when they come into sight.
import type { StatisticsColumn, StatisticsSection } from "../../contract/statistics";
import { element } from "../dom";
import { visible } from "../format";
import { sortBy } from "../sort";
import type { Details } from "./details";
import { orderCell } from "./order";
import { FeatureRow } from "./row";
import type { Settings } from "./settings";

const MARGIN = "300px";

export type Filter = (feature: Details["feature"]) => boolean;

export class FeatureList {
  readonly element = element("section", "znb-section znb-st-section");
  readonly #section: StatisticsSection;
  readonly #settings: Settings;
  readonly #rows: readonly FeatureRow[];
  readonly #list = element("div", "znb-st-list");
  readonly #count = element("span", "znb-count");

  /** @param common - what the rows of all sections show now */
  constructor(
    section: StatisticsSection,
    settings: Settings,
    common: () => Omit<Details, "section" | "feature">,
    signal: AbortSignal,
  ) {
    this.#section = section;
    this.#settings = settings;
    this.#rows = section.features.map((feature) => {
      const of = (): Details => ({ section, feature, ...common() });
      const row = new FeatureRow(of, `${section.kind} ${feature.name}`, settings.opened, signal);
      row.element.style.setProperty("--z-columns", String(section.columns.length));
      return row;
    });
    const head = element("div", "znb-head");
    head.append(element("h4", "znb-caption", section.title), this.#count);
    this.#list.setAttribute("role", "list");
    this.#list.setAttribute("aria-label", visible(section.title));
    const scroll = element("div", "znb-st-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", visible(section.title));
    scroll.append(headings(section.columns), this.#list);
    this.element.append(head, scroll);
    this.#observe(scroll, signal);
  }

  /** Shows the features that pass, in their order, and says how many they are. */
  arrange(passes: Filter): number {
    const { order, direction } = this.#settings;
    const indexed = this.#section.features.map((feature, index) => ({ feature, index }));
    const passed = indexed.filter(({ feature }) => passes(feature));
    const cell = ({ feature, index }: (typeof indexed)[number]): ReturnType<typeof orderCell> =>
      orderCell(order, this.#section, feature, index);
    const sorted = sortBy(passed, cell, direction, order !== "name");
    const rows = sorted.flatMap(({ index }) => this.#rows[index]?.element ?? []);
    this.#list.replaceChildren(...rows);
    this.element.hidden = rows.length === 0;
    const all = String(this.#rows.length);
    this.#count.textContent =
      rows.length === this.#rows.length ? all : `${String(rows.length)} of ${all}`;
    return rows.length;
  }

  invalidate(): void {
    for (const row of this.#rows) row.invalidate();
  }

  #observe(root: HTMLElement, signal: AbortSignal): void {
    // Where nobody tells what is in sight, everything is.
    if (!("IntersectionObserver" in globalThis)) {
      for (const row of this.#rows) {
        row.visible = true;
        row.draw();
      }
      return;
    }
    const rows = new Map(this.#rows.map((row) => [row.element as Element, row]));
    const seen: IntersectionObserverCallback = (entries) => {
      for (const { target, isIntersecting } of entries) {
        const row = rows.get(target);
        if (!row) continue;
        row.visible = isIntersecting;
        if (isIntersecting) row.draw();
      }
    };
    const observer = new IntersectionObserver(seen, { root, rootMargin: MARGIN });
    for (const row of this.#rows) observer.observe(row.element);
    signal.addEventListener("abort", () => {
      observer.disconnect();
    });
  }
}

/** The headings above the figures; each table of figures has its own ones for screen readers. */
function headings(columns: readonly StatisticsColumn[]): HTMLElement {
  const head = element("div", "znb-st-head");
  head.setAttribute("aria-hidden", "true");
  head.style.setProperty("--z-columns", String(columns.length));
  const names = element("div", "znb-st-heads");
  names.append(element("span", "", "Dataset"));
  for (const { label, help, kind } of columns) {
    const name = element("span", kind === "text" ? "znb-st-text" : "", label);
    name.title = visible(help);
    names.append(name);
  }
  head.append(
    element("span", "", "Feature"),
    names,
    element("span", "znb-st-chart", "Distribution"),
  );
  return head;
}
