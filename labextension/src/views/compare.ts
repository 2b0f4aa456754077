// Draws zenml_nb/compare@1.
import type { CompareDocument } from "../contract/compare";
import { Charts } from "./compare/charts";
import { fold } from "./compare/fold";
import { Pairs } from "./compare/pairs";
import { SliceDeltas } from "./compare/slices";
import { State } from "./compare/state";
import { RunTable } from "./compare/table";
import { element, paragraphs } from "./dom";
import { clipped } from "./long";
import type { Scope } from "./scope";

export function renderCompare(root: HTMLElement, document: CompareDocument, scope: Scope): void {
  check(document);
  const state = new State(document, scope);
  root.append(
    element("h3", "znb-title", clipped(document.title)),
    ...paragraphs(document.notes.map((note) => clipped(note, 1000))),
  );
  if (document.runs.length === 0) {
    root.append(element("p", "znb-note", "There are no runs to compare."));
    return;
  }
  root.append(fold("Parameters and metrics", new RunTable(state).elements));
  if (document.runs.length > 1) root.append(fold("Charts", new Charts(state).elements));
  if (document.slices)
    root.append(fold("Slices", new SliceDeltas(state, document.slices).elements));
  if (document.pairs.length > 0) root.append(fold("Differences", new Pairs(state).elements));
  state.change();
}

/** JSON Schema has no words for these rules. */
function check({ runs, metrics, parameters, slices, pairs, baseline }: CompareDocument): void {
  const places = [...(slices?.runs ?? []), ...pairs.map(({ run }) => run), baseline];
  if (runs.length > 0 && places.some((place) => place >= runs.length))
    throw new RangeError("a run is named that is not there");
  for (const { name, values } of metrics) fits(name, values.length, runs.length);
  for (const { name, of, values } of parameters) {
    fits(name, of.length, runs.length);
    if (of.some((index) => index !== null && index >= values.length))
      throw new RangeError(`"${clipped(name, 80)}" has a value that is not there`);
  }
  for (const { name, counts, values } of slices?.slices ?? []) {
    const width = slices?.runs.length ?? 0;
    fits(name, values.length, slices?.metrics.length ?? 0);
    for (const row of [counts, ...values]) fits(name, row.length, width);
  }
}

function fits(name: string, found: number, expected: number): void {
  if (found !== expected)
    throw new RangeError(
      `"${clipped(name, 80)}" has ${String(found)} of ${String(expected)} values`,
    );
}
