// One step as a card: what it is, how it went, how much it wrote.
import type { Step, StepComponent, StepProgress } from "../../contract/steps";
import { element } from "../dom";
import { visible } from "../format";
import { curveText, sparkline } from "../training/chart";
import type { Clock } from "./clock";
import { className, duration, progressText, rowsText, told } from "./words";

/** Draws a step into its button, which stays, with its focus. */
export function drawCard(button: HTMLButtonElement, step: Step, clock: Clock): void {
  const { sign, word, level } = told(step.state);
  button.className = `znb-step znb-${level}`;
  button.classList.toggle("znb-ghost", level === "idle");
  button.setAttribute("aria-label", visible(spoken(step, word)));
  const head = element("span", "znb-step-head");
  const time = element("span", "znb-step-time");
  clock.add(time, step.seconds, step.state === "RUNNING");
  head.append(element("span", "znb-step-name", step.name), time);
  const state = element("span", "znb-step-state");
  state.append(element("span", "znb-sign", sign), element("span", "", word));
  button.replaceChildren(head, state);
  const missing = step.state === "NOT_DECLARED" && step.method;
  const facts = [missing ? `${step.method ?? ""}(…)` : className(step), rowsText(step.rows)];
  for (const fact of facts) if (fact) button.append(element("span", "znb-step-fact", fact));
  if (step.progress) button.append(...bar(step.progress));
  if (step.curve) {
    const { epochs } = step.curve;
    button.append(
      sparkline(epochs, step.curve),
      element("span", "znb-step-fact", curveText(step.curve)),
    );
  }
  if (step.components.length > 1 && !missing) button.append(parts(step.components, clock));
}

function spoken(step: Step, word: string): string {
  const progress = step.progress ? progressText(step.progress) : "";
  const seconds = step.seconds === null ? "" : duration(step.seconds);
  const curve = step.curve ? curveText(step.curve) : "";
  return [`Step ${step.name}: ${word}`, progress, seconds, rowsText(step.rows), curve]
    .filter(Boolean)
    .join(", ");
}

function bar(progress: StepProgress): HTMLElement[] {
  const outer = element("span", "znb-step-bar");
  const inner = element("span");
  if (progress.total) {
    inner.style.width = `${String(Math.min(100, (100 * progress.done) / progress.total))}%`;
  } else outer.classList.add("znb-step-bar-unknown");
  outer.append(inner);
  return [outer, element("span", "znb-step-fact", progressText(progress))];
}

function parts(components: readonly StepComponent[], clock: Clock): HTMLElement {
  const list = element("span", "znb-parts");
  for (const component of components) {
    const { sign, level } = told(component.state);
    const part = element("span", `znb-part znb-${level}`);
    const time = element("span", "znb-step-time");
    clock.add(time, component.seconds, component.state === "RUNNING");
    part.append(
      element("span", "znb-sign", sign),
      element("span", "znb-part-name", component.label),
      time,
    );
    list.append(part);
  }
  return list;
}
