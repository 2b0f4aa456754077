// The order of table cells: numbers by size, text as people count ("s2" before "s10").
import type { TableCell } from "../contract/tables";

export type Direction = "ascending" | "descending";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const NOT_FINITE = new Map([
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

type Key = { rank: 0; value: number } | { rank: 1; value: string } | { rank: 2 | 3 };

/** Rank 2 and 3 (not a number, missing) say nothing about size: last in both directions. */
function keyOf(cell: TableCell, numeric: boolean): Key {
  if (cell === null) return { rank: 3 };
  if (typeof cell === "number") return { rank: 0, value: cell };
  if (typeof cell === "boolean") return { rank: 0, value: Number(cell) };
  if (!numeric) return { rank: 1, value: cell };
  if (cell === "NaN") return { rank: 2 };
  const value = NOT_FINITE.get(cell);
  return value === undefined ? { rank: 1, value: cell } : { rank: 0, value };
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0; // A difference would be NaN for two infinities.
}

function compareKeys(a: Key, b: Key, sign: 1 | -1): number {
  if (a.rank === 0 && b.rank === 0) return sign * compareNumbers(a.value, b.value);
  if (a.rank === 1 && b.rank === 1) return sign * collator.compare(a.value, b.value);
  if (a.rank > 1 || b.rank > 1) return a.rank - b.rank;
  return sign * (a.rank - b.rank);
}

/** The items ordered by their cell; equal cells keep their order. */
export function sortBy<T>(
  items: readonly T[],
  cellOf: (item: T) => TableCell,
  direction: Direction,
  numeric: boolean,
): T[] {
  const sign = direction === "ascending" ? 1 : -1;
  const keyed = items.map((item) => ({ item, key: keyOf(cellOf(item), numeric) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, sign));
  return keyed.map(({ item }) => item);
}
