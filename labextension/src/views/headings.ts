// Headings of a table that sort it: ascending, then descending, then the order of the document again.
import type { TableCell } from "../contract/tables";
import { element } from "./dom";
import { type Direction, sortBy } from "./sort";

export interface Heading {
  readonly label: string;
  /** Unit of the numbers, shown behind the label. */
  readonly unit?: string | undefined;
  readonly className?: string;
}

export class Headings {
  /** The head of the table. */
  readonly element = element("thead");
  readonly #cells: readonly HTMLTableCellElement[];
  readonly #changed: () => void;
  #sorting: { readonly column: number; readonly direction: Direction } | undefined;

  /** @param changed - called when the order has changed */
  constructor(headings: readonly Heading[], changed: () => void, signal: AbortSignal) {
    this.#changed = changed;
    this.#cells = headings.map((heading, index) => this.#cell(heading, index, signal));
    const row = element("tr");
    row.append(...this.#cells);
    this.element.append(row);
  }

  /**
   * The rows in the chosen order.
   *
   * @param cellOf - what a row has in a column
   * @param isNumeric - whether a column is ordered by size
   */
  sorted<T>(
    rows: readonly T[],
    cellOf: (row: T, column: number) => TableCell,
    isNumeric: (column: number) => boolean,
  ): readonly T[] {
    if (!this.#sorting) return rows;
    const { column, direction } = this.#sorting;
    return sortBy(rows, (row) => cellOf(row, column), direction, isNumeric(column));
  }

  #cell(
    { label, unit, className }: Heading,
    index: number,
    signal: AbortSignal,
  ): HTMLTableCellElement {
    const button = element("button", "znb-sort", label);
    button.type = "button";
    if (unit) button.append(element("span", "znb-unit", ` (${unit})`));
    const sort = (): void => {
      this.#sort(index);
    };
    button.addEventListener("click", sort, { signal });
    const cell = element("th", className ?? "");
    cell.scope = "col";
    cell.setAttribute("aria-sort", "none");
    cell.append(button);
    return cell;
  }

  #sort(column: number): void {
    const before = this.#sorting?.column === column ? this.#sorting.direction : undefined;
    if (before === "descending") this.#sorting = undefined;
    else this.#sorting = { column, direction: before ? "descending" : "ascending" };
    this.#cells.forEach((cell, index) => {
      const sorted = this.#sorting?.column === index ? this.#sorting.direction : "none";
      cell.setAttribute("aria-sort", sorted);
    });
    this.#changed();
  }
}
