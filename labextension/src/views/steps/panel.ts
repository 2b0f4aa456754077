// What there is to know of one step: why it failed, what it ran with, what it read and wrote.
import type {
  Step,
  StepArtifact,
  StepComponent,
  StepConfiguration,
  StepError,
} from "../../contract/steps";
import { legend } from "../bars";
import { element } from "../dom";
import { visible } from "../format";
import type { Scope } from "../scope";
import { metricChart, SIDES } from "../training/chart";
import type { Clock } from "./clock";
import { rowsText, told } from "./words";

export class StepPanel {
  readonly element = element("section", "znb-panel");
  readonly #scope: Scope;
  readonly #close: () => void;
  #name: string | undefined;
  #drawn = "";
  /** Drawn by itself: while a model trains, what else is open here stays as it is. */
  readonly #curve = element("div", "znb-step-curve");
  #curveDrawn = "";
  #curveDrawing = new AbortController();

  constructor(scope: Scope, close: () => void) {
    this.#scope = scope;
    this.#close = close;
    this.element.hidden = true;
    scope.signal.addEventListener("abort", () => {
      this.#curveDrawing.abort();
    });
    this.element.setAttribute("role", "region");
    this.element.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape") close();
      },
      { signal: scope.signal },
    );
  }

  /** Shows a step. One that is shown already is drawn anew only if more than its clock went on. */
  show(step: Step | undefined, clock: Clock): void {
    this.element.hidden = !step;
    const drawn = step ? JSON.stringify(step, withoutClock) : "";
    const same = step?.name === this.#name;
    if (step && !(same && drawn === this.#drawn)) this.#draw(step, same);
    this.#name = step?.name;
    this.#drawn = drawn;
    if (step) this.#time(step, clock);
    this.#showCurve(step);
  }

  #showCurve(step: Step | undefined): void {
    const drawn = JSON.stringify(step?.curve ?? null);
    if (drawn === this.#curveDrawn) return;
    this.#curveDrawn = drawn;
    this.#curveDrawing.abort();
    this.#curveDrawing = new AbortController();
    this.#curve.replaceChildren();
    if (!step?.curve) return;
    const { signal } = this.#curveDrawing;
    this.#curve.append(
      element("h5", "znb-sub", "Loss"),
      legend(SIDES.map(({ word, colour }) => [word, colour])),
      metricChart("loss", step.curve.epochs, step.curve, signal),
    );
  }

  #draw(step: Step, same: boolean): void {
    const folded = same ? states(this.element) : new Map<string, boolean>();
    this.element.setAttribute("aria-label", visible(`Step ${step.name}`));
    const grid = element("div", "znb-panel-grid");
    grid.append(configuration(step), components(step, this.#scope));
    const error = step.error ? [failure(step.error)] : [];
    this.element.replaceChildren(this.#head(step), ...error, this.#curve, grid);
    for (const details of this.element.querySelectorAll("details")) {
      details.open = folded.get(details.dataset.key ?? "") ?? details.open;
    }
  }

  #head(step: Step): HTMLElement {
    const head = element("div", "znb-head");
    const close = element("button", "znb-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", visible(`Close step ${step.name}`));
    close.addEventListener("click", this.#close, { signal: this.#scope.signal });
    const facts = [rowsText(step.rows)].filter(Boolean);
    head.append(
      element("h4", "znb-caption", step.name),
      badge(step),
      time("step"),
      ...facts.map((fact) => element("span", "znb-count", fact)),
      close,
    );
    return head;
  }

  #time(step: Step, clock: Clock): void {
    const shown = new Map<string, Step | StepComponent>([["step", step]]);
    step.components.forEach((component, index) => shown.set(`c${String(index)}`, component));
    for (const place of this.element.querySelectorAll<HTMLElement>("[data-time]")) {
      const node = shown.get(place.dataset.time ?? "");
      if (node) clock.add(place, node.seconds, node.state === "RUNNING");
    }
  }
}

const withoutClock = (key: string, value: unknown): unknown =>
  key === "seconds" || key === "progress" || key === "curve" ? undefined : value;

function states(panel: HTMLElement): Map<string, boolean> {
  const all = [...panel.querySelectorAll("details")];
  return new Map(all.map((details) => [details.dataset.key ?? "", details.open]));
}

function time(key: string): HTMLElement {
  const made = element("span", "znb-count");
  made.dataset.time = key;
  return made;
}

function badge({ state }: Step | StepComponent): HTMLElement {
  const { sign, word, level } = told(state);
  return element("span", `znb-state znb-${level}`, `${sign} ${word}`);
}

function folding(key: string, open: boolean, ...summary: (string | HTMLElement)[]): HTMLElement {
  const made = element("details", "znb-fold");
  made.dataset.key = key;
  made.open = open;
  const head = element("summary");
  head.append(...summary);
  made.append(head);
  return made;
}

/** Text of several lines; a line break is the one control character that is meant to be obeyed. */
function lines(all: readonly string[], label: string): HTMLElement {
  const made = element("pre", "znb-log");
  made.textContent = all.map(visible).join("\n");
  made.tabIndex = 0;
  made.setAttribute("role", "region");
  made.setAttribute("aria-label", visible(label));
  return made;
}

/** An error, with its message first. */
export function failure(error: StepError): HTMLElement {
  const made = element("div", "znb-failure");
  made.setAttribute("role", "alert");
  for (const line of error.message.split("\n")) made.append(element("p", "znb-message", line));
  if (error.place) made.append(element("p", "znb-place", error.place));
  if (error.source) made.append(element("pre", "znb-source", error.source));
  for (const [key, name, stack] of [
    ["stack", "Your code", error.stack],
    ["traceback", "Whole traceback", error.traceback],
  ] as const) {
    if (!stack) continue;
    const fold = folding(key, false, name);
    fold.append(lines(stack.trimEnd().split("\n"), name));
    made.append(fold);
  }
  return made;
}

function configuration(step: Step): HTMLElement {
  const made = element("div", "znb-part-of");
  made.append(element("h5", "znb-sub", "Configuration"));
  const { configuration: given, method } = step;
  if (step.state === "NOT_DECLARED") {
    made.append(element("p", "znb-note", `Call ${method ?? ""}(…) to add this step.`));
  } else if (!given) made.append(element("p", "znb-note", "Nothing is recorded."));
  else made.append(...given_(given));
  return made;
}

function given_(given: StepConfiguration): HTMLElement[] {
  const made: HTMLElement[] = [];
  if (given.source) made.push(element("p", "znb-class", given.source));
  if (given.changed) {
    made.push(
      element(
        "p",
        "znb-note",
        "Changed since this run: the next one will use what is declared now.",
      ),
    );
  }
  const list = element("dl", "znb-args");
  for (const { name, value } of given.args) {
    list.append(element("dt", "", name), element("dd", "", value || '""'));
  }
  if (given.args.length > 0) made.push(list);
  return made;
}

function components(step: Step, scope: Scope): HTMLElement {
  const made = element("div", "znb-part-of");
  const many = step.components.length > 1;
  made.append(element("h5", "znb-sub", many ? "Components" : "Component"));
  step.components.forEach((component, index) => {
    const open = !many || component.state === "FAILED";
    const head = [element("strong", "", component.id), badge(component), time(`c${String(index)}`)];
    const fold = folding(`c${String(index)}`, open, ...head);
    fold.append(...detail(component, index, scope));
    made.append(fold);
  });
  return made;
}

function detail(component: StepComponent, index: number, scope: Scope): HTMLElement[] {
  const made: HTMLElement[] = [];
  if (component.reason) {
    const why = component.state === "CACHED" ? "From the cache" : "Why it ran";
    made.push(element("p", "znb-note", `${why}: ${component.reason}`));
  }
  for (const [name, artifacts] of [
    ["Inputs", component.inputs],
    ["Outputs", component.outputs],
  ] as const) {
    if (artifacts.length === 0) continue;
    const list = element("ul", "znb-artifacts");
    list.append(...artifacts.map((one) => artifact(one, name === "Outputs", scope)));
    made.push(element("h6", "znb-sub", name), list);
  }
  if (component.log.length > 0) {
    const fold = folding(
      `log${String(index)}`,
      false,
      `Log, last ${String(component.log.length)} lines`,
    );
    fold.append(lines(component.log, `Log of ${component.id}`));
    made.push(fold);
  }
  return made;
}

function artifact(one: StepArtifact, isOutput: boolean, scope: Scope): HTMLElement {
  const item = element("li");
  if (one.key) item.append(element("strong", "", one.key), " ");
  const splits = one.splits.length > 0 ? ` (${one.splits.join(", ")})` : "";
  const from = !isOutput && one.from ? ` from ${one.from}` : "";
  item.append(element("span", "", `${one.type}${from}${splits}`));
  if (!one.uri) return item;
  if (one.view) item.append(" ", ...opening(one, scope));
  if (isOutput) item.append(element("code", "znb-uri", one.uri));
  return item;
}

/** A link where the host can follow it, else the code that shows the view. */
function opening(one: StepArtifact, { host, signal }: Scope): HTMLElement[] {
  const { open } = host;
  const button = element("button", "znb-step-open", open ? "Open view" : "Copy code for its view");
  button.type = "button";
  button.setAttribute("aria-label", visible(`${button.textContent}: ${one.type} ${one.uri}`));
  const act = (): void => {
    if (open) open(one.uri);
    else void copy(one.view, button);
  };
  button.addEventListener("click", act, { signal });
  return [button];
}

/** Pages without TLS have no clipboard: there the code is shown, to be marked. */
async function copy(code: string, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code);
    button.textContent = "Copied";
  } catch {
    const shown = element("code", "znb-snippet", code);
    button.replaceWith(shown);
    getSelection()?.selectAllChildren(shown);
  }
}
