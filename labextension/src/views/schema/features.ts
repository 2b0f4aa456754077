// The features of a schema: a table that can be searched, filtered and sorted, with what more there is below a row.
import type { SchemaDocument, SchemaFeature } from "../../contract/schema";
import { element } from "../dom";
import { Headings } from "../headings";
import { MISSING } from "../format";
import { clipped, counted, valueList } from "../long";
import { Search, choice } from "../search";
import { kindOf, scroller } from "./pieces";

interface Column {
  readonly label: string;
  readonly text: (feature: SchemaFeature) => string;
  /** Shown also where it says nothing of any feature. */
  readonly always: boolean;
}

const COLUMNS: readonly Column[] = [
  { label: "Type", text: kindOf, always: true },
  { label: "Presence", text: (f) => f.presence.text, always: true },
  { label: "Values a row", text: (f) => f.valency, always: true },
  { label: "Shape", text: (f) => f.shape, always: false },
  { label: "Domain", text: (f) => f.domain.text, always: true },
  { label: "Environments", text: (f) => f.environments, always: false },
  { label: "Stage", text: (f) => f.stage, always: false },
];
const DOMAIN = COLUMNS.findIndex(({ label }) => label === "Domain");

interface Row {
  readonly feature: SchemaFeature;
  readonly values: readonly string[];
  readonly texts: readonly string[];
  readonly element: HTMLTableRowElement;
  /** Where the search says which values it found. */
  readonly found: HTMLElement;
  /** What is below the row when it is open. */
  more: HTMLTableRowElement | undefined;
}

export function featuresSection(document: SchemaDocument, signal: AbortSignal): HTMLElement {
  const table = new FeatureTable(document, signal);
  const section = element("section", "znb-section");
  section.append(table.head, scroller("Features", table.element));
  return section;
}

class FeatureTable {
  readonly element = element("table", "znb-table znb-features");
  readonly head = element("div", "znb-head");
  readonly #body = element("tbody");
  readonly #columns: readonly Column[];
  readonly #rows: readonly Row[];
  readonly #search: Search;
  readonly #signal: AbortSignal;
  readonly #headings: Headings;
  #kind = "";

  constructor({ features, domains }: SchemaDocument, signal: AbortSignal) {
    this.#signal = signal;
    const drawn = (column: Column): boolean =>
      column.always || features.some((f) => column.text(f));
    this.#columns = COLUMNS.filter(drawn);
    this.#rows = features.map((feature) => {
      const { values: index } = feature.domain;
      return this.#row(feature, index === undefined ? [] : (domains[index]?.values ?? []));
    });
    this.#search = new Search(
      "Names, types, values",
      () => {
        this.#draw();
      },
      signal,
    );
    const choose = (kind: string): void => {
      this.#kind = kind;
      this.#draw();
    };
    const kinds = [...new Set(features.map(kindOf))].sort();
    this.head.append(element("h4", "znb-caption", "Features"), ...this.#search.elements);
    if (kinds.length > 1) this.head.append(choice("Type", kinds, choose, signal));
    const labels = ["Feature", ...this.#columns.map(({ label }) => label)];
    const headings = labels.map((label, i) => ({ label, className: i === 0 ? "znb-corner" : "" }));
    this.#headings = new Headings(
      headings,
      () => {
        this.#draw();
      },
      signal,
    );
    this.element.append(
      element("caption", "znb-hidden", "Features"),
      this.#headings.element,
      this.#body,
    );
    this.#draw();
  }

  #row(feature: SchemaFeature, values: readonly string[]): Row {
    const own = element("tr");
    const path = feature.path;
    const texts = [path.join(" › "), ...this.#columns.map((column) => column.text(feature))];
    const name = element("th");
    name.scope = "row";
    name.style.paddingLeft = `${String(12 + 16 * Math.max(0, path.length - 1))}px`;
    const found = element("div", "znb-found");
    const row: Row = { feature, values, texts, element: own, found, more: undefined };
    const title = clipped(path.at(-1) ?? "", 100);
    if (values.length > 0 || feature.details.length > 0) name.append(this.#opener(title, row));
    else name.append(element("span", "znb-leaf", title));
    own.append(name);
    this.#columns.forEach((column, index) => {
      const text = texts[index + 1] ?? "";
      const cell = element("td", text ? "znb-wrap" : "znb-missing", clipped(text) || MISSING);
      if (column === COLUMNS[DOMAIN]) cell.append(found);
      own.append(cell);
    });
    return row;
  }

  #opener(title: string, row: Row): HTMLButtonElement {
    const button = element("button", "znb-opener", title);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const toggle = (): void => {
      const isOpen = row.more !== undefined;
      row.more?.remove();
      row.more = isOpen ? undefined : this.#more(row);
      if (row.more) row.element.after(row.more);
      button.setAttribute("aria-expanded", String(!isOpen));
    };
    button.addEventListener("click", toggle, { signal: this.#signal });
    return button;
  }

  #more({ feature, values }: Row): HTMLTableRowElement {
    const cell = element("td", "znb-more");
    cell.colSpan = this.#columns.length + 1;
    if (feature.details.length > 0) {
      const list = element("dl");
      for (const { label, text } of feature.details)
        list.append(element("dt", "", label), element("dd", "", clipped(text, 2000)));
      cell.append(list);
    }
    if (values.length > 0) {
      const called = feature.domain.name
        ? ` of the domain ${clipped(feature.domain.name, 60)}`
        : "";
      const title = counted(values.length, "value") + called;
      cell.append(element("div", "znb-more-title", title), valueList(title, values, this.#signal));
    }
    const row = element("tr");
    row.append(cell);
    return row;
  }

  #draw(): void {
    const shown = this.#rows.filter((row) => this.#isFound(row));
    const rows = this.#sorted(shown).flatMap((row) =>
      row.more ? [row.element, row.more] : [row.element],
    );
    if (shown.length === 0) rows.push(this.#nothing());
    this.#body.replaceChildren(...rows);
    const all = counted(this.#rows.length, "feature");
    const isAll = shown.length === this.#rows.length;
    this.#search.tell(isAll ? all : `${shown.length.toLocaleString("en")} of ${all}`);
  }

  #isFound(row: Row): boolean {
    row.found.textContent = "";
    if (this.#kind && kindOf(row.feature) !== this.#kind) return false;
    if (!this.#search.isActive) return true;
    const { matches } = this.#search;
    const { details, kind } = row.feature;
    const texts = [...row.texts, kind, ...details.map(({ label, text }) => `${label}: ${text}`)];
    if (texts.some(matches)) return true;
    const first = row.values.find(matches);
    if (first === undefined) return false;
    const count = row.values.filter(matches).length;
    const more = count > 1 ? ` and ${(count - 1).toLocaleString("en")} more` : "";
    row.found.append(element("span", "", `has ${clipped(first, 60)}${more}`));
    return true;
  }

  #sorted(rows: readonly Row[]): readonly Row[] {
    return this.#headings.sorted(
      rows,
      (row, column) => row.texts[column] || null,
      () => false,
    );
  }

  #nothing(): HTMLTableRowElement {
    const cell = element(
      "td",
      "znb-empty",
      this.#rows.length ? "No feature matches" : "No features",
    );
    cell.colSpan = this.#columns.length + 1;
    const row = element("tr");
    row.append(cell);
    return row;
  }
}
