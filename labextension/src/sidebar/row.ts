// One run in the list. A row is made once and filled again and again, as the list moves below it.
import { element } from "../views/dom";
import { visible } from "../views/format";
import type { Held } from "./pages";
import { ago, durationText, exactly, shortId, shownMetrics, spoken, told } from "./words";

export class Row {
  readonly element = element("div", "znb-run");
  readonly #check = element("span", "znb-run-check");
  readonly #sign = element("span", "znb-run-sign");
  readonly #pipeline = element("span", "znb-run-pipeline");
  readonly #when = element("time", "znb-run-when");
  readonly #state = element("span", "znb-run-state");
  readonly #taken = element("span", "znb-run-taken");
  readonly #id = element("code", "znb-run-id");
  readonly #facts = element("span", "znb-run-facts");
  readonly #body = element("div", "znb-run-body");
  #shown: Held | undefined;
  #metrics = "";

  constructor() {
    this.element.setAttribute("role", "option");
    for (const part of [this.#check, this.#sign]) part.setAttribute("aria-hidden", "true");
    const line = (className: string, ...parts: HTMLElement[]): HTMLElement => {
      const made = element("div", `znb-run-line ${className}`);
      made.append(...parts);
      return made;
    };
    this.#body.append(
      line("znb-run-first", this.#pipeline, this.#when),
      line("znb-run-second", this.#state, this.#taken, this.#id),
      line("znb-run-third", this.#facts),
    );
    this.element.append(this.#check, this.#sign, this.#body);
  }

  get id(): string | undefined {
    return this.#shown?.run.id;
  }

  get isRunning(): boolean {
    return this.#shown?.run.state === "RUNNING";
  }

  /** @param chosen - names of the metrics that are shown */
  show(held: Held | undefined, chosen: readonly string[]): void {
    const metrics = chosen.join("\n");
    if (held && held === this.#shown && metrics === this.#metrics) return;
    this.#shown = held;
    this.#metrics = metrics;
    this.element.classList.toggle("znb-run-awaited", !held);
    if (!held) {
      this.#blank();
      return;
    }
    const { run } = held;
    const { sign, word, level } = told(run.state);
    this.element.dataset.level = level;
    this.#sign.textContent = sign;
    this.#sign.classList.toggle("znb-run-spinner", run.state === "RUNNING");
    this.#pipeline.textContent = visible(run.pipeline);
    this.#pipeline.title = visible(run.id);
    this.#state.textContent = word;
    this.#id.textContent = shortId(run);
    this.#id.title = visible(run.id);
    this.#when.dateTime = run.started;
    this.#when.title = exactly(run.started);
    this.#showFacts(held, chosen);
    this.tick();
    this.element.setAttribute("aria-label", spoken(run, this.#passed(), chosen));
  }

  /** The times, which go on. */
  tick(): void {
    if (!this.#shown) return;
    this.#when.textContent = ago(this.#shown.run.started);
    this.#taken.textContent = durationText(this.#shown.run, this.#passed());
  }

  #passed(): number {
    return this.#shown ? (performance.now() - this.#shown.received) / 1000 : 0;
  }

  #blank(): void {
    for (const part of [
      this.#sign,
      this.#pipeline,
      this.#when,
      this.#state,
      this.#taken,
      this.#id,
    ]) {
      part.textContent = "";
    }
    this.#facts.replaceChildren();
    this.#sign.classList.remove("znb-run-spinner");
    delete this.element.dataset.level;
    this.element.setAttribute("aria-label", "Loading");
  }

  /** A failed run says where and why; any other one has its metrics. */
  #showFacts({ run }: Held, chosen: readonly string[]): void {
    const { failed_step: step, error, until } = run;
    this.#facts.removeAttribute("title");
    if (step !== null || error) {
      const text = [step === null ? "" : `at ${step}`, error ?? ""].filter(Boolean).join(": ");
      this.#facts.title = visible(text);
      this.#facts.replaceChildren(element("span", "znb-run-error", text));
      return;
    }
    const metrics = shownMetrics(run, chosen);
    this.#facts.title = metrics.map(({ name, text }) => `${visible(name)} ${text}`).join(", ");
    if (metrics.length > 0) {
      this.#facts.replaceChildren(
        ...metrics.map(({ name, text }) => {
          const metric = element("span", "znb-run-metric");
          metric.append(element("span", "znb-run-name", name), element("b", "", text));
          return metric;
        }),
      );
    } else this.#facts.replaceChildren(...(until ? [element("span", "", `until ${until}`)] : []));
  }
}
