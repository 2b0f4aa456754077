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
const BLOCK = 5;

interface Block {
  readonly element: HTMLElement;
  readonly rows: readonly FeatureRow[];
}

export type Filter = (feature: Details["feature"]) => boolean;

export class FeatureList {
  readonly element = element("section", "znb-section znb-st-section");
  readonly #section: StatisticsSection;
  readonly #settings: Settings;
  readonly #rows: readonly FeatureRow[];
  readonly #scroll = element("div", "znb-st-scroll");
  readonly #list = element("div", "znb-st-list");
  readonly #count = element("span", "znb-count");
  #observer: IntersectionObserver | undefined;

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
    const scroll = this.#scroll;
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", visible(section.title));
    scroll.append(headings(section.columns), this.#list);
    this.element.append(head, scroll);
    signal.addEventListener("abort", () => {
      this.#observer?.disconnect();
    });
  }

  /** Shows the features that pass, in their order, and says how many they are. */
  arrange(passes: Filter): number {
    const { order, direction } = this.#settings;
    const indexed = this.#section.features.map((feature, index) => ({ feature, index }));
    const passed = indexed.filter(({ feature }) => passes(feature));
    const cell = ({ feature, index }: (typeof indexed)[number]): ReturnType<typeof orderCell> =>
      orderCell(order, this.#section, feature, index);
    const sorted = sortBy(passed, cell, direction, order !== "name");
    const rows = sorted.flatMap(({ index }) => this.#rows[index] ?? []);
    const blocks = blocksOf(rows);
    this.#list.replaceChildren(...blocks.map((block) => block.element));
    this.#observe(blocks);
    this.element.hidden = rows.length === 0;
    const all = String(this.#rows.length);
    this.#count.textContent =
      rows.length === this.#rows.length ? all : `${String(rows.length)} of ${all}`;
    return rows.length;
  }

  invalidate(): void {
    for (const row of this.#rows) row.invalidate();
  }

  /** Draws what is in sight; where nobody tells what that is, everything. */
  #observe(blocks: readonly Block[]): void {
    this.#observer?.disconnect();
    for (const row of this.#rows) row.visible = false;
    if (!("IntersectionObserver" in globalThis)) {
      for (const { rows } of blocks) show(rows, true);
      return;
    }
    const rowsOf = new Map<Element, readonly FeatureRow[]>(
      blocks.map(({ element, rows }) => [element, rows]),
    );
    const seen: IntersectionObserverCallback = (entries) => {
      for (const { target, isIntersecting } of entries) {
        show(rowsOf.get(target) ?? [], isIntersecting);
      }
    };
    const options = { root: this.#scroll, rootMargin: MARGIN };
    this.#observer = new IntersectionObserver(seen, options);
    for (const block of blocks) this.#observer.observe(block.element);
  }
}

function show(rows: readonly FeatureRow[], visible: boolean): void {
  for (const row of rows) {
    row.visible = visible;
    if (visible) row.draw();
  }
}

/** Neighbouring rows; the browser watches some hundred blocks with less effort than a thousand rows. */
function blocksOf(rows: readonly FeatureRow[]): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < rows.length; from += BLOCK) {
    const own = rows.slice(from, from + BLOCK);
    const made = element("div", "znb-st-block");
    made.setAttribute("role", "none");
    made.style.setProperty("--z-rows", String(own.length));
    made.append(...own.map((row) => row.element));
    blocks.push({ element: made, rows: own });
  }
  return blocks;
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
