// Where the cards stand: layers of steps, in the direction that fits.
import { Graph, layout } from "@dagrejs/dagre";
import type { StepEdge } from "../../contract/steps";

export type Direction = "LR" | "TB";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Size {
  /** The upper left corner of each card. */
  readonly places: ReadonlyMap<string, Point>;
  /** The way of each edge, in the order of the edges. */
  readonly ways: readonly (readonly Point[])[];
}

const MARGIN = 4;

export function arrange(
  sizes: ReadonlyMap<string, Size>,
  edges: readonly StepEdge[],
  direction: Direction,
): Layout {
  const graph = new Graph();
  const gaps = direction === "LR" ? { ranksep: 30, nodesep: 14 } : { ranksep: 26, nodesep: 18 };
  graph.setGraph({ rankdir: direction, marginx: MARGIN, marginy: MARGIN, edgesep: 8, ...gaps });
  graph.setDefaultEdgeLabel(() => ({}));
  // dagre keeps nodes in an object: names from data, such as __proto__, stay out of it.
  const names = [...sizes.keys()];
  const index = new Map(names.map((name, i) => [name, `n${String(i)}`]));
  for (const [name, size] of sizes) graph.setNode(index.get(name) ?? "", { ...size });
  const known = edges.map(({ from, to }) => ({ v: index.get(from), w: index.get(to) }));
  for (const { v, w } of known) if (v && w) graph.setEdge(v, w);
  layout(graph);
  const places = new Map<string, Point>();
  for (const [name, size] of sizes) {
    const { x, y } = graph.node(index.get(name) ?? "") as Point;
    places.set(name, { x: x - size.width / 2, y: y - size.height / 2 });
  }
  const ways = known.map(({ v, w }) =>
    v && w ? (graph.edge(v, w) as { points: Point[] }).points : [],
  );
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  return { places, ways, width, height };
}

/** A smooth line through the points. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let drawn = `M${at(first)}`;
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (!next) drawn += `L${at(point)}`;
    else drawn += `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return drawn;
}
