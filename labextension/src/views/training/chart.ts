// The curves of one metric: on the training and on the evaluation splits.
import { chart, type Line } from "../evaluation/chart";
import { clipped } from "../long";
import { linear } from "../statistics/scale";
import { path, svg } from "../svg";

export const SIDES = [
  { side: "train", word: "training splits", colour: "--z-series-0" },
  { side: "eval", word: "evaluation splits", colour: "--z-series-1" },
] as const;

/** The values of one metric, one an epoch; empty where it was not reported. */
export interface Sides {
  readonly train: readonly (number | null)[];
  readonly eval: readonly (number | null)[];
}

/** A chart whose values the pointer and the arrow keys read. */
export function metricChart(
  name: string,
  epochs: readonly number[],
  sides: Sides,
  signal: AbortSignal,
): HTMLElement {
  const shown = clipped(name, 60);
  const curve = {
    id: "training",
    title: shown,
    x: "Epoch",
    y: shown,
    kind: "line",
    isShare: false,
    points: () => [],
  } as const;
  return chart(curve, linesOf(epochs, sides), signal);
}

function linesOf(epochs: readonly number[], sides: Sides): Line[] {
  return SIDES.map(({ side, word, colour }) => ({
    name: word,
    colour: `var(${colour})`,
    points: epochs.flatMap((x, at) => {
      const y = sides[side][at];
      return typeof y === "number" ? [{ x, y, text: `on the ${word}` }] : [];
    }),
  })).filter(({ points }) => points.length > 0);
}

const WIDTH = 140;
const HEIGHT = 30;

/** The curves alone, for a card; what they say is told beside it. */
export function sparkline(epochs: readonly number[], sides: Sides): SVGSVGElement {
  const lines = linesOf(epochs, sides);
  const heights = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const low = heights.reduce((least, y) => Math.min(least, y), Infinity);
  const high = heights.reduce((most, y) => Math.max(most, y), -Infinity);
  const x = linear([epochs[0] ?? 1, epochs.at(-1) ?? 1], [2, WIDTH - 2]);
  const y = linear([low, high], [HEIGHT - 3, 3]);
  const drawing = svg("svg", {
    viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
    class: "znb-tr-spark",
    "aria-hidden": "true",
  });
  for (const { colour, points } of lines) {
    const d = points
      .map((at, index) => `${index ? "L" : "M"}${x(at.x).toFixed(1)} ${y(at.y).toFixed(1)}`)
      .join("");
    // A single epoch is a dot.
    const line = path(points.length === 1 ? `${d}h0` : d, "");
    line.style.stroke = colour;
    drawing.append(line);
  }
  return drawing;
}

/** How the loss went: loss 0.61 → 0.2, val_loss 0.5 → 0.3. */
export function curveText(sides: Sides): string {
  return SIDES.flatMap(({ side }) => {
    const finite = sides[side].filter((value) => value !== null);
    const [first, last] = [finite[0], finite.at(-1)];
    if (first === undefined || last === undefined) return [];
    const name = side === "train" ? "loss" : "val_loss";
    return [
      finite.length > 1 ? `${name} ${short(first)} → ${short(last)}` : `${name} ${short(last)}`,
    ];
  }).join(", ");
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
