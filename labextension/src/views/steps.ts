// Draws zenml_nb/steps@1: the steps as a graph that follows a running pipeline.
import type { StepsDocument, StepsRun } from "../contract/steps";
import { element, paragraphs } from "./dom";
import { visible } from "./format";
import type { Scope, Update } from "./scope";
import { Clock } from "./steps/clock";
import { StepGraph } from "./steps/graph";
import { failure, StepPanel } from "./steps/panel";
import { told } from "./steps/words";

export function renderSteps(
  root: HTMLElement,
  document: StepsDocument,
  scope: Scope,
): Update<StepsDocument> {
  const view = new StepsView(root, scope);
  view.show(document);
  return (next) => {
    view.update(next);
  };
}

class StepsView {
  readonly #head = element("div", "znb-head");
  readonly #notes = element("div");
  readonly #announced = element("p", "znb-hidden");
  readonly #graph: StepGraph;
  readonly #panel: StepPanel;
  readonly #clock: Clock;
  #document: StepsDocument | undefined;
  #selected: string | undefined;
  /** What a person has chosen is not taken away by a step that fails. */
  #chosen = false;

  constructor(root: HTMLElement, scope: Scope) {
    this.#clock = new Clock(scope.signal);
    this.#graph = new StepGraph(scope.signal, (name) => {
      this.#choose(name === this.#selected ? undefined : name);
    });
    this.#panel = new StepPanel(scope, () => {
      const name = this.#selected;
      this.#choose(undefined);
      if (name !== undefined) this.#graph.focus(name);
    });
    this.#announced.setAttribute("role", "status");
    root.append(this.#head, this.#notes, this.#announced, this.#graph.element, this.#panel.element);
  }

  /** A newer document: what ran goes on, and what changed is announced. */
  update(document: StepsDocument): void {
    const before = new Map(this.#document?.steps.map(({ name, state }) => [name, state]));
    const changed = document.steps.filter(({ name, state }) => before.get(name) !== state);
    const words = changed.map(({ name, state }) => `${name}: ${told(state).word}`);
    if (words.length > 0) this.#announced.textContent = visible(words.join(", "));
    this.show(document);
    this.#clock.start();
  }

  show(document: StepsDocument): void {
    this.#document = document;
    this.#clock.stop();
    this.#drawHead(document);
    this.#notes.replaceChildren(...paragraphs(document.notes));
    if (document.run?.error) this.#notes.append(failure(document.run.error));
    this.#graph.show(document, this.#clock);
    const failed = document.steps.find(({ error }) => error)?.name;
    if (!this.#chosen) this.#selected = failed;
    this.#showSelected();
  }

  #choose(name: string | undefined): void {
    this.#chosen = true;
    this.#selected = name;
    this.#showSelected();
    if (name !== undefined) this.#panel.element.scrollIntoView({ block: "nearest" });
  }

  #showSelected(): void {
    const step = this.#document?.steps.find(({ name }) => name === this.#selected);
    this.#graph.select(step?.name);
    this.#panel.show(step, this.#clock);
  }

  #drawHead({ title, run }: StepsDocument): void {
    this.#head.replaceChildren(element("h3", "znb-title", title), ...this.#runFacts(run));
  }

  #runFacts(run: StepsRun | null): HTMLElement[] {
    if (!run) return [element("span", "znb-count", "not run yet")];
    const { sign, word, level } = told(run.state);
    const time = element("span", "znb-count");
    this.#clock.add(time, run.seconds, run.state === "RUNNING");
    const started = new Date(run.started);
    const when = Number.isNaN(started.getTime()) ? run.started : started.toLocaleString();
    const until = run.until ? [element("span", "znb-count", `until ${run.until}`)] : [];
    return [
      element("span", `znb-state znb-${level}`, `${sign} ${word}`),
      time,
      element("span", "znb-count", `started ${when}`),
      ...until,
      element("code", "znb-run", run.id),
    ];
  }
}
