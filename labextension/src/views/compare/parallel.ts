// Parallel coordinates: an axis a field, a line a run; ranges by mouse, and by fields below for the keyboard.
import { element } from "../dom";
import { button, select } from "../evaluation/controls";
import { visible } from "../format";
import { clipped, counted } from "../long";
import { label, path, svg } from "../svg";
import type { Axis, Range } from "./axes";
import { colourOf, type State } from "./state";

const WIDTH = 800;
const HEIGHT = 320;
const TOP = 44;
const BOTTOM = 272;
/** Where a run without a value is drawn. */
const GAP = 304;
const LEFT = 60;
const RIGHT = 740;
const GLYPH = 6.6;
/** A shorter move is a click, which takes the range away. */
const CLICK = 3;

export class Parallel {
  readonly element = element("div", "znb-cmp-parallel");
  readonly #state: State;
  readonly #drawing: SVGSVGElement;
  readonly #controls = element("div", "znb-cmp-ranges");
  readonly #status = element("p", "znb-cmp-readout");
  #axes: readonly Axis[] = [];
  #lines: readonly SVGPathElement[] = [];
  #brushes: readonly SVGRectElement[] = [];
  #started: { readonly axis: Axis; readonly y: number } | undefined;

  constructor(state: State) {
    this.#state = state;
    this.#status.setAttribute("role", "status");
    this.#drawing = svg("svg", {
      viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
      class: "znb-ev-chart znb-cmp-lines",
      role: "img",
    });
    const ranges = element("details", "znb-cmp-inputs");
    ranges.append(element("summary", "", "Ranges by number"), this.#controls);
    this.element.append(this.#drawing, this.#status, ranges);
    const { signal } = state;
    this.#drawing.addEventListener(
      "pointermove",
      (event) => {
        if (this.#started) this.#drag(this.#started.axis, this.#started.y, this.#y(event));
      },
      { signal },
    );
    for (const ended of ["pointerup", "pointerleave"] as const) {
      this.#drawing.addEventListener(
        ended,
        () => {
          if (this.#started) this.#drawControls();
          this.#started = undefined;
        },
        { signal },
      );
    }
    state.listen(() => {
      this.#mark();
    });
  }

  draw(axes: readonly Axis[]): void {
    this.#axes = axes;
    this.#state.isInRange = (run) => axes.every((axis) => axis.has(run));
    const { runs } = this.#state.document;
    this.#lines = runs.map((_, run) => this.#line(run));
    this.#brushes = axes.map((_, index) =>
      svg("rect", { x: this.#x(index) - 7, width: 14, class: "znb-cmp-brush" }),
    );
    const names = axes.map(({ title }) => title).join(", ");
    const about = `${counted(runs.length, "run")} as lines over ${names || "no axes"}`;
    this.#drawing.setAttribute("aria-label", about);
    this.#drawing.replaceChildren(
      ...this.#lines,
      ...axes.flatMap((axis, index) => this.#axis(axis, index)),
      ...this.#brushes,
      ...axes.map((axis, index) => this.#handle(axis, index)),
    );
    this.#drawControls();
    this.#mark();
  }

  #x(index: number): number {
    const last = this.#axes.length - 1;
    return last > 0 ? LEFT + (index / last) * (RIGHT - LEFT) : WIDTH / 2;
  }

  #line(run: number): SVGPathElement {
    const points = this.#axes.map((axis, index) => {
      const place = axis.place(run);
      const y = Number.isNaN(place) ? GAP : heightOf(place);
      return `${this.#x(index).toFixed(1)} ${y.toFixed(1)}`;
    });
    const line = path(points.length > 0 ? `M${points.join("L")}` : "", "znb-cmp-line");
    line.style.stroke = colourOf(run);
    const title = svg("title");
    title.textContent = visible(this.#state.label(run));
    line.append(title);
    const enter = (): void => {
      this.#state.highlight(run);
    };
    line.addEventListener("pointerenter", enter, { signal: this.#state.signal });
    return line;
  }

  #axis(axis: Axis, index: number): SVGElement[] {
    const x = this.#x(index);
    const room = (RIGHT - LEFT) / Math.max(1, this.#axes.length - 1);
    const fits = Math.max(6, Math.floor(Math.min(room, 2 * LEFT) / GLYPH));
    const short = (text: string, longest: number): string =>
      text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
    // Neighbouring titles stand on two lines, so that each has twice the room.
    const ends = [0, this.#axes.length - 1];
    const side = ends.indexOf(this.#axes.length > 1 ? index : -1);
    const title = label(
      x + ([-LEFT + 4, WIDTH - RIGHT - 4][side] ?? 0),
      index % 2 ? 14 : 30,
      short(axis.field.name, Math.min(30, fits * 2 - 2)),
      ["start", "end"][side] ?? "middle",
    );
    title.setAttribute("class", "znb-cmp-title");
    const full = svg("title");
    full.textContent = axis.title;
    title.append(full);
    const ticks = axis
      .ticks(10)
      .map(([place, text]) =>
        label(x - 6, heightOf(place) + 4, short(text, Math.max(6, fits - 3)), "end"),
      );
    const hasGap = this.#state.document.runs.some((_, run) => Number.isNaN(axis.place(run)));
    const gap = hasGap ? [label(x - 6, GAP + 4, "none", "end")] : [];
    const d = `M${x.toFixed(1)} ${String(TOP)}V${String(BOTTOM)}`;
    return [path(d, "znb-cmp-axis"), title, ...ticks, ...gap];
  }

  /** The strip around an axis that a range is drawn on. */
  #handle(axis: Axis, index: number): SVGElement {
    const handle = svg("rect", {
      x: this.#x(index) - 12,
      y: TOP - 6,
      width: 24,
      height: BOTTOM - TOP + 12,
      class: "znb-cmp-handle",
    });
    const start = (event: PointerEvent): void => {
      event.preventDefault();
      this.#started = { axis, y: this.#y(event) };
      axis.range = undefined;
      this.#state.change();
    };
    handle.addEventListener("pointerdown", start, { signal: this.#state.signal });
    return handle;
  }

  #y(event: PointerEvent): number {
    const { top, height } = this.#drawing.getBoundingClientRect();
    return ((event.clientY - top) / (height || HEIGHT)) * HEIGHT;
  }

  #drag(axis: Axis, from: number, to: number): void {
    const place = (y: number): number => Math.max(0, Math.min(1, (BOTTOM - y) / (BOTTOM - TOP)));
    const range: Range = [place(Math.max(from, to)), place(Math.min(from, to))];
    axis.range = Math.abs(to - from) < CLICK ? undefined : range;
    this.#state.change();
  }

  #drawControls(): void {
    const clear = button(
      "znb-select",
      "All runs",
      () => {
        for (const axis of this.#axes) axis.range = undefined;
        this.#drawControls();
        this.#state.change();
      },
      this.#state.signal,
    );
    this.#controls.replaceChildren(...this.#axes.map((axis) => this.#control(axis)), clear);
  }

  #control(axis: Axis): HTMLElement {
    const made = element("div", "znb-cmp-range");
    made.append(element("span", "znb-cmp-range-name", axis.title));
    if (axis.field.isNumeric) {
      made.append(this.#end(axis, 0), element("span", "", "to"), this.#end(axis, 1));
      return made;
    }
    const options = [[-1, "all"] as const, ...axis.words.map((word, i) => [i, word] as const)];
    const chosen = axis.range
      ? Math.floor(((axis.range[0] + axis.range[1]) / 2) * axis.words.length)
      : -1;
    const choose = (index: number): void => {
      const count = axis.words.length;
      axis.range = index < 0 ? undefined : [index / count, (index + 1) / count];
      this.#state.change();
    };
    made.append(select(axis.title, options, chosen, choose, this.#state.signal));
    return made;
  }

  #end(axis: Axis, side: 0 | 1): HTMLInputElement {
    const input = element("input", "znb-search");
    input.type = "number";
    input.step = "any";
    input.setAttribute("aria-label", `${axis.title}, ${side ? "at most" : "at least"}`);
    input.placeholder = String(side ? axis.high : axis.low);
    const end = axis.range?.[side];
    if (end !== undefined && end !== side)
      input.value = String(Number(axis.valueAt(end).toPrecision(6)));
    const changed = (): void => {
      const place = input.value === "" ? side : axis.placeOf(Number(input.value));
      const range: Range = side ? [axis.range?.[0] ?? 0, place] : [place, axis.range?.[1] ?? 1];
      axis.range = range[0] <= 0 && range[1] >= 1 ? undefined : range;
      this.#state.change();
    };
    input.addEventListener("input", changed, { signal: this.#state.signal });
    return input;
  }

  /** What is highlighted and what is out of range. */
  #mark(): void {
    const { highlighted, document } = this.#state;
    let shown = 0;
    this.#lines.forEach((line, run) => {
      const isIn = this.#state.isInRange(run);
      if (isIn) shown++;
      line.classList.toggle("znb-cmp-out", !isIn);
      line.classList.toggle("znb-cmp-chosen", run === highlighted);
    });
    this.#axes.forEach(({ range }, index) => {
      const [low, high] = range ?? [0, 0];
      const height = Math.max(0, heightOf(low) - heightOf(high));
      this.#brushes[index]?.setAttribute("y", heightOf(high).toFixed(1));
      this.#brushes[index]?.setAttribute("height", range ? height.toFixed(1) : "0");
    });
    const total = counted(document.runs.length, "run");
    const count = shown === document.runs.length ? total : `${String(shown)} of ${total}`;
    const values = this.#axes.map((axis) => {
      const value = highlighted === undefined ? null : (axis.field.values[highlighted] ?? null);
      return `${axis.field.name} ${value === null ? "none" : clipped(String(value), 40)}`;
    });
    const told =
      highlighted === undefined ? "" : ` · ${this.#state.label(highlighted)}: ${values.join(", ")}`;
    this.#status.textContent = visible(count + told);
  }
}

function heightOf(place: number): number {
  return BOTTOM - place * (BOTTOM - TOP);
}
