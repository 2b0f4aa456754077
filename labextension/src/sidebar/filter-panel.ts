// The filters of the list, folded away behind a button until they are wanted.
import type { RunsDocument } from "../contract/pages/runs";
import { element } from "../views/dom";
import { Choices } from "./choices";
import { type Filters, NO_FILTERS, type Span, SPANS } from "./filters";
import { wordButton } from "./icons";
import { isState, told } from "./words";

export interface FilterEvents {
  readonly filter: (filters: Filters) => void;
  readonly clear: () => void;
  /** The metrics that rows show. */
  readonly metrics: (names: string[]) => void;
}

export class FilterPanel {
  readonly element = element("div", "znb-filters");
  readonly #events: FilterEvents;
  readonly #signal: AbortSignal;
  readonly #pipelines: Choices;
  readonly #states: Choices;
  readonly #metrics: Choices;
  readonly #span = element("select", "znb-field");
  readonly #between = element("div", "znb-pair");
  readonly #metric = element("select", "znb-field");
  readonly #range = element("div", "znb-pair");
  readonly #inputs: Readonly<Record<"since" | "before" | "minimum" | "maximum", HTMLInputElement>>;
  #filters = NO_FILTERS;

  constructor(events: FilterEvents, signal: AbortSignal) {
    this.#events = events;
    this.#signal = signal;
    this.#pipelines = new Choices(
      "Pipeline",
      (pipelines) => {
        this.#set({ pipelines });
      },
      signal,
    );
    this.#states = new Choices(
      "State",
      (states) => {
        this.#set({ states });
      },
      signal,
    );
    this.#metrics = new Choices(
      "Metrics shown in the list",
      (names) => {
        events.metrics(names);
      },
      signal,
    );
    this.#inputs = {
      since: this.#input("since", "datetime-local", "From"),
      before: this.#input("before", "datetime-local", "Until"),
      minimum: this.#input("minimum", "number", "At least"),
      maximum: this.#input("maximum", "number", "At most"),
    };
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Filters");
    this.element.append(
      this.#states.element,
      this.#pipelines.element,
      this.#timeFields(),
      this.#metricFields(),
      this.#metrics.element,
      wordButton("Clear filters", events.clear, signal),
    );
  }

  /** @param chosen - the metrics that rows show */
  show(filters: Filters, document: RunsDocument | undefined, chosen: readonly string[]): void {
    this.#filters = filters;
    const { pipelines = [], states = [], metrics = [] } = document ?? {};
    const counted = ({ runs }: { runs: number }): number => runs;
    this.#pipelines.show(
      pipelines.map((it) => ({ name: it.name, label: it.name, count: counted(it) })),
      filters.pipelines,
    );
    this.#states.show(
      // A run of another tool may have no state: there is no word to ask for it by.
      states
        .filter(({ state }) => isState(state))
        .map((it) => ({ name: it.state, label: told(it.state).word, count: counted(it) })),
      filters.states,
    );
    this.#metrics.show(
      metrics.map((name) => ({ name, label: name, count: null })),
      chosen,
    );
    this.#span.value = filters.span;
    this.#between.hidden = filters.span !== "custom";
    this.#showMetrics(metrics, filters.metric);
    this.#range.hidden = filters.metric === "";
    for (const [name, input] of Object.entries(this.#inputs) as [
      keyof Filters,
      HTMLInputElement,
    ][]) {
      const value = String(filters[name]);
      if (input.value !== value && isLeft(input)) input.value = value;
    }
  }

  #showMetrics(names: readonly string[], chosen: string): void {
    const all = ["", ...names, ...(chosen && !names.includes(chosen) ? [chosen] : [])];
    const drawn = [...this.#metric.options].map(({ value }) => value);
    if (drawn.join("\n") !== all.join("\n")) {
      this.#metric.replaceChildren(
        ...all.map((name) => {
          const option = element("option", "", name || "Any metric");
          option.value = name;
          return option;
        }),
      );
    }
    this.#metric.value = chosen;
    this.#metric.disabled = all.length === 1;
  }

  #timeFields(): HTMLElement {
    this.#span.setAttribute("aria-label", "Started");
    for (const [span, { label }] of SPANS) {
      const option = element("option", "", label);
      option.value = span;
      this.#span.append(option);
    }
    const change = (): void => {
      this.#set({ span: this.#span.value as Span });
    };
    this.#span.addEventListener("change", change, { signal: this.#signal });
    this.#between.append(
      labelled("From", this.#inputs.since),
      labelled("Until", this.#inputs.before),
    );
    return fieldset("Started", this.#span, this.#between);
  }

  #metricFields(): HTMLElement {
    this.#metric.setAttribute("aria-label", "Metric");
    const change = (): void => {
      const bounds = this.#metric.value === "" ? { minimum: "", maximum: "" } : {};
      this.#set({ metric: this.#metric.value, ...bounds });
    };
    this.#metric.addEventListener("change", change, { signal: this.#signal });
    this.#range.append(
      labelled("At least", this.#inputs.minimum),
      labelled("At most", this.#inputs.maximum),
    );
    return fieldset("Metric", this.#metric, this.#range);
  }

  #input(
    name: "since" | "before" | "minimum" | "maximum",
    type: "datetime-local" | "number",
    label: string,
  ): HTMLInputElement {
    const input = element("input", "znb-field");
    input.type = type;
    if (type === "number") input.step = "any";
    input.setAttribute("aria-label", label);
    const change = (): void => {
      this.#set({ [name]: input.value });
    };
    input.addEventListener("change", change, { signal: this.#signal });
    return input;
  }

  #set(changed: Partial<Filters>): void {
    this.#events.filter({ ...this.#filters, ...changed });
  }
}

/** A person who types is not interrupted. */
function isLeft(input: HTMLElement): boolean {
  return document.activeElement !== input;
}

function labelled(label: string, field: HTMLElement): HTMLElement {
  const whole = element("label", "znb-labelled");
  whole.append(element("span", "znb-quiet", label), field);
  return whole;
}

function fieldset(legend: string, ...fields: HTMLElement[]): HTMLElement {
  const whole = element("fieldset", "znb-choices");
  whole.append(element("legend", "", legend), ...fields);
  return whole;
}
