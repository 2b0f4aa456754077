// Draws zenml_nb/tables@1: tables that can be sorted, searched and scrolled.
import type { TableColumn, TableRow, TableSection, TablesDocument } from "../contract/tables";
import { element, paragraphs } from "./dom";
import { formatCell, stateLevel, visible } from "./format";
import { type Heading, Headings } from "./headings";
import type { Scope } from "./scope";

/** Up to this many rows are seen at a glance; a search box would only be in the way. */
const SEARCH_ABOVE = 10;

interface Row {
  readonly cells: TableRow;
  readonly element: HTMLTableRowElement;
  /** What the search looks in: the cells as shown and as they are, in lower case. */
  readonly haystack: string;
}

/** The first column names the rows, if it is text; it stays in sight while the others scroll. */
const isName = (column: TableColumn, index: number): boolean =>
  index === 0 && column.kind === "text";
const isNumeric = ({ kind }: Pick<TableColumn, "kind">): boolean =>
  kind === "number" || kind === "percent";

function heading(column: TableColumn, index: number): Heading {
  const classes = [
    isNumeric(column) ? "znb-number" : "",
    isName(column, index) ? "znb-corner" : "",
  ];
  return { label: column.label, unit: column.unit, className: classes.filter(Boolean).join(" ") };
}

export function renderTables(root: HTMLElement, document: TablesDocument, { signal }: Scope): void {
  root.append(element("h3", "znb-title", document.title), ...paragraphs(document.notes));
  for (const section of document.sections) root.append(renderSection(section, signal));
}

/** One table with its title, sorted and searched. */
export function renderSection(section: TableSection, signal: AbortSignal): HTMLElement {
  const table = new SortableTable(section, signal);
  const head = element("div", "znb-head");
  head.append(element("h4", "znb-caption", section.title));
  if (section.rows.length > SEARCH_ABOVE) head.append(...searchBox(section, table, signal));
  const scroll = element("div", "znb-scroll");
  // With the keyboard only what has the focus can be scrolled.
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", visible(section.title));
  scroll.append(table.element);
  const whole = element("section", "znb-section");
  whole.append(head, ...paragraphs(section.notes), scroll);
  return whole;
}

function searchBox(
  section: TableSection,
  table: SortableTable,
  signal: AbortSignal,
): HTMLElement[] {
  const total = section.rows.length;
  const count = element("span", "znb-count", `${String(total)} rows`);
  count.setAttribute("role", "status");
  const input = element("input", "znb-search");
  input.type = "search";
  input.placeholder = "Search rows";
  input.setAttribute("aria-label", `Search rows of ${visible(section.title)}`);
  const search = (): void => {
    const shown = table.search(input.value);
    count.textContent =
      shown === total ? `${String(total)} rows` : `${String(shown)} of ${String(total)} rows`;
  };
  input.addEventListener("input", search, { signal });
  return [input, count];
}

class SortableTable {
  readonly element = element("table", "znb-table");
  readonly #body = element("tbody");
  readonly #headings: Headings;
  readonly #columns: readonly TableColumn[];
  readonly #rows: readonly Row[];
  #query = "";

  constructor(section: TableSection, signal: AbortSignal) {
    this.#columns = section.columns;
    this.#rows = section.rows.map((cells, index) => {
      checkLength(section, cells, index);
      return makeRow(section.columns, cells);
    });
    const draw = (): void => {
      this.#draw();
    };
    this.#headings = new Headings(section.columns.map(heading), draw, signal);
    // The heading above the table is what people see; this one is for screen readers.
    this.element.append(
      element("caption", "znb-hidden", section.title),
      this.#headings.element,
      this.#body,
    );
    this.#draw();
  }

  /** Shows the rows that contain the query, and says how many they are. */
  search(query: string): number {
    this.#query = query.trim().toLowerCase();
    return this.#draw();
  }

  #draw(): number {
    const found = this.#rows.filter((row) => row.haystack.includes(this.#query));
    const inOrder = this.#headings.sorted(
      found,
      (row, column) => row.cells[column] ?? null,
      (column) => isNumeric(this.#columns[column] ?? { kind: "text" }),
    );
    const rows = inOrder.map((row) => row.element);
    if (rows.length > 0) this.#body.replaceChildren(...rows);
    else this.#body.replaceChildren(emptyRow(this.#columns.length, this.#query));
    return rows.length;
  }
}

function checkLength(section: TableSection, cells: TableRow, index: number): void {
  if (cells.length === section.columns.length) return;
  const has = `row ${String(index)} of "${section.title}" has ${String(cells.length)} cells`;
  throw new RangeError(`${has} for ${String(section.columns.length)} columns`);
}

function makeRow(columns: readonly TableColumn[], cells: TableRow): Row {
  const row = element("tr");
  const words: string[] = [];
  columns.forEach((column, index) => {
    const cell = cells[index] ?? null;
    const shown = formatCell(cell, column.kind);
    words.push(shown, String(cell ?? ""));
    const named = isName(column, index);
    const drawn = element(named ? "th" : "td", cell === null ? "znb-missing" : "");
    if (named) drawn.scope = "row";
    if (isNumeric(column)) drawn.classList.add("znb-number");
    if (column.kind === "state" && cell !== null) drawn.append(badge(shown));
    else drawn.textContent = shown;
    if (typeof cell === "number" && String(cell) !== shown) drawn.title = String(cell);
    row.append(drawn);
  });
  return { cells, element: row, haystack: words.join("\n").toLowerCase() };
}

function badge(word: string): HTMLElement {
  return element("span", `znb-badge znb-${stateLevel(word)}`, word);
}

function emptyRow(columns: number, query: string): HTMLTableRowElement {
  const cell = element("td", "znb-empty", query ? "No row matches the search" : "No rows");
  cell.colSpan = Math.max(columns, 1);
  const row = element("tr");
  row.append(cell);
  return row;
}
