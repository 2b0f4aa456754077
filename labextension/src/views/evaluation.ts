// Draws zenml_nb/evaluation@1.
import type { EvaluationDocument } from "../contract/evaluation";
import { element, paragraphs } from "./dom";
import { comparison } from "./evaluation/compare";
import { Histogram } from "./evaluation/histogram";
import { entry, overall, section } from "./evaluation/overall";
import { Plots } from "./evaluation/plots";
import { SliceTable } from "./evaluation/slices";
import { State } from "./evaluation/state";
import { clipped } from "./long";
import type { Scope } from "./scope";

export function renderEvaluation(
  root: HTMLElement,
  document: EvaluationDocument,
  { signal }: Scope,
): void {
  check(document);
  root.append(element("h3", "znb-title", clipped(document.title)), ...paragraphs(document.notes));
  const isNamed = document.entries.length > 1;
  root.append(...document.entries.map((one) => entry(one, isNamed, signal)));
  const whole = overall(document);
  if (whole) root.append(whole);
  const state = new State(document);
  if (document.slices.length > 1) root.append(slices(state, signal));
  if (document.slices.length > 1 || document.plots.length > 0) root.append(compared(state, signal));
  state.change();
}

/** JSON Schema has no words for this rule. */
function check({ metrics, series, slices }: EvaluationDocument): void {
  for (const { name, values } of slices) {
    if (values.length !== metrics.length || values.some((row) => row.length !== series.length))
      throw new RangeError(`slice "${clipped(name, 80)}" does not fit the metrics and series`);
  }
}

function slices(state: State, signal: AbortSignal): HTMLElement {
  const made = section("Slices");
  const histogram = new Histogram(state, signal);
  const table = new SliceTable(state, signal);
  made.append(histogram.element, ...table.elements);
  state.listen(() => {
    histogram.draw();
    table.draw();
  });
  return made;
}

function compared(state: State, signal: AbortSignal): HTMLElement {
  const { document } = state;
  const made = section(document.plots.length > 0 ? "Plots" : "Comparison");
  const hint = element("p", "znb-note");
  const bars = element("div");
  made.append(hint, bars);
  const plots = document.plots.length > 0 ? new Plots(state, signal) : undefined;
  if (plots) made.append(plots.element);
  let before = "";
  state.listen(() => {
    // Filters and columns change what is compared only in part: a plot keeps its place.
    const now = String(state.compared);
    const names = state.compared.map((slice) => clipped(document.slices[slice]?.name ?? "", 60));
    const many = document.slices.length > 1;
    hint.textContent = "";
    if (state.picked.size > 0)
      hint.append(
        element(
          "span",
          "",
          `Comparing ${names.slice(0, 8).join("; ")}${names.length > 8 ? "; …" : ""}`,
        ),
      );
    else if (many)
      hint.append(
        element("span", "", `${names.join("")}. Choose slices in the table to compare them.`),
      );
    bars.replaceChildren(...(state.picked.size > 0 ? [comparison(state)] : []));
    if (now !== before) plots?.draw();
    before = now;
  });
  return made;
}
