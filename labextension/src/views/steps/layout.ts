// Where the cards stand: layers of steps, in the direction that fits. A graph of steps has a dozen cards: a layer is the
// longest way from a start, cards are ordered by the middle of their neighbours (the barycentre heuristic of Sugiyama,
// Tagawa and Toda, 1981), and an edge that jumps over layers gets a free lane in each of them.
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
  readonly direction: Direction;
  /** The upper left corner of each card. */
  readonly places: ReadonlyMap<string, Point>;
  /** The way of each edge, in the order of the edges. */
  readonly ways: readonly (readonly Point[])[];
}

const MARGIN = 4;
const BETWEEN_LAYERS = { LR: 34, TB: 30 };
const BETWEEN_CARDS = 16;
/** The room that a passing edge takes in a layer. */
const LANE = 10;
const SWEEPS = 4;

/** A card, or the lane of an edge that passes a layer. `along` is the direction of the flow, `across` the other. */
interface Box {
  readonly layer: number;
  readonly along: number;
  readonly across: number;
  readonly neighbours: Box[];
  middle: number;
}

export function arrange(
  sizes: ReadonlyMap<string, Size>,
  edges: readonly StepEdge[],
  direction: Direction,
): Layout {
  const known = edges.map(({ from, to }) => sizes.has(from) && sizes.has(to) && from !== to);
  const ranks = layersOf(
    [...sizes.keys()],
    edges.filter((_, i) => known[i]),
  );
  const cards = new Map<string, Box>();
  for (const [name, { width, height }] of sizes) {
    const [along, across] = direction === "LR" ? [width, height] : [height, width];
    cards.set(name, { layer: ranks.get(name) ?? 0, along, across, neighbours: [], middle: 0 });
  }
  const chains = edges.map(({ from, to }, i) => (known[i] ? chainOf(cards, from, to) : []));
  const boxes = new Set([...cards.values(), ...chains.flat()]);
  const layers = layered(boxes);
  order(layers);
  const starts = startsOf(layers, BETWEEN_LAYERS[direction]);
  const turned = (along: number, across: number): Point =>
    direction === "LR" ? { x: along, y: across } : { x: across, y: along };
  const places = new Map<string, Point>();
  for (const [name, box] of cards) {
    places.set(name, turned(starts[box.layer] ?? 0, box.middle - box.across / 2));
  }
  const ways = chains.map((chain) => wayOf(chain, starts, layers).map(([a, b]) => turned(a, b)));
  const along = starts[layers.length] ?? 0;
  const across = Math.max(0, ...[...boxes].map((box) => box.middle + box.across / 2)) + MARGIN;
  const { x: width, y: height } = turned(along - BETWEEN_LAYERS[direction] + MARGIN, across);
  return { direction, places, ways, width, height };
}

/** The longest way to each card from a card without inputs; an edge that would close a circle is left out. */
function layersOf(names: readonly string[], edges: readonly StepEdge[]): Map<string, number> {
  const inputs = new Map(names.map((name): [string, string[]] => [name, []]));
  for (const { from, to } of edges) inputs.get(to)?.push(from);
  const layers = new Map<string, number>();
  const visit = (name: string, above: ReadonlySet<string>): number => {
    const found = layers.get(name);
    if (found !== undefined) return found;
    const before = (inputs.get(name) ?? []).filter((input) => !above.has(input));
    const path = new Set([...above, name]);
    const layer = Math.max(-1, ...before.map((input) => visit(input, path))) + 1;
    layers.set(name, layer);
    return layer;
  };
  for (const name of names) visit(name, new Set([name]));
  return layers;
}

/** The card that an edge leaves, a lane in each layer that it passes, and the card that it enters. */
function chainOf(cards: ReadonlyMap<string, Box>, from: string, to: string): Box[] {
  const [start, end] = [cards.get(from), cards.get(to)];
  if (!start || !end || end.layer <= start.layer) return [];
  const chain = [start];
  for (let layer = start.layer + 1; layer < end.layer; layer += 1) {
    chain.push({ layer, along: 0, across: LANE, neighbours: [], middle: 0 });
  }
  chain.push(end);
  chain.forEach((box, i) => {
    const next = chain[i + 1];
    if (!next) return;
    box.neighbours.push(next);
    next.neighbours.push(box);
  });
  return chain;
}

function layered(boxes: Iterable<Box>): Box[][] {
  const layers: Box[][] = [];
  for (const box of boxes) {
    while (layers.length <= box.layer) layers.push([]);
    layers[box.layer]?.push(box);
  }
  return layers;
}

/** Orders each layer by the middle of its neighbours, forwards and backwards, and gives each box its place. */
function order(layers: readonly Box[][]): void {
  layers.forEach(place);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forwards = sweep % 2 === 0;
    for (const layer of forwards ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map((box) => [box, middleOf(box, (other) => other.layer < box.layer === forwards)]),
      );
      const by = (box: Box): number => wanted.get(box) ?? box.middle;
      layer.sort((a, b) => by(a) - by(b));
      spread(layer, by);
    }
  }
  const top = Math.min(...layers.flat().map((box) => box.middle - box.across / 2), Infinity);
  for (const box of layers.flat()) box.middle += MARGIN - top;
}

function middleOf(box: Box, counts: (other: Box) => boolean): number {
  const near = box.neighbours.filter(counts);
  if (near.length === 0) return box.middle;
  return near.reduce((sum, other) => sum + other.middle, 0) / near.length;
}

/** One below the other. */
function place(layer: readonly Box[]): void {
  spread(layer, () => 0);
}

/** Each box as near to where it is wanted as the ones before and behind it allow. */
function spread(layer: readonly Box[], wanted: (box: Box) => number): void {
  let end = -Infinity;
  let shift = 0;
  for (const box of layer) {
    const least = end + BETWEEN_CARDS + box.across / 2;
    box.middle = Math.max(wanted(box), least);
    shift += box.middle - wanted(box);
    end = box.middle + box.across / 2;
  }
  // Boxes were pushed one way only: the whole layer goes back by the mean.
  for (const box of layer) box.middle -= shift / layer.length;
}

/** Where each layer begins, and after the last one its end. */
function startsOf(layers: readonly Box[][], gap: number): number[] {
  const starts = [MARGIN];
  for (const layer of layers) {
    starts.push((starts.at(-1) ?? 0) + Math.max(0, ...layer.map((box) => box.along)) + gap);
  }
  return starts;
}

/** From the side of one card along its lanes to the side of the other; edges do not share a point of a card's side. */
function wayOf(
  chain: readonly Box[],
  starts: readonly number[],
  layers: readonly (readonly Box[])[],
): [number, number][] {
  const [start, second] = chain;
  const end = chain.at(-1);
  const last = chain.at(-2);
  if (!start || !end || !second || !last) return [];
  const points: [number, number][] = [
    [(starts[start.layer] ?? 0) + start.along, port(start, second)],
  ];
  for (const lane of chain.slice(1, -1)) {
    const from = starts[lane.layer] ?? 0;
    const size = Math.max(0, ...(layers[lane.layer] ?? []).map((box) => box.along));
    points.push([from, lane.middle], [from + size, lane.middle]);
  }
  points.push([starts[end.layer] ?? 0, port(end, last)]);
  return points;
}

/** The place of an edge on the side of a card: beside those that come from, or go to, the same side. */
function port(card: Box, other: Box): number {
  const same = card.neighbours.filter((box) => box.layer > card.layer === other.layer > card.layer);
  const rank = same.sort((a, b) => a.middle - b.middle).indexOf(other);
  return card.middle + (card.across / (same.length + 1)) * (rank + 1) - card.across / 2;
}

/** A smooth line through the points: it leaves and enters each of them in the direction of the flow. */
export function curve(points: readonly Point[], direction: Direction): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let drawn = `M${at(first.x, first.y)}`;
  let from = first;
  for (const to of rest) {
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const control =
      direction === "LR" ? [at(x, from.y), at(x, to.y)] : [at(from.x, y), at(to.x, y)];
    drawn += `C${control.join(" ")} ${at(to.x, to.y)}`;
    from = to;
  }
  return drawn;
}
