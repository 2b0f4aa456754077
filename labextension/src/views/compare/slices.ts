// The metrics of each slice as differences from a baseline, with bars around zero.
import type { CompareSlice, CompareSlices } from "../../contract/compare";
import type { TableCell } from "../../contract/tables";
import { element, paragraphs } from "../dom";
import { region, select } from "../evaluation/controls";
import { bar, extentOf, numberOf, rounded, valueOf } from "../evaluation/values";
import { formatNumber, MISSING } from "../format";
import { Headings } from "../headings";
import { clipped, counted } from "../long";
import { Search } from "../search";
import { colourOf, type State } from "./state";

export class SliceDeltas {
  readonly elements: readonly HTMLElement[];
  readonly #state: State;
  readonly #slices: CompareSlices;
  readonly #scroll = region("znb-scroll znb-cmp-slices", "Slices");
  readonly #search: Search;
  /** The place among the runs of the slices. */
  #baseline: number;
  #metric = 0;
  #headings: Headings | undefined;

  constructor(state: State, slices: CompareSlices) {
    this.#state = state;
    this.#slices = slices;
    this.#baseline = Math.max(0, slices.runs.indexOf(state.document.baseline));
    this.#search = new Search(
      "Search slices",
      () => {
        this.#draw();
      },
      state.signal,
    );
    const tools = element("div", "znb-head");
    const metrics = slices.metrics.map((name, index) => [index, name] as const);
    const baselines = slices.runs.map((run, i) => [i, `Baseline: ${state.label(run)}`] as const);
    tools.append(
      select(
        "Metric",
        metrics,
        0,
        (metric) => {
          this.#metric = metric;
          this.#draw();
        },
        state.signal,
      ),
      select(
        "Baseline",
        baselines,
        this.#baseline,
        (baseline) => {
          this.#baseline = baseline;
          this.#head();
          this.#draw();
        },
        state.signal,
      ),
      ...this.#search.elements,
    );
    this.elements = [...paragraphs(slices.notes), tools, this.#scroll];
    this.#head();
    this.#draw();
  }

  get #others(): readonly number[] {
    return this.#slices.runs.flatMap((_, index) => (index === this.#baseline ? [] : [index]));
  }

  #head(): void {
    const name = (index: number): string => this.#state.label(this.#slices.runs[index] ?? 0, 40);
    this.#headings = new Headings(
      [
        { label: "Slice", className: "znb-corner" },
        { label: "Examples", className: "znb-number" },
        { label: name(this.#baseline), unit: "baseline", className: "znb-number" },
        ...this.#others.map((index) => ({
          label: `Δ ${name(index)}`,
          className: "znb-number",
        })),
      ],
      () => {
        this.#draw();
      },
      this.#state.signal,
    );
  }

  #value(slice: CompareSlice, index: number): number {
    return numberOf(slice.values[this.#metric]?.[index]);
  }

  #delta(slice: CompareSlice, index: number): number {
    return this.#value(slice, index) - this.#value(slice, this.#baseline);
  }

  #draw(): void {
    const { slices } = this.#slices;
    const others = this.#others;
    const found = slices.filter(({ name }) => this.#search.matches(name));
    const cellOf = (slice: CompareSlice, column: number): TableCell => {
      if (column === 0) return slice.name;
      if (column === 1) return slice.counts[this.#baseline] ?? null;
      const other = others[column - 3];
      const value =
        other === undefined ? this.#value(slice, this.#baseline) : this.#delta(slice, other);
      return Number.isNaN(value) ? null : value;
    };
    const sorted = this.#headings?.sorted(found, cellOf, (column) => column > 0) ?? found;
    // Zero stands in the middle of all bars, so that they can be compared.
    const reach = extentOf(
      slices.flatMap((slice) => others.map((index) => valueOf(this.#delta(slice, index)))),
    );
    const most = Math.max(reach.high, -reach.low);
    const body = element("tbody");
    body.append(...sorted.map((slice) => this.#row(slice, others, most)));
    const table = element("table", "znb-table");
    table.append(element("caption", "znb-hidden", "Slices"));
    if (this.#headings) table.append(this.#headings.element);
    table.append(body);
    const { activeElement } = this.#scroll.getRootNode() as Document | ShadowRoot;
    this.#scroll.replaceChildren(table);
    if (activeElement instanceof HTMLElement && table.contains(activeElement))
      activeElement.focus({ preventScroll: true });
    const all = counted(slices.length, "slice");
    this.#search.tell(found.length === slices.length ? all : `${String(found.length)} of ${all}`);
  }

  #row(slice: CompareSlice, others: readonly number[], most: number): HTMLElement {
    const row = element("tr");
    const head = element("th", "", clipped(slice.name));
    head.scope = "row";
    const count = numberOf(slice.counts[this.#baseline] ?? null);
    row.append(head, figure(count), figure(this.#value(slice, this.#baseline)));
    for (const index of others) {
      const [value, delta] = [this.#value(slice, index), this.#delta(slice, index)];
      const cell = figure(delta, signed);
      if (!Number.isNaN(delta) && most > 0) {
        cell.classList.add("znb-cmp-delta");
        cell.append(
          bar(valueOf(delta), { low: -most, high: most }, colourOf(this.#slices.runs[index] ?? 0)),
        );
      }
      if (!Number.isNaN(value)) cell.title = `${formatNumber(value)} in this run`;
      row.append(cell);
    }
    return row;
  }
}

function signed(value: number): string {
  return value > 0 ? `+${rounded(value)}` : rounded(value);
}

function figure(value: number, format = formatNumber): HTMLElement {
  const isThere = !Number.isNaN(value);
  return element(
    "td",
    isThere ? "znb-number" : "znb-number znb-missing",
    isThere ? format(value) : MISSING,
  );
}
