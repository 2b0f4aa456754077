// How a metric is distributed over the slices; a click on a bin shows its slices.
import { element } from "../dom";
import { counted } from "../long";
import { button, redraw, select } from "./controls";
import type { State } from "./state";
import { rounded, valueOf } from "./values";

const MOST_BINS = 16;

export class Histogram {
  readonly element = element("div", "znb-ev-histogram");
  readonly #state: State;
  readonly #signal: AbortSignal;
  readonly #bins = element("div", "znb-ev-bins");
  readonly #ends = element("div", "znb-ev-ends");
  readonly #status = element("span", "znb-count");
  #metric = 0;
  #series = 0;

  constructor(state: State, signal: AbortSignal) {
    this.#state = state;
    this.#signal = signal;
    const { metrics, series } = state.document;
    const numbers = metrics.flatMap(({ kind }, index) => (kind === "number" ? [index] : []));
    this.#metric = numbers.find((index) => !metrics[index]?.is_count) ?? numbers[0] ?? 0;
    const head = element("div", "znb-head");
    const choose = (
      label: string,
      names: readonly (readonly [number, string])[],
      chosen: number,
      keep: (index: number) => void,
    ): HTMLElement =>
      select(
        label,
        names,
        chosen,
        (index) => {
          keep(index);
          state.range = undefined;
          state.change();
        },
        signal,
      );
    head.append(
      element("span", "", "Slices by"),
      choose(
        "Metric of the histogram",
        numbers.map((index) => [index, metrics[index]?.label ?? ""]),
        this.#metric,
        (index) => (this.#metric = index),
      ),
    );
    if (series.length > 1) {
      const names = series.map(({ name }, index) => [index, name] as const);
      head.append(choose("Series of the histogram", names, 0, (index) => (this.#series = index)));
    }
    this.#status.setAttribute("role", "status");
    head.append(this.#status);
    this.#bins.setAttribute("role", "group");
    this.#bins.setAttribute("aria-label", "Bins of the histogram");
    this.element.append(head, this.#bins, this.#ends);
    this.element.hidden = numbers.length === 0;
  }

  draw(): void {
    const { document, range } = this.#state;
    const values = this.#state
      .filtered()
      .map((slice) => valueOf(document.slices[slice]?.values[this.#metric]?.[this.#series]).value);
    const finite = values.filter(Number.isFinite);
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
    const bins =
      low < high
        ? Math.min(MOST_BINS, Math.max(4, Math.ceil(Math.sqrt(finite.length) * 2)))
        : finite.length > 0
          ? 1
          : 0;
    const edge = (index: number): number =>
      index === bins ? high : low + ((high - low) * index) / bins;
    const counts = new Array<number>(bins).fill(0);
    for (const value of finite) {
      let index = Math.min(bins - 1, Math.floor(((value - low) / (high - low || 1)) * bins));
      // The edges are what the filter compares with: rounding must not put a value on another side.
      while (index > 0 && value < edge(index)) index -= 1;
      while (index < bins - 1 && value >= edge(index + 1)) index += 1;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    const most = Math.max(...counts, 1);
    const buttons = counts.map((count, index) =>
      this.#bin(count, most, edge(index), edge(index + 1), index === bins - 1),
    );
    const pressed = range
      ? buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true")
      : -1;
    redraw(this.#bins, ...buttons);
    this.#ends.replaceChildren(
      ...(bins > 0
        ? [...new Set([low, (low + high) / 2, high])].map((end) =>
            element("span", "", rounded(end)),
          )
        : []),
    );
    const without = values.length - finite.length;
    const rest = without > 0 ? `, ${counted(without, "slice")} without a value` : "";
    this.#status.textContent =
      pressed >= 0
        ? `showing ${buttons[pressed]?.title ?? ""}`
        : `click a bin to see its slices${rest}`;
  }

  #bin(count: number, most: number, low: number, high: number, isLast: boolean): HTMLButtonElement {
    const state = this.#state;
    const title = `${rounded(low)} to ${rounded(high)}: ${counted(count, "slice")}`;
    const choose = (): void => {
      const chosen = { metric: this.#metric, series: this.#series, low, high, isLast };
      state.range = isPressed ? undefined : chosen;
      state.change();
    };
    const { range } = state;
    const isPressed = range !== undefined && range.low === low && range.high === high;
    const made = button("", "", choose, this.#signal);
    made.dataset.key = made.title = title;
    made.setAttribute("aria-label", title);
    made.setAttribute("aria-pressed", String(isPressed));
    made.disabled = count === 0;
    const fill = element("i");
    fill.style.height = `${String((count / most) * 100)}%`;
    made.append(fill);
    return made;
  }
}
