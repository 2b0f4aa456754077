// Parameters and metrics of all runs: runs as columns, or as rows that can be sorted.
import type { TableCell } from "../../contract/tables";
import { element } from "../dom";
import { button, checkbox, region } from "../evaluation/controls";
import { formatCell, MISSING, stateLevel, visible } from "../format";
import { Headings } from "../headings";
import { clipped, counted } from "../long";
import { Search } from "../search";
import { type Field, numberAt, type State } from "./state";

/** More runs are rows until something else is chosen. */
const MOST_COLUMNS = 8;
const LONGEST = 120;
/** In a row of its run, so that all rows are one line high. */
const SHORT = 32;

export class RunTable {
  readonly elements: readonly HTMLElement[];
  readonly #state: State;
  readonly #scroll = region("znb-scroll znb-cmp-table", "Parameters and metrics");
  readonly #search: Search;
  readonly #turn: HTMLButtonElement;
  #areRows: boolean;
  #onlyDifferences = false;
  #headings: Headings | undefined;
  #rows: readonly (readonly [run: number, row: HTMLElement])[] = [];

  constructor(state: State) {
    this.#state = state;
    this.#areRows = state.document.runs.length > MOST_COLUMNS;
    this.#search = new Search(
      "Search",
      () => {
        this.#drawAnew();
      },
      state.signal,
    );
    this.#turn = button(
      "znb-select",
      "Runs as rows",
      () => {
        this.#areRows = !this.#areRows;
        this.#drawAnew();
      },
      state.signal,
    );
    const differences = element("label", "znb-cmp-switch");
    const box = checkbox(
      false,
      (isChecked) => {
        this.#onlyDifferences = isChecked;
        this.#drawAnew();
      },
      state.signal,
    );
    differences.append(box, "Only differences");
    const tools = element("div", "znb-head");
    tools.append(differences, this.#turn, ...this.#search.elements);
    this.elements = [tools, this.#scroll];
    this.#drawAnew();
    state.listen(() => {
      for (const [run, row] of this.#rows) {
        row.classList.toggle("znb-cmp-chosen", run === state.highlighted);
        row.classList.toggle("znb-cmp-out", !state.isInRange(run));
      }
    });
  }

  #fields(): readonly Field[] {
    const { fields } = this.#state;
    return this.#onlyDifferences ? fields.filter(({ differs }) => differs) : fields;
  }

  #drawAnew(): void {
    this.#turn.setAttribute("aria-pressed", String(this.#areRows));
    this.#scroll.classList.toggle("znb-cmp-rows", this.#areRows);
    this.#rows = [];
    if (this.#areRows) {
      const fields = this.#fields();
      const heads = fields.map((field) => ({
        label: clipped(field.name, 40),
        unit: field.isMetric || field.group === "Run" ? undefined : clipped(field.group, 30),
        className: field.isNumeric ? "znb-number" : "",
      }));
      this.#headings = new Headings(
        [{ label: "Run", className: "znb-corner" }, ...heads],
        () => {
          this.#drawRows(fields);
        },
        this.#state.signal,
      );
      this.#drawRows(fields);
    } else this.#drawColumns();
  }

  #drawRows(fields: readonly Field[]): void {
    const { document } = this.#state;
    const found = document.runs.flatMap((run, index) =>
      this.#search.matches(run.id) ||
      fields.some((field) => this.#search.matches(String(field.values[index] ?? "")))
        ? [index]
        : [],
    );
    const cellOf = (run: number, column: number): TableCell =>
      column === 0
        ? (document.runs[run]?.label ?? null)
        : (fields[column - 1]?.values[run] ?? null);
    const isNumeric = (column: number): boolean => fields[column - 1]?.isNumeric ?? false;
    const sorted = this.#headings?.sorted(found, cellOf, isNumeric) ?? found;
    const rows = sorted.map((run) => {
      const row = element("tr");
      const head = element("th");
      head.scope = "row";
      head.append(this.#state.name(run));
      row.append(head, ...fields.map((field) => cell(field, run, SHORT)));
      return [run, row] as const;
    });
    this.#rows = rows;
    const body = element("tbody");
    body.append(...rows.map(([, row]) => row));
    this.#show(this.#headings?.element, [body], found.length, document.runs.length, "run");
    this.#state.change();
  }

  #drawColumns(): void {
    const { document } = this.#state;
    const { matches } = this.#search;
    const all = this.#fields();
    const found = all.filter(
      ({ group, name, values }) =>
        matches(`${group} ${name}`) || values.some((value) => matches(String(value ?? ""))),
    );
    const heads = element("tr");
    const corner = element("th", "znb-plain znb-corner", "Parameter");
    corner.scope = "col";
    heads.append(corner, ...document.runs.map((_, run) => this.#runHead(run)));
    const head = element("thead");
    head.append(heads);
    const groups = new Map<string, HTMLElement>();
    for (const field of found) {
      let body = groups.get(field.group);
      if (!body) {
        body = element("tbody");
        body.append(groupRow(field.group, document.runs.length + 1));
        groups.set(field.group, body);
      }
      body.append(this.#fieldRow(field));
    }
    this.#show(head, [...groups.values()], found.length, all.length, "line");
  }

  #runHead(run: number): HTMLElement {
    const head = element("th", "znb-plain");
    head.scope = "col";
    head.append(this.#state.name(run));
    if (run === this.#state.document.baseline)
      head.append(element("span", "znb-unit", " baseline"));
    return head;
  }

  #fieldRow(field: Field): HTMLElement {
    const row = element("tr", field.differs ? "znb-cmp-differs" : "");
    const head = element("th", "", clipped(field.name, 80));
    head.scope = "row";
    if (field.differs) {
      const mark = element("span", "znb-cmp-mark", " ≠");
      mark.title = "The runs differ";
      mark.append(element("span", "znb-hidden", " differs"));
      head.append(mark);
    }
    row.append(head, ...field.values.map((_, run) => cell(field, run)));
    return row;
  }

  #show(
    head: HTMLElement | undefined,
    bodies: readonly HTMLElement[],
    found: number,
    total: number,
    noun: string,
  ): void {
    const table = element("table", "znb-table");
    table.append(element("caption", "znb-hidden", "Parameters and metrics"));
    if (head) table.append(head);
    table.append(...bodies);
    const left = this.#scroll.scrollLeft;
    const { activeElement } = this.#scroll.getRootNode() as Document | ShadowRoot;
    this.#scroll.replaceChildren(table);
    this.#scroll.scrollLeft = left;
    // The heading that was pressed has moved into the new table.
    if (activeElement instanceof HTMLElement && table.contains(activeElement))
      activeElement.focus({ preventScroll: true });
    const all = counted(total, noun);
    const few = found === total ? all : `${found.toLocaleString("en")} of ${all}`;
    this.#search.tell(found === 0 ? `No ${noun} matches` : few);
  }
}

function groupRow(name: string, columns: number): HTMLElement {
  const row = element("tr", "znb-cmp-group");
  const head = element("th", "", clipped(name, 80));
  head.colSpan = columns;
  head.scope = "rowgroup";
  row.append(head);
  return row;
}

function cell(field: Field, run: number, longest = LONGEST): HTMLElement {
  const value = field.values[run] ?? null;
  if (value === null) return element("td", "znb-missing", MISSING);
  if (field.key === "run state") {
    const made = element("td");
    const word = String(value);
    made.append(element("span", `znb-badge znb-${stateLevel(word)}`, clipped(word, 40)));
    return made;
  }
  const full = String(value);
  const isNumber = field.isNumeric && !Number.isNaN(numberAt(field, run));
  const text = isNumber ? formatCell(value, "number") : clipped(full, longest);
  const made = element("td", field.isNumeric ? "znb-number" : "znb-wrap", text);
  if (text !== full) made.title = visible(clipped(full, 2000));
  return made;
}
