// How many runs there are, below the list.
import type { RunsDocument } from "../contract/pages/runs";
import { type Filters, isFiltered } from "./filters";

export function counted(
  { total, indexing, states }: Pick<RunsDocument, "total" | "indexing" | "states">,
  filters: Filters,
): string {
  const all = states.reduce((sum, { runs }) => sum + runs, 0);
  const shownAll = all.toLocaleString();
  if (total === null) return `Reading the store: ${shownAll} runs so far`;
  const reading = indexing ? " · still reading the store" : "";
  const of = isFiltered(filters) ? ` of ${shownAll}` : "";
  // "1 of 30 runs", but "1 of 1 run".
  const word = (of ? all : total) === 1 ? "run" : "runs";
  return `${total.toLocaleString()}${of} ${word}${reading}`;
}
