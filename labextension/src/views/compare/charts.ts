// Parallel coordinates and scatter, with the axes and the run that are chosen for them.
import { element } from "../dom";
import { button, checkbox, select } from "../evaluation/controls";
import { clipped } from "../long";
import { Axis, axisFields, likelyAxes } from "./axes";
import { Parallel } from "./parallel";
import { Scatter } from "./scatter";
import type { Field, State } from "./state";

export class Charts {
  readonly elements: readonly HTMLElement[];
  readonly #state: State;
  readonly #fields: readonly Field[];
  readonly #chosen: Set<Field>;
  readonly #axes = new Map<Field, Axis>();
  readonly #parallel: Parallel;

  constructor(state: State) {
    this.#state = state;
    this.#fields = axisFields(state);
    const likely = likelyAxes(this.#fields);
    this.#chosen = new Set(likely.length > 1 ? likely : this.#fields.slice(0, 4));
    this.#parallel = new Parallel(state);
    const lines = element("div");
    lines.append(this.#parallel.element);
    const points = element("div");
    points.append(new Scatter(state).element);
    const columns = this.#columns();
    const tabs = element("div", "znb-ev-tabs");
    const views = [lines, points];
    const buttons = ["Parallel coordinates", "Scatter"].map((name, index) =>
      button(
        "",
        name,
        () => {
          show(index);
        },
        state.signal,
      ),
    );
    const show = (chosen: number): void => {
      buttons.forEach((one, index) => {
        one.setAttribute("aria-pressed", String(index === chosen));
      });
      views.forEach((view, index) => (view.hidden = index !== chosen));
      columns.hidden = chosen !== 0;
    };
    tabs.append(...buttons);
    const tools = element("div", "znb-head");
    tools.append(tabs, columns, this.#highlight());
    show(0);
    this.elements = [tools, lines, points];
    this.#draw();
  }

  #draw(): void {
    // Parameters come before what they lead to.
    const order = [...this.#fields].sort((a, b) => Number(a.isMetric) - Number(b.isMetric));
    const axes = order.flatMap((field) => {
      if (!this.#chosen.has(field)) {
        this.#axes.delete(field);
        return [];
      }
      const axis = this.#axes.get(field) ?? new Axis(field);
      this.#axes.set(field, axis);
      return [axis];
    });
    this.#parallel.draw(axes);
    this.#state.change();
  }

  #columns(): HTMLElement {
    const details = element("details", "znb-ev-columns");
    details.append(element("summary", "znb-toggle", "Axes"));
    const list = element("div", "znb-ev-choices");
    for (const field of this.#fields) {
      const choice = element("label");
      const changed = (isChecked: boolean): void => {
        if (isChecked) this.#chosen.add(field);
        else this.#chosen.delete(field);
        this.#draw();
      };
      const name = field.isMetric ? field.name : `${field.group}: ${field.name}`;
      choice.append(
        checkbox(this.#chosen.has(field), changed, this.#state.signal),
        element("span", "", clipped(name, 80)),
      );
      list.append(choice);
    }
    details.append(list);
    return details;
  }

  /** Which run stands out; for those who cannot point at it. */
  #highlight(): HTMLElement {
    const state = this.#state;
    const options = [
      [-1, "Highlight: none"] as const,
      ...state.document.runs.map((_, run) => [run, state.label(run)] as const),
    ];
    const made = select(
      "Highlight a run",
      options,
      -1,
      (run) => {
        state.highlight(run < 0 ? undefined : run);
      },
      state.signal,
    );
    state.listen(() => {
      if (made instanceof HTMLSelectElement) made.selectedIndex = (state.highlighted ?? -1) + 1;
    });
    return made;
  }
}
