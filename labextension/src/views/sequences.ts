// Draws zenml_nb/sequences@1: one chart a column, with the chosen sequence before all others.
import type { SequenceColumn, SequencesDocument } from "../contract/sequences";
import { element, paragraphs } from "./dom";
import { formatCell } from "./format";
import { clipped } from "./long";
import type { Scope } from "./scope";
import { linear } from "./statistics/scale";
import { axis, type AxisScale, label, path, svg } from "./svg";

const [WIDTH, HEIGHT] = [260, 110];
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 252, 8, 88];

export function renderSequences(
  root: HTMLElement,
  document: SequencesDocument,
  { signal }: Scope,
): void {
  check(document);
  const { windows, columns } = document;
  root.append(element("h3", "znb-title", clipped(document.title)), ...paragraphs(document.notes));
  if (windows.length === 0) return;
  const body = element("div", "znb-sq-charts");
  const chosen = chooser(document, signal, (at) => {
    body.replaceChildren(...columns.map((column) => card(document, column, at)));
  });
  root.append(chosen, body);
}

/** JSON Schema has no words for this rule. */
function check({ windows, columns }: SequencesDocument): void {
  for (const { name, values } of columns)
    if (values.length !== windows.length)
      throw new RangeError(
        `"${clipped(name, 80)}" has ${String(values.length)} of ${String(windows.length)} sequences`,
      );
}

/** The list of the sequences, with a step back and forth; draws the first at once. */
function chooser(
  { windows }: SequencesDocument,
  signal: AbortSignal,
  draw: (at: number) => void,
): HTMLElement {
  const select = element("select", "znb-select");
  select.append(...windows.map(({ name }) => element("option", "", clipped(name, 80))));
  const text = element("label", "znb-st-switch");
  text.append(element("span", "", "Sequence"), select);
  const move = (by: number, mark: string, name: string): HTMLButtonElement => {
    const button = element("button", "znb-toggle", mark);
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    const go = (): void => {
      select.selectedIndex += by;
      show();
    };
    button.addEventListener("click", go, { signal });
    return button;
  };
  const back = move(-1, "←", "The sequence before");
  const forth = move(1, "→", "The next sequence");
  const show = (): void => {
    back.disabled = select.selectedIndex === 0;
    forth.disabled = select.selectedIndex === windows.length - 1;
    draw(select.selectedIndex);
  };
  select.addEventListener("change", show, { signal });
  select.selectedIndex = 0;
  show();
  const made = element("div", "znb-head");
  made.append(text, back, forth);
  return made;
}

/** A column: its values in the chosen sequence, and how they lie among those of the others. */
function card(document: SequencesDocument, column: SequenceColumn, at: number): HTMLElement {
  const made = element("section", "znb-sq-card");
  made.append(element("h4", "znb-caption", clipped(column.name, 80)));
  const values = column.values[at] ?? [];
  const isLine = column.kind === "number" && values.length > 1;
  made.append(isLine ? chart(document, column, at) : words(column, values));
  return made;
}

function words({ kind }: SequenceColumn, values: SequenceColumn["values"][number]): HTMLElement {
  const made = element("div", "znb-sq-words");
  made.append(...values.map((value) => element("span", "", clipped(formatCell(value, kind), 80))));
  return made;
}

function chart({ windows }: SequencesDocument, column: SequenceColumn, at: number): SVGSVGElement {
  const values = column.values[at] ?? [];
  const times = windows[at]?.times ?? [];
  const longest = Math.max(...column.values.map((own) => own.length));
  const x = linear([0, Math.max(1, longest - 1)], [LEFT, RIGHT]);
  const y = linear(range(column.values.flat()), [BOTTOM, TOP]);
  const shown = values.map((value) => formatCell(value, "number"));
  const made = svg("svg", {
    viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
    class: "znb-sq-chart",
    role: "img",
    "aria-label": `${clipped(column.name, 80)}: ${shown.join(", ")}`,
  });
  const others = column.values.filter((_, index) => index !== at);
  made.append(
    axis(y, {
      side: "left",
      at: LEFT,
      grid: RIGHT - LEFT,
      ticks: 3,
      format: (value) => formatCell(value, "number"),
    }),
    path(others.map((own) => line(own, x, y)).join(""), "znb-sq-other"),
    path(line(values, x, y), "znb-sq-line"),
    label(LEFT, HEIGHT - 6, clipped(times[0] ?? "1", 30), "start"),
    label(RIGHT, HEIGHT - 6, clipped(times[values.length - 1] ?? String(values.length), 30), "end"),
    ...points(values, times, x, y),
  );
  return made;
}

/** A dot a step, which says its step and its value under the mouse. */
function points(
  values: readonly (number | string)[],
  times: readonly string[],
  x: AxisScale,
  y: AxisScale,
): SVGElement[] {
  return values.flatMap((value, step) => {
    if (typeof value !== "number") return [];
    const dot = svg("circle", {
      cx: x(step).toFixed(1),
      cy: y(value).toFixed(1),
      r: values.length > 40 ? 1.5 : 3,
      class: "znb-sq-dot",
    });
    const title = svg("title");
    title.textContent = `${clipped(times[step] ?? `step ${String(step + 1)}`, 80)}: ${formatCell(value, "number")}`;
    dot.append(title);
    return [dot];
  });
}

/** A line that breaks where a value is not finite. */
function line(values: readonly (number | string)[], x: AxisScale, y: AxisScale): string {
  let [made, pen] = ["", "M"];
  for (const [step, value] of values.entries()) {
    if (typeof value !== "number") {
      pen = "M";
      continue;
    }
    made += `${pen}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  return made;
}

function range(values: readonly (number | string)[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (typeof value !== "number") continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) return [low - 0.5, high + 0.5];
  return low < high ? [low, high] : [0, 1];
}
