// The slices as a table: filters, sorting, bars in the cells, and boxes to choose slices to compare.
import type { TableCell } from "../../contract/tables";
import { element } from "../dom";
import { formatNumber, MISSING, visible } from "../format";
import { clipped, counted } from "../long";
import { Search } from "../search";
import { type Direction, sortBy } from "../sort";
import { button, checkbox, redraw, region, select } from "./controls";
import type { State } from "./state";
import {
  bar,
  cellOf,
  cellText,
  colour,
  type Extent,
  extentOf,
  fullText,
  intervalText,
  numberOf,
  valueOf,
} from "./values";

const PAGE = 100;

interface Column {
  readonly metric: number;
  readonly series: number;
}

type Sorting =
  { readonly by: Column | "name" | "count"; readonly direction: Direction } | undefined;

const isSame = (a: Column | "name" | "count", b: Column | "name" | "count"): boolean =>
  typeof a === "string" || typeof b === "string"
    ? a === b
    : a.metric === b.metric && a.series === b.series;

export class SliceTable {
  readonly elements: readonly HTMLElement[];
  readonly #state: State;
  readonly #signal: AbortSignal;
  readonly #scroll = region("znb-scroll", "Slices");
  readonly #more: HTMLButtonElement;
  readonly #search: Search;
  #pages = 1;
  #sorting: Sorting;

  constructor(state: State, signal: AbortSignal) {
    this.#state = state;
    this.#signal = signal;
    this.#more = button(
      "znb-toggle znb-ev-more",
      "",
      () => {
        this.#pages += 10;
        this.draw();
      },
      signal,
    );
    this.#search = new Search(
      "Search slices",
      () => {
        state.matches = this.#search.matches;
        state.change();
      },
      signal,
    );
    this.elements = [this.#tools(), this.#scroll, this.#more];
  }

  #tools(): HTMLElement {
    const { document } = this.#state;
    const tools = element("div", "znb-head");
    tools.append(...this.#search.elements.slice(0, 2));
    if (document.specs.length > 1) tools.append(this.#specs());
    if (document.slices.some(({ count }) => count !== null)) tools.append(this.#fewest());
    tools.append(this.#columns(), ...this.#search.elements.slice(2));
    return tools;
  }

  #specs(): HTMLElement {
    const state = this.#state;
    const names = ["All slices", ...state.document.specs.map((name) => `by ${name}`)];
    return select(
      "Sliced by",
      names.map((name, index) => [index - 1, name] as const),
      -1,
      (spec) => {
        state.spec = spec < 0 ? undefined : spec;
        state.change();
      },
      this.#signal,
    );
  }

  #fewest(): HTMLElement {
    const label = element("label", "znb-ev-fewest", "At least ");
    const input = element("input", "znb-search");
    input.type = "number";
    input.min = "0";
    input.value = "0";
    input.addEventListener(
      "input",
      () => {
        this.#state.fewest = Number(input.value);
        this.#state.change();
      },
      { signal: this.#signal },
    );
    label.append(input, " examples");
    return label;
  }

  #columns(): HTMLElement {
    const { document, columns } = this.#state;
    const details = element("details", "znb-ev-columns");
    details.append(element("summary", "znb-toggle", "Metrics"));
    const list = element("div", "znb-ev-choices");
    document.metrics.forEach(({ label: name }, metric) => {
      const label = element("label");
      const box = checkbox(
        columns.has(metric),
        (isChecked) => {
          if (isChecked) columns.add(metric);
          else columns.delete(metric);
          this.#state.change();
        },
        this.#signal,
      );
      label.append(box, element("span", "", clipped(name, 80)));
      list.append(label);
    });
    details.append(list);
    return details;
  }

  draw(): void {
    const state = this.#state;
    const { document } = state;
    const order = document.metrics.flatMap((_, metric) =>
      state.columns.has(metric) ? [metric] : [],
    );
    const columns = order.flatMap((metric) =>
      document.series.map((_, series) => ({ metric, series })),
    );
    const found = this.#sorted(state.shown());
    const shown = found.slice(0, this.#pages * PAGE);
    const table = element("table", "znb-table znb-ev-slices");
    const body = element("tbody");
    const extents = columns.map(({ metric, series }) =>
      extentOf(document.slices.map(({ values }) => valueOf(values[metric]?.[series]))),
    );
    const counts = extentOf(document.slices.map(({ count }) => valueOf(count)));
    body.append(...shown.map((slice) => this.#row(slice, columns, extents, counts)));
    if (shown.length === 0) {
      const cell = element("td", "znb-empty", "No slice matches");
      cell.colSpan = columns.length + 3;
      const row = element("tr");
      row.append(cell);
      body.append(row);
    }
    table.append(element("caption", "znb-hidden", "Slices"), this.#head(columns), body);
    redraw(this.#scroll, table);
    const total = document.slices.length;
    this.#search.tell(
      found.length === total
        ? counted(total, "slice")
        : `${found.length.toLocaleString("en")} of ${counted(total, "slice")}`,
    );
    this.#more.hidden = shown.length === found.length;
    this.#more.textContent = `Show more of ${counted(found.length, "slice")}`;
  }

  #head(columns: readonly Column[]): HTMLElement {
    const { document } = this.#state;
    const row = element("tr");
    const pick = element("th", "znb-plain", "Compare");
    pick.scope = "col";
    row.append(pick, this.#header("Slice", "", "name"), this.#header("Examples", "", "count"));
    for (const column of columns) {
      const label = clipped(document.metrics[column.metric]?.label ?? "", 60);
      row.append(
        this.#header(label, clipped(document.series[column.series]?.name ?? "", 40), column),
      );
    }
    const head = element("thead");
    head.append(row);
    return head;
  }

  #header(label: string, unit: string, by: Column | "name" | "count"): HTMLElement {
    const sort = (): void => {
      const direction = isSorted(this.#sorting) ? this.#sorting?.direction : undefined;
      if (direction === "descending") this.#sorting = undefined;
      else this.#sorting = { by, direction: direction ? "descending" : "ascending" };
      this.draw();
    };
    const isSorted = (sorting: Sorting): boolean => sorting !== undefined && isSame(sorting.by, by);
    const made = button("znb-sort", label, sort, this.#signal);
    made.dataset.key = typeof by === "string" ? by : `${String(by.metric)} ${String(by.series)}`;
    if (unit) made.append(element("span", "znb-unit", ` ${unit}`));
    const header = element("th", by === "name" ? "" : "znb-number");
    header.scope = "col";
    header.setAttribute(
      "aria-sort",
      isSorted(this.#sorting) ? (this.#sorting?.direction ?? "none") : "none",
    );
    header.append(made);
    return header;
  }

  #sorted(slices: readonly number[]): readonly number[] {
    if (!this.#sorting) return slices;
    const { by, direction } = this.#sorting;
    const { document } = this.#state;
    const key = (slice: number): TableCell => {
      const entry = document.slices[slice];
      if (by === "name") return entry?.name ?? null;
      if (by === "count") return entry?.count ?? null;
      const cell = cellOf(document, slice, by.metric, by.series);
      return Array.isArray(cell) ? cell[0] : cell;
    };
    return sortBy(slices, key, direction, by !== "name");
  }

  #row(
    slice: number,
    columns: readonly Column[],
    extents: readonly Extent[],
    counts: Extent,
  ): HTMLElement {
    const { document, picked } = this.#state;
    const entry = document.slices[slice];
    const row = element("tr");
    const name = entry?.name ?? "";
    const box = checkbox(
      picked.has(slice),
      (isChecked) => {
        if (isChecked) picked.add(slice);
        else picked.delete(slice);
        this.#state.change();
      },
      this.#signal,
    );
    box.dataset.key = `pick ${String(slice)}`;
    box.setAttribute("aria-label", `Compare ${visible(clipped(name))}`);
    const pick = element("td", "znb-ev-pick");
    pick.append(box);
    const head = element("th", "", clipped(name));
    head.scope = "row";
    if (entry?.error) head.append(element("span", "znb-ev-error", clipped(entry.error)));
    const count = element("td", "znb-number");
    const size = numberOf(entry?.count);
    count.append(element("span", "", Number.isNaN(size) ? MISSING : formatNumber(size)));
    count.append(bar(valueOf(entry?.count), counts, "var(--z-muted)"));
    row.append(pick, head, count);
    columns.forEach(({ metric, series }, index) => {
      row.append(this.#cell(slice, metric, series, extents[index] ?? { low: 0, high: 0 }));
    });
    return row;
  }

  #cell(slice: number, metric: number, series: number, extent: Extent): HTMLElement {
    const { document } = this.#state;
    const cell = cellOf(document, slice, metric, series);
    const isText = document.metrics[metric]?.kind === "text";
    const made = element("td", isText ? "" : "znb-number");
    if (cell === null) made.classList.add("znb-missing");
    made.append(element("span", "", cellText(cell)));
    made.title = fullText(cell);
    const interval = intervalText(cell);
    if (interval) made.append(element("span", "znb-ev-interval", interval));
    if (!isText && cell !== null) made.append(bar(valueOf(cell), extent, colour(series)));
    return made;
  }
}
