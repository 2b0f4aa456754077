// How a run differs from the baseline: configuration, code, schema and distributions.
import type { CompareCode, CompareConfiguration, ComparePair } from "../../contract/compare";
import { element, paragraphs } from "../dom";
import { redraw, region, select } from "../evaluation/controls";
import { clipped } from "../long";
import { differenceSection } from "../schema/difference";
import { facts } from "../schema/pieces";
import { distributions } from "./distributions";
import { fold } from "./fold";
import type { State } from "./state";

const KINDS = new Map([
  ["+", ["znb-cmp-added", "only the run"]],
  ["-", ["znb-cmp-removed", "only the baseline"]],
  ["@", ["znb-cmp-hunk", ""]],
] as const);

export class Pairs {
  readonly elements: readonly HTMLElement[];
  readonly #state: State;
  readonly #place = element("div");

  constructor(state: State) {
    this.#state = state;
    const { pairs, baseline } = state.document;
    const head = element("div", "znb-head");
    head.append(state.name(baseline), element("span", "", "→"));
    const chosen = element("span", "znb-head");
    head.append(chosen);
    const show = (pair: ComparePair): void => {
      if (pairs.length === 1) chosen.replaceChildren(state.name(pair.run));
      redraw(this.#place, ...this.#parts(pair));
    };
    if (pairs.length > 1) {
      const options = pairs.map((pair, index) => [index, state.label(pair.run)] as const);
      const choose = (index: number): void => {
        const pair = pairs[index];
        if (pair) show(pair);
      };
      chosen.append(select("Compared run", options, 0, choose, state.signal));
    }
    this.elements = [head, this.#place];
    const [first] = pairs;
    if (first) show(first);
  }

  #parts(pair: ComparePair): HTMLElement[] {
    const { baseline } = this.#state.document;
    return [
      fold("Configuration", configuration(pair.configuration)),
      fold("Code of the steps", code(pair.code)),
      fold("Schema", this.#schema(pair)),
      fold("Distributions", [
        ...note(pair.distributions.note),
        ...distributions(this.#state, pair.distributions.features, [baseline, pair.run]),
      ]),
    ];
  }

  #schema({ schema }: ComparePair): HTMLElement[] {
    const difference = schema.difference;
    return [
      ...note(schema.note),
      ...(difference ? [differenceSection(difference, this.#state.signal)] : []),
    ];
  }
}

function note(text: string): HTMLElement[] {
  return text ? paragraphs([clipped(text, 1000)]) : [];
}

/** A unified diff; what a line is, is told by its first character and by a text for screen readers. */
function configuration({ note: said, lines }: CompareConfiguration): HTMLElement[] {
  if (lines.length === 0) return note(said);
  const box = region("znb-scroll znb-cmp-diff", "Difference of the configurations");
  for (const line of lines) {
    const [className = "", words = ""] = KINDS.get(line.charAt(0) as "+" | "-" | "@") ?? [];
    const made = element("div", className, clipped(line, 600));
    if (words) made.append(element("span", "znb-hidden", ` (${words})`));
    box.append(made);
  }
  return [box, ...note(said)];
}

const WORDS = new Map([
  ["same", "same code"],
  ["changed", "code changed"],
  ["added", "only in the run"],
  ["removed", "only in the baseline"],
  ["unknown", "not recorded"],
]);

function code({ note: said, steps }: CompareCode): HTMLElement[] {
  const rows = steps.map(({ step, state, old, new: now }) => {
    return [step, WORDS.get(state) ?? state, old || "—", now || "—"];
  });
  return [
    ...note(said),
    ...facts("Fingerprints of the code", ["Step", "Result", "Baseline", "Run"], rows),
  ];
}
