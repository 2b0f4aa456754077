// What stands in the place of the list while there is none.
import type { Problem } from "../problem";
import { contradiction, type Filters, isFiltered } from "./filters";
import { failed, loading, noRuns, nothingMatches, noStores, type Offer } from "./states";

export interface Situation {
  /** Why there is no list. */
  readonly problem: Problem | undefined;
  readonly hasNoStore: boolean;
  readonly isLoading: boolean;
  /** The runs that can be shown. */
  readonly count: number;
  readonly filters: Filters;
}

export interface WaysOut {
  readonly again: () => void;
  readonly addStore: () => void;
  readonly clear: () => void;
  readonly newNotebook?: Offer | undefined;
}

/** @returns a key, empty for the list itself, and how that what stands there is made */
export function instead(
  { problem, hasNoStore, isLoading, count, filters }: Situation,
  ways: WaysOut,
  signal: AbortSignal,
): readonly [string, () => HTMLElement[]] {
  if (problem) {
    const key = `problem ${JSON.stringify([problem.message, problem.where, problem.hint])}`;
    return [key, () => [failed(problem, ways.again, signal)]];
  }
  if (hasNoStore) return ["stores", () => [noStores(ways.addStore, signal)]];
  if (count > 0) return ["", () => []];
  if (isLoading) return ["loading", () => [loading(8)]];
  if (!isFiltered(filters)) return ["empty", () => [noRuns(signal, ways.newNotebook)]];
  const why = contradiction(filters);
  return [`nothing ${why}`, () => [nothingMatches(why, ways.clear, signal)]];
}
