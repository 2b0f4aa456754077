// The plots of the compared slices: one kind at a time, all slices and models in one chart.
import { element } from "../dom";
import { legend } from "../bars";
import { clipped } from "../long";
import { chart } from "./chart";
import { button, redraw, select } from "./controls";
import { type Item, itemsOf } from "./compare";
import { type Curve, CURVES } from "./curves";
import { atThreshold, classes, type Drawn, labels, type Norm, NORMS } from "./matrices";
import type { State } from "./state";
import { numberOf, rounded } from "./values";

const MOST = 8;

interface Tab {
  readonly id: string;
  readonly title: string;
  readonly has: (drawn: Drawn) => boolean;
  readonly curve?: Curve;
}

const TABS: readonly Tab[] = [
  ...CURVES.map((curve) => ({
    id: curve.id,
    title: curve.title,
    curve,
    has: ({ plot }: Drawn) => curve.points(plot).length > 0,
  })),
  {
    id: "matrix",
    title: "Confusion matrix",
    has: ({ plot }: Drawn) => plot.thresholds !== undefined,
  },
  { id: "classes", title: "Classes", has: ({ plot }: Drawn) => plot.classes !== undefined },
  { id: "labels", title: "Labels", has: ({ plot }: Drawn) => plot.labels !== undefined },
];

export class Plots {
  readonly element = element("div", "znb-ev-plots");
  readonly #state: State;
  readonly #signal: AbortSignal;
  #drawing = new AbortController();
  #group = 0;
  #tab = "";
  #threshold = 0.5;
  #index: number | undefined;
  #norm: Norm = "counts";

  constructor(state: State, signal: AbortSignal) {
    this.#state = state;
    this.#signal = signal;
    signal.addEventListener("abort", () => {
      this.#drawing.abort();
    });
  }

  draw(): void {
    this.#drawing.abort();
    this.#drawing = new AbortController();
    if (this.#signal.aborted) return;
    const { document } = this.#state;
    const items = itemsOf(this.#state);
    const drawn = items.flatMap((item: Item) =>
      document.plots
        .filter(
          ({ group, slice, series }) =>
            group === this.#group && slice === item.slice && series === item.series,
        )
        .map((plot) => ({ item, plot })),
    );
    const shown = drawn.slice(0, MOST);
    const tabs = TABS.filter(({ has }) => shown.some(has));
    const tab = tabs.find(({ id }) => id === this.#tab) ?? tabs[0];
    const head = element("div", "znb-head");
    if (document.groups.length > 1) head.append(this.#groups());
    head.append(this.#tabs(tabs, tab));
    const parts: HTMLElement[] = [head];
    if (tab) parts.push(...this.#content(tab, shown.filter(tab.has)));
    else parts.push(element("p", "znb-note", "The evaluation has no plots of these slices here."));
    for (const { plot } of shown) {
      if (plot.message) parts.push(element("p", "znb-problem", clipped(plot.message)));
    }
    if (drawn.length > MOST)
      parts.push(
        element("p", "znb-note", `The first ${String(MOST)} of ${String(drawn.length)} are shown.`),
      );
    redraw(this.element, ...parts);
  }

  /** A choice that draws anew. */
  #choice<V extends number | string>(
    label: string,
    options: readonly (readonly [V, string])[],
    chosen: V,
    choose: (value: V) => void,
  ): HTMLElement {
    const change = (value: V): void => {
      choose(value);
      this.draw();
    };
    return select(label, options, chosen, change, this.#drawing.signal);
  }

  #groups(): HTMLElement {
    const names = this.#state.document.groups.map(
      (name, index) => [index, name || "the model"] as const,
    );
    return this.#choice("Plots of", names, this.#group, (chosen) => (this.#group = chosen));
  }

  #tabs(tabs: readonly Tab[], shown: Tab | undefined): HTMLElement {
    const made = element("div", "znb-ev-tabs");
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", "Kind of plot");
    for (const { id, title } of tabs) {
      const choose = (): void => {
        this.#tab = id;
        this.draw();
      };
      const tab = button("", title, choose, this.#drawing.signal);
      tab.setAttribute("aria-pressed", String(id === shown?.id));
      made.append(tab);
    }
    return made;
  }

  #content(tab: Tab, drawn: readonly Drawn[]): HTMLElement[] {
    const { signal } = this.#drawing;
    const { curve } = tab;
    if (curve) {
      const lines = drawn.map(({ item, plot }) => ({ ...item, points: curve.points(plot) }));
      return [chart(curve, lines, signal), legendOf(drawn)];
    }
    if (tab.id === "matrix") {
      const moved = (threshold: number): void => {
        this.#threshold = threshold;
      };
      return [atThreshold(drawn, this.#threshold, moved, signal)];
    }
    const isClasses = tab.id === "classes";
    const thresholds = (isClasses ? drawn[0]?.plot.classes : drawn[0]?.plot.labels) ?? [];
    const index = Math.min(this.#index ?? middle(thresholds), thresholds.length - 1);
    const tools = element("div", "znb-head");
    if (thresholds.length > 1) {
      const names = thresholds.map(
        ({ threshold }, at) => [at, `Threshold ${rounded(numberOf(threshold))}`] as const,
      );
      tools.append(this.#choice("Threshold", names, index, (chosen) => (this.#index = chosen)));
    }
    if (isClasses) {
      tools.append(
        this.#choice("Cells show", NORMS, this.#norm, (chosen) => (this.#norm = chosen)),
      );
    }
    return [tools, isClasses ? classes(drawn, index, this.#norm) : labels(drawn, index)];
  }
}

/** The threshold nearest to one half. */
function middle(thresholds: readonly { readonly threshold: number | string | null }[]): number {
  const away = thresholds.map(({ threshold }) => Math.abs(numberOf(threshold) - 0.5));
  return Math.max(0, away.indexOf(Math.min(...away)));
}

function legendOf(drawn: readonly Drawn[]): HTMLElement {
  if (drawn.length < 2) return element("p");
  return legend(drawn.map(({ item }) => [clipped(item.name, 80), item.variable]));
}
