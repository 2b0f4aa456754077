// One artifact or execution as a card, and its words.
import type { LineageNode } from "../../contract/pages/lineage";
import type { StepState } from "../../contract/steps";
import { element } from "../dom";
import { type Level, visible } from "../format";
import { clipped } from "../long";
import { told } from "../steps/words";

interface Told {
  readonly sign: string;
  readonly word: string;
  readonly level: Level | "idle";
}

const KNOWN: ReadonlySet<string> = new Set<StepState>([
  "RUNNING",
  "COMPLETE",
  "CACHED",
  "FAILED",
  "CANCELED",
  "ABORTED",
]);

/** The state of an execution; a word that is not known stays that word. */
export function stateOf(state: string): Told {
  if (KNOWN.has(state)) return told(state as StepState);
  return { sign: "?", word: clipped(state, 40), level: "idle" };
}

/** The part of a run's id that tells it from other runs of its pipeline. */
export function shortRun(run: string): string {
  return run.includes(".") ? run.slice(run.indexOf(".") + 1) : run;
}

/**
 * Draws a node into its button.
 *
 * @param run - of the artifact in the middle: it is not repeated at every node
 */
export function drawNode(button: HTMLButtonElement, node: LineageNode, run: string | null): void {
  const { kind, label, type, state } = node;
  const told_ = state === null ? undefined : stateOf(state);
  button.className = `znb-ln-node znb-ln-${kind}`;
  if (told_) button.classList.add(`znb-${told_.level}`);
  const name = element("span", "znb-ln-name");
  if (told_) name.append(element("span", "znb-sign", told_.sign));
  name.append(element("span", "znb-ln-label", clipped(label, 100) || "(no name)"));
  button.replaceChildren(name);
  const second = kind === "artifact" ? type : "component";
  button.append(element("span", "znb-ln-type", clipped(second, 100)));
  const other = node.run !== null && node.run !== run ? node.run : "";
  if (other) button.append(element("span", "znb-ln-run", clipped(other, 100)));
  const whole = [label, type, node.run ?? ""];
  button.title = whole.map((part) => visible(clipped(part, 300))).join("\n");
  const spoken = [kind, clipped(label, 100), told_?.word, other && `run ${clipped(other, 100)}`];
  button.setAttribute("aria-label", visible(spoken.filter(Boolean).join(", ")));
}
