// Drawing with SVG: elements, and the axes of a chart.
import { visible } from "./format";

/** What an axis needs of a scale; those of d3-scale have it. */
export interface AxisScale {
  (value: number): number;
  ticks(count?: number): number[];
}

type Attributes = Readonly<Record<string, string | number>>;

/** A new SVG element. Text from data belongs into `textContent`, never into a style. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** A path; one path a series is drawn many times faster than one element a bar. */
export function path(d: string, className: string, attributes: Attributes = {}): SVGPathElement {
  return svg("path", { d, class: className, ...attributes });
}

/** A text at a place; `anchor` is start, middle or end. */
export function label(x: number, y: number, text: string, anchor = "middle"): SVGTextElement {
  const made = svg("text", { x, y, "text-anchor": anchor, class: "znb-tick" });
  made.textContent = visible(text);
  return made;
}

export interface Axis {
  readonly side: "bottom" | "left";
  /** Where the axis stands: the y of a bottom axis, the x of a left one. */
  readonly at: number;
  /** How long its grid lines are. */
  readonly grid?: number;
  readonly ticks?: number;
  readonly format: (value: number) => string;
}

/** Ticks with their labels, and grid lines if wanted. */
export function axis(scale: AxisScale, { side, at, grid = 0, ticks, format }: Axis): SVGGElement {
  const group = svg("g", { class: "znb-axis", "aria-hidden": "true" });
  let lines = "";
  for (const value of scale.ticks(ticks)) {
    const place = scale(value);
    if (side === "left") {
      lines += `M${String(at)} ${place.toFixed(1)}h${String(grid)}`;
      group.append(label(at - 5, place + 4, format(value), "end"));
    } else {
      lines += `M${place.toFixed(1)} ${String(at)}v${String(grid ? -grid : 4)}`;
      group.append(label(place, at + 15, format(value)));
    }
  }
  group.prepend(path(lines, "znb-grid"));
  return group;
}
