// A chart of horizontal bars: a name, a bar of one or more parts, and its value.
import { element } from "./dom";
import { visible } from "./format";
import { clipped } from "./long";
import { svg } from "./svg";

const WIDTH = 240;
const HEIGHT = 12;
const LONGEST_NAME = 60;

export interface BarPart {
  /** The length as a share of the whole width. */
  readonly share: number;
  /** The CSS variable of its colour. */
  readonly colour: string;
}

export interface Bar {
  readonly name: string;
  readonly parts: readonly BarPart[];
  readonly value: string;
}

/** The bars from top to bottom; all that they show is text too. */
export function bars(rows: readonly Bar[], label: string): HTMLElement {
  const list = element("ul", "znb-bars");
  list.setAttribute("aria-label", label);
  list.append(
    ...rows.map((row) => {
      const item = element("li");
      const name = element("span", "znb-bar-name", clipped(row.name, LONGEST_NAME));
      name.title = visible(clipped(row.name));
      item.append(name, drawn(row.parts), element("span", "znb-bar-value", row.value));
      return item;
    }),
  );
  return list;
}

function drawn(parts: readonly BarPart[]): SVGSVGElement {
  const size = { width: WIDTH, height: HEIGHT };
  const chart = svg("svg", {
    viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
    preserveAspectRatio: "none",
    class: "znb-bar",
    "aria-hidden": "true",
  });
  chart.append(svg("rect", { ...size, class: "znb-bar-track" }));
  let x = 0;
  for (const { share, colour } of parts) {
    const width = Math.max(0, Math.min(1, share)) * WIDTH;
    const part = svg("rect", { x, width: width.toFixed(2), height: HEIGHT });
    part.style.fill = `var(${colour})`;
    chart.append(part);
    x += width;
  }
  return chart;
}

/** What the colours mean. */
export function legend(entries: readonly (readonly [word: string, colour: string])[]): HTMLElement {
  const list = element("ul", "znb-legend");
  list.append(
    ...entries.map(([word, colour]) => {
      const item = element("li", "", word);
      const mark = element("i");
      mark.style.background = `var(${colour})`;
      item.prepend(mark);
      return item;
    }),
  );
  return list;
}
