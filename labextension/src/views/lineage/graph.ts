// The graph: artifacts and the executions between them, with the artifact in question in the middle.
import type { LineageDocument, LineageNode } from "../../contract/pages/lineage";
import { element } from "../dom";
import { visible } from "../format";
import {
  arrange,
  curve,
  type Direction,
  type Layout,
  type Point,
  type Size,
} from "../steps/layout";
import { path, svg } from "../svg";
import { drawNode } from "./node";

const WIDTH = 164;
/** Of an element that is not laid out yet. */
const DEFAULT_ROOM = 960;
const DEFAULT_HEIGHT = 46;
const ARROW = 5;

const DIRECTIONS = new Map<string, readonly [number, number]>([
  ["ArrowRight", [1, 0]],
  ["ArrowLeft", [-1, 0]],
  ["ArrowDown", [0, 1]],
  ["ArrowUp", [0, -1]],
]);

export class LineageGraph {
  readonly element = element("div", "znb-ln-graph");
  readonly #plane = element("div", "znb-plane");
  readonly #edges = svg("svg", { class: "znb-edges", "aria-hidden": "true" });
  readonly #cards = new Map<string, HTMLButtonElement>();
  readonly #signal: AbortSignal;
  readonly #choose: (id: string) => void;
  #document: LineageDocument | undefined;
  #layout: Layout | undefined;
  #selected = "";
  #width = -1;

  /** @param choose - called with the id of a node that was pressed */
  constructor(signal: AbortSignal, choose: (id: string) => void) {
    this.#signal = signal;
    this.#choose = choose;
    this.#plane.append(this.#edges);
    this.element.append(this.#plane);
    this.element.setAttribute("role", "group");
    const keys = (event: KeyboardEvent): void => {
      this.#move(event);
    };
    this.element.addEventListener("keydown", keys, { signal });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (this.element.clientWidth !== this.#width) this.#place(this.#width <= 0);
    });
    observer.observe(this.element);
    signal.addEventListener("abort", () => {
      observer.disconnect();
    });
  }

  /** @param isNew - whether another artifact is in the middle: it comes into sight */
  show(document: LineageDocument, isNew: boolean): void {
    const hadFocus = this.element.contains(window.document.activeElement);
    this.#document = document;
    this.element.setAttribute("aria-label", visible(document.title));
    const middle = document.nodes.find(({ id }) => id === `a${String(document.focus)}`);
    const ids = new Set(document.nodes.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (ids.has(id)) continue;
      card.remove();
      this.#cards.delete(id);
    }
    for (const node of document.nodes) {
      const card = this.#card(node);
      drawNode(card, node, middle?.run ?? null);
      card.classList.toggle("znb-ln-focus", node === middle);
      this.#plane.append(card);
    }
    this.#place(isNew);
    if (hadFocus && middle) this.#cards.get(middle.id)?.focus({ preventScroll: true });
  }

  select(id: string): void {
    this.#selected = id;
    for (const [other, card] of this.#cards) {
      const isSelected = other === id;
      card.setAttribute("aria-pressed", String(isSelected));
      // One stop for the tabulator; the arrow keys go on from there.
      card.tabIndex = isSelected ? 0 : -1;
    }
    this.#light();
  }

  #card({ id }: LineageNode): HTMLButtonElement {
    const known = this.#cards.get(id);
    if (known) return known;
    const card = element("button", "znb-ln-node");
    card.type = "button";
    const choose = (): void => {
      this.#choose(id);
    };
    card.addEventListener("click", choose, { signal: this.#signal });
    this.#cards.set(id, card);
    return card;
  }

  /** To the nearest node in the direction of the key; Home goes to the middle. */
  #move(event: KeyboardEvent): void {
    const here = [...this.#cards].find(([, card]) => card === event.target)?.[0];
    const way = DIRECTIONS.get(event.key);
    if (here === undefined || (!way && event.key !== "Home")) return;
    event.preventDefault();
    const middle = `a${String(this.#document?.focus)}`;
    const to = way ? this.#nearest(here, way) : middle;
    if (to === undefined) return;
    this.#choose(to);
    this.#cards.get(to)?.focus();
  }

  #nearest(from: string, [dx, dy]: readonly [number, number]): string | undefined {
    const places = this.#layout?.places;
    const here = places?.get(from);
    if (!places || !here) return undefined;
    let best: { readonly id: string; readonly far: number } | undefined;
    for (const [id, { x, y }] of places) {
      const along = (x - here.x) * dx + (y - here.y) * dy;
      const across = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
      const far = along + 2 * across;
      if (id !== from && along > 1 && (!best || far < best.far)) best = { id, far };
    }
    return best?.id;
  }

  /** In the direction that takes less room across the page; down it can always be scrolled. */
  #place(isNew: boolean): void {
    this.#width = this.element.clientWidth;
    const sizes = new Map<string, Size>();
    for (const [id, card] of this.#cards) {
      card.style.width = `${String(WIDTH)}px`;
      sizes.set(id, { width: WIDTH, height: card.offsetHeight || DEFAULT_HEIGHT });
    }
    const layout = this.#arranged(sizes);
    this.#layout = layout;
    for (const [id, { x, y }] of layout.places) {
      const card = this.#cards.get(id);
      const at = `${String(Math.round(x))}px, ${String(Math.round(y))}px`;
      if (card) card.style.transform = `translate(${at})`;
    }
    this.#plane.style.width = `${String(layout.width)}px`;
    this.#plane.style.height = `${String(layout.height)}px`;
    this.#drawEdges(layout);
    if (isNew) this.#centre(layout);
  }

  #arranged(sizes: ReadonlyMap<string, Size>): Layout {
    const edges = (this.#document?.edges ?? []).map((edge) => ({ ...edge, artifacts: [] }));
    const across = arrange(sizes, edges, "LR");
    if (across.width <= (this.#width || DEFAULT_ROOM)) return across;
    const down = arrange(sizes, edges, "TB");
    return down.width < across.width ? down : across;
  }

  #centre({ places }: Layout): void {
    const place: Point | undefined = places.get(`a${String(this.#document?.focus)}`);
    if (!place) return;
    this.element.scrollLeft = place.x + WIDTH / 2 - this.element.clientWidth / 2;
    this.element.scrollTop = place.y + DEFAULT_HEIGHT / 2 - this.element.clientHeight / 2;
  }

  #drawEdges({ direction, ways, width, height }: Layout): void {
    this.#edges.setAttribute("viewBox", `0 0 ${String(width)} ${String(height)}`);
    this.#edges.setAttribute("width", String(width));
    this.#edges.setAttribute("height", String(height));
    this.#edges.replaceChildren(...ways.map((points) => edge(points, direction)));
    this.#light();
  }

  #light(): void {
    [...this.#edges.children].forEach((group, index) => {
      const flow = this.#document?.edges[index];
      group.classList.toggle("znb-lit", [flow?.from, flow?.to].includes(this.#selected));
    });
  }
}

function edge(points: readonly Point[], direction: Direction): SVGGElement {
  const group = svg("g", { class: "znb-edge" });
  const last = points.at(-1);
  if (!last) return group;
  const turned = direction === "LR" ? "" : " rotate(90)";
  const tip = `M0 0L${String(-ARROW - 2)} ${String(1 - ARROW)}V${String(ARROW - 1)}z`;
  group.append(
    path(curve(points, direction), "znb-line"),
    path(tip, "znb-tip", { transform: `translate(${String(last.x)} ${String(last.y)})${turned}` }),
  );
  return group;
}
