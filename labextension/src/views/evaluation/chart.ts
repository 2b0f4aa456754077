// A chart of curves with axes; pointer and arrow keys read its values.
import { element } from "../dom";
import { visible } from "../format";
import { clipped, counted } from "../long";
import { linear } from "../statistics/scale";
import { type AxisScale, axis, label, path, svg } from "../svg";
import type { Curve, Point } from "./curves";
import { rounded } from "./values";

const WIDTH = 460;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 446;
const TOP = 12;
const BOTTOM = 274;

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly Point[];
}

type Range = readonly [number, number];

/** The scales of both axes, with what they reach over. */
interface Scales {
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly across: Range;
  readonly up: Range;
}

export function chart(curve: Curve, lines: readonly Line[], signal: AbortSignal): HTMLElement {
  const both = scales(curve, lines);
  const { x, y } = both;
  const drawing = svg("svg", {
    viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
    class: "znb-ev-chart",
    tabindex: 0,
    role: "img",
    "aria-label": visible(
      `${curve.title}: ${lines.map((line) => `${clipped(line.name, 80) || "the model"}, ${counted(line.points.length, "point")}`).join("; ")}. Arrow keys read the points.`,
    ),
  });
  drawing.append(
    axis(x, { side: "bottom", at: BOTTOM, grid: BOTTOM - TOP, ticks: 5, format: rounded }),
    axis(y, { side: "left", at: LEFT, grid: RIGHT - LEFT, ticks: 5, format: rounded }),
    label((LEFT + RIGHT) / 2, HEIGHT - 8, curve.x),
  );
  const title = label(0, 0, curve.y);
  title.setAttribute("transform", `translate(12 ${String((TOP + BOTTOM) / 2)}) rotate(-90)`);
  drawing.append(title, ...guide(curve, both));
  for (const line of lines) drawing.append(...drawn(curve, line, both));
  const mark = svg("circle", { r: 4.5, class: "znb-ev-mark", visibility: "hidden" });
  drawing.append(mark);
  const readout = element("p", "znb-ev-readout");
  readout.setAttribute("role", "status");
  new Reader(curve, lines, both, mark, readout).attach(drawing, signal);
  const figure = element("figure", "znb-ev-figure");
  figure.append(drawing, readout);
  return figure;
}

function scales(curve: Curve, lines: readonly Line[]): Scales {
  const [across, up] = ranges(curve, lines);
  return { across, up, x: linear(across, [LEFT, RIGHT]), y: linear(up, [BOTTOM, TOP]) };
}

function ranges(curve: Curve, lines: readonly Line[]): [Range, Range] {
  const points = lines.flatMap((line) => line.points);
  if (curve.isShare || points.length === 0)
    return [
      [0, 1],
      [0, 1],
    ];
  const across = reach(points.flatMap((point) => [point.x, point.to ?? point.x]));
  const [bottom, top] = reach([0, ...points.map((point) => point.y)]);
  // Predictions of a probability are seen on the whole range of one.
  const isUnit = across[0] >= -0.01 && across[1] <= 1.01 && bottom >= -1 && top <= 1.01;
  if (!isUnit) return [nice(across), nice([bottom, top])];
  const whole: Range = [Math.min(across[0], 0), Math.max(across[1], 1)];
  return [whole, curve.guide === "diagonal" ? [0, 1] : nice([bottom, top])];
}

function reach(values: readonly number[]): Range {
  return values.reduce<Range>(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
}

/** The range, made to end at ticks. */
function nice([low, high]: Range): Range {
  if (low === high) return [low, low + 1];
  const [first = low, second = high] = linear([low, high], [0, 1]).ticks(5);
  const step = second - first || high - low;
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

function guide({ guide: kind }: Curve, { x, y, across, up }: Scales): SVGElement[] {
  if (!kind) return [];
  const [from, to] =
    kind === "zero" ? across : [Math.max(across[0], up[0]), Math.min(across[1], up[1])];
  if (from >= to) return [];
  const at = (value: number): string =>
    `${String(x(value))} ${String(y(kind === "zero" ? 0 : value))}`;
  return [path(`M${at(from)}L${at(to)}`, "znb-ev-guide")];
}

function drawn(curve: Curve, line: Line, { x, y }: Scales): SVGElement[] {
  const at = (point: Point): string => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`;
  const shapes: SVGElement[] = [];
  if (curve.kind === "bars") {
    const bottom = y(0).toFixed(1);
    const d = line.points
      .map(
        (point) =>
          `M${x(point.x).toFixed(1)} ${bottom}V${y(point.y).toFixed(1)}H${x(point.to ?? point.x).toFixed(1)}V${bottom}Z`,
      )
      .join("");
    shapes.push(path(d, "znb-ev-area"));
  } else {
    shapes.push(
      path(
        line.points.map((point, index) => `${index ? "L" : "M"}${at(point)}`).join(""),
        "znb-ev-line-path",
      ),
    );
  }
  if (curve.kind === "points" || line.points.length === 1) {
    // Of no length, so that their round ends are dots.
    shapes.push(path(line.points.map((point) => `M${at(point)}h0`).join(""), "znb-ev-dots"));
  }
  for (const shape of shapes) shape.style.setProperty("--z-line-colour", line.colour);
  return shapes;
}

/** Reads the values: the nearest point of the pointer, or point by point with the arrow keys. */
class Reader {
  #line = 0;
  #point = -1;

  constructor(
    private readonly curve: Curve,
    private readonly lines: readonly Line[],
    private readonly scales: Scales,
    private readonly mark: SVGElement,
    private readonly readout: HTMLElement,
  ) {}

  attach(drawing: SVGSVGElement, signal: AbortSignal): void {
    drawing.addEventListener(
      "pointermove",
      (event) => {
        const box = drawing.getBoundingClientRect();
        const scale = box.width ? WIDTH / box.width : 1;
        this.#near((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
      },
      { signal },
    );
    drawing.addEventListener(
      "keydown",
      (event) => {
        if (!this.#key(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      },
      { signal },
    );
  }

  #key(key: string): boolean {
    const count = this.lines.length;
    if (key === "ArrowRight") this.#point += 1;
    else if (key === "ArrowLeft") this.#point -= 1;
    else if (key === "ArrowDown") this.#line = (this.#line + 1) % Math.max(count, 1);
    else if (key === "ArrowUp") this.#line = (this.#line + count - 1) % Math.max(count, 1);
    else if (key === "Home") this.#point = 0;
    else if (key === "End") this.#point = Infinity;
    else return false;
    const last = (this.lines[this.#line]?.points.length ?? 0) - 1;
    this.#point = Math.max(0, Math.min(last, this.#point));
    this.#show();
    return true;
  }

  #place(point: Point): [number, number] {
    return [this.scales.x((point.x + (point.to ?? point.x)) / 2), this.scales.y(point.y)];
  }

  #near(left: number, top: number): void {
    let nearest = Infinity;
    this.lines.forEach((line, index) => {
      line.points.forEach((point, number) => {
        const [px, py] = this.#place(point);
        const distance = (px - left) ** 2 + (py - top) ** 2;
        if (distance >= nearest) return;
        nearest = distance;
        [this.#line, this.#point] = [index, number];
      });
    });
    this.#show();
  }

  #show(): void {
    const line = this.lines[this.#line];
    const point = line?.points[this.#point];
    if (!line || !point) return;
    const [left, top] = this.#place(point);
    this.mark.setAttribute("cx", left.toFixed(1));
    this.mark.setAttribute("cy", top.toFixed(1));
    this.mark.setAttribute("visibility", "visible");
    const { x, y } = this.curve;
    const where =
      point.to === undefined ? rounded(point.x) : `${rounded(point.x)} to ${rounded(point.to)}`;
    const name = line.name && this.lines.length > 1 ? `${clipped(line.name, 80)}: ` : "";
    this.readout.textContent = visible(
      `${name}${x.toLowerCase()} ${where}, ${y.toLowerCase()} ${rounded(point.y)}, ${point.text}`,
    );
  }
}
