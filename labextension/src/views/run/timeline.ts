// The executions on the axis of time: a bar each, below the step that it belongs to.
import type { RunDocument, RunSpan, SpanState } from "../../contract/pages/run";
import { element } from "../dom";
import { MISSING, visible } from "../format";
import { clipped } from "../long";
import { duration, told } from "../steps/words";
import { axis, label as text, path, svg } from "../svg";
import { elapsed } from "./header";
import { timeScale } from "./time-scale";

const ROW = 24;
const BAR = 12;
const AXIS = 26;
const RIGHT = 12;
const LEFT = 6;
const LEAST = 2;
/** Of a place that is not laid out yet. */
const DEFAULT_WIDTH = 640;
/** About as wide is a character of a duration. */
const CHARACTER = 6.2;

interface Row {
  readonly name: string;
  readonly level: "step" | "part" | "alone";
  readonly start: number;
  readonly end: number;
  readonly state: SpanState | undefined;
  readonly said: string;
}

const HINT = "Point at a bar, or use the arrow keys in the chart.";

export class Timeline {
  readonly element = element("div", "znb-rp-timeline");
  readonly #names = element("div", "znb-rp-names");
  readonly #plot = svg("svg", { class: "znb-rp-plot", tabindex: 0, role: "img" });
  readonly #told = element("p", "znb-rp-told", HINT);
  readonly #grid = element("div", "znb-rp-grid");
  readonly #empty = element("p", "znb-note", "Nothing was executed yet.");
  readonly #cursor = svg("rect", { class: "znb-rp-cursor" });
  #rows: readonly Row[] = [];
  #end = 0;
  #place = -1;
  #width = 0;
  #drawn = "";

  constructor(signal: AbortSignal) {
    this.#names.setAttribute("aria-hidden", "true");
    this.#told.setAttribute("role", "status");
    const scroll = element("div", "znb-rp-axis");
    scroll.append(this.#plot);
    this.#grid.append(this.#names, scroll);
    this.element.append(this.#legend(), this.#grid, this.#told, this.#empty);
    const keys = (event: KeyboardEvent): void => {
      this.#keys(event);
    };
    const point = (event: PointerEvent): void => {
      const { top } = this.#plot.getBoundingClientRect();
      this.#show(Math.floor((event.clientY - top) / ROW));
    };
    this.#plot.addEventListener("keydown", keys, { signal });
    this.#plot.addEventListener("pointermove", point, { signal });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (this.#width !== Math.floor(scroll.clientWidth)) this.#draw();
    });
    observer.observe(scroll);
    signal.addEventListener("abort", () => {
      observer.disconnect();
    });
  }

  show(document: RunDocument): void {
    const now = document.run.state === "RUNNING" ? (elapsed(document.run.started) ?? 0) : 0;
    const drawn = JSON.stringify([document.timeline, document.run.seconds, now]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#rows = rowsOf(document.timeline, now);
    const ends = this.#rows.map(({ end }) => end);
    this.#end = Math.max(document.run.seconds ?? 0, now, ...ends, 0.001);
    const count = String(document.timeline.length);
    this.#plot.setAttribute(
      "aria-label",
      `Timeline of ${count} executions: the arrow keys tell each`,
    );
    this.#empty.hidden = this.#rows.length > 0;
    this.#grid.hidden = this.#told.hidden = this.#rows.length === 0;
    this.#names.replaceChildren(...this.#rows.map(nameOf));
    this.#draw();
  }

  #draw(): void {
    this.#width = Math.floor(this.#plot.parentElement?.clientWidth ?? 0);
    const width = this.#width || DEFAULT_WIDTH;
    const height = this.#rows.length * ROW;
    const x = timeScale(this.#end, LEFT, width - RIGHT);
    this.#plot.setAttribute("viewBox", `0 0 ${String(width)} ${String(height + AXIS)}`);
    this.#plot.setAttribute("width", String(width));
    this.#plot.setAttribute("height", String(height + AXIS));
    const ticks = axis(x, {
      side: "bottom",
      at: height,
      grid: height,
      ticks: width / 90,
      format: tick,
    });
    const bars = this.#rows.map((row, index) => bar(row, index, x, width));
    this.#plot.replaceChildren(this.#cursor, ticks, ...bars.flat());
    this.#mark();
  }

  #keys(event: KeyboardEvent): void {
    const last = this.#rows.length - 1;
    const to = new Map([
      ["ArrowDown", Math.min(last, this.#place + 1)],
      ["ArrowRight", Math.min(last, this.#place + 1)],
      ["ArrowUp", Math.max(0, this.#place - 1)],
      ["ArrowLeft", Math.max(0, this.#place - 1)],
      ["Home", 0],
      ["End", last],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#show(to);
  }

  #show(place: number): void {
    if (place === this.#place || !this.#rows[place]) return;
    this.#place = place;
    this.#mark();
  }

  #mark(): void {
    const row = this.#rows[this.#place];
    this.#cursor.setAttribute("visibility", row ? "visible" : "hidden");
    this.#cursor.setAttribute("y", String(this.#place * ROW));
    this.#cursor.setAttribute("width", "100%");
    this.#cursor.setAttribute("height", String(ROW));
    [...this.#names.children].forEach((name, index) => {
      name.classList.toggle("znb-rp-lit", index === this.#place);
    });
    const said = row ? visible(row.said) : HINT;
    if (this.#told.textContent !== said) this.#told.textContent = said;
  }

  #legend(): HTMLElement {
    const made = element("p", "znb-rp-legend");
    made.setAttribute("aria-hidden", "true");
    for (const state of ["COMPLETE", "CACHED", "RUNNING", "FAILED", "CANCELED"] as const) {
      const { sign, word, level } = told(state);
      const item = element("span", `znb-${level}`);
      const mark = element("i", state === "CACHED" ? "znb-rp-hatched" : "");
      item.append(mark, element("span", "", `${sign} ${word.toLowerCase()}`));
      made.append(item);
    }
    return made;
  }
}

/** A step of several components has a row of its own above them. */
function rowsOf(spans: readonly RunSpan[], now: number): Row[] {
  const steps = new Map<string, RunSpan[]>();
  for (const span of spans) steps.set(span.step, [...(steps.get(span.step) ?? []), span]);
  return [...steps].flatMap(([step, own]) => {
    const only = own[0];
    if (own.length === 1 && only) return [rowOf(only, step, "alone", now)];
    const parts = own.map((span) => rowOf(span, span.component, "part", now));
    const start = Math.min(...parts.map((row) => row.start));
    const end = Math.max(...parts.map((row) => row.end));
    const sum = parts.reduce((seconds, row) => seconds + row.end - row.start, 0);
    const said = `Step ${clipped(step, 200)} · ${String(own.length)} components, ${duration(sum)} in all`;
    return [{ name: step, level: "step", start, end, state: undefined, said }, ...parts];
  });
}

function rowOf(span: RunSpan, name: string, level: Row["level"], now: number): Row {
  const end = span.start + (span.seconds ?? Math.max(0, now - span.start));
  const took =
    span.seconds === null ? (span.state === "RUNNING" ? "runs" : MISSING) : duration(span.seconds);
  const times = `${duration(span.start)} to ${span.seconds === null ? "…" : duration(end)}`;
  const said = [
    clipped(span.component, 200),
    told(span.state).word,
    took,
    times,
    clipped(span.reason),
  ];
  return {
    name,
    level,
    start: span.start,
    end,
    state: span.state,
    said: said.filter((part) => part !== "").join(" · "),
  };
}

function nameOf({ name, level, state }: Row): HTMLElement {
  const made = element("div", `znb-rp-label znb-rp-${level}`);
  made.title = visible(clipped(name, 500));
  if (state) {
    const { sign, level: colour } = told(state);
    made.append(element("span", `znb-sign znb-${colour}`, sign));
  }
  made.append(element("span", "znb-rp-what", clipped(name, 100) || "(no name)"));
  return made;
}

function bar(row: Row, index: number, x: (value: number) => number, width: number): SVGElement[] {
  const from = x(row.start);
  const wide = Math.max(LEAST, x(row.end) - from);
  const middle = index * ROW + ROW / 2;
  if (row.level === "step") {
    const reach = `M${from.toFixed(1)} ${String(middle + 3)}v-5h${wide.toFixed(1)}v5`;
    return [path(reach, "znb-rp-reach")];
  }
  const { level } = told(row.state ?? "NOT_RUN");
  const drawn = svg("rect", {
    class: `znb-rp-bar znb-${level} znb-rp-is-${(row.state ?? "").toLowerCase()}`,
    x: from.toFixed(1),
    y: middle - BAR / 2,
    width: wide.toFixed(1),
    height: BAR,
    rx: 2,
  });
  const words = duration(row.end - row.start);
  const room = words.length * CHARACTER + 8;
  const [end, fits] = [from + wide, from + wide + room < width];
  const at = fits ? end + 5 : from - room > 0 ? from - 5 : end - 5;
  return [drawn, text(at, middle + 4, words, fits ? "start" : "end")];
}

function tick(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds < 60) return `${String(Number(seconds.toFixed(3)))} s`;
  if (seconds < 3600) {
    const rest = seconds % 60;
    return `${String(Math.floor(seconds / 60))}${rest ? `:${String(rest).padStart(2, "0")}` : ""} min`;
  }
  const rest = Math.round((seconds % 3600) / 60);
  return `${String(Math.floor(seconds / 3600))}${rest ? `:${String(rest).padStart(2, "0")}` : ""} h`;
}
