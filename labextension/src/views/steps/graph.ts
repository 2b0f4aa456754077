// The graph: a card for each step, and the ways that artifacts take between them.
import type { Step, StepEdge, StepsDocument } from "../../contract/steps";
import { element } from "../dom";
import { visible } from "../format";
import { path, svg } from "../svg";
import { drawCard } from "./card";
import type { Clock } from "./clock";
import { arrange, curve, type Direction, type Layout, type Size } from "./layout";

/** Of an element that is not laid out yet. */
const DEFAULT_WIDTH = 960;
const DEFAULT_HEIGHT = 90;
const CARD_WIDTH: Readonly<Record<Direction, number>> = { LR: 166, TB: 252 };
const ARROW = 5;

export class StepGraph {
  readonly element = element("div", "znb-graph");
  readonly #plane = element("div", "znb-plane");
  readonly #edges = svg("svg", { class: "znb-edges", "aria-hidden": "true" });
  readonly #cards = new Map<string, HTMLButtonElement>();
  readonly #signal: AbortSignal;
  readonly #choose: (name: string) => void;
  #steps: readonly Step[] = [];
  #flows: readonly StepEdge[] = [];
  #selected: string | undefined;
  #width = -1;

  /** `choose` is called with the name of a step whose card was pressed. */
  constructor(signal: AbortSignal, choose: (name: string) => void) {
    this.#signal = signal;
    this.#choose = choose;
    this.#plane.append(this.#edges);
    this.element.append(this.#plane);
    this.element.setAttribute("role", "group");
    this.element.addEventListener(
      "keydown",
      (event) => {
        this.#move(event);
      },
      { signal },
    );
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (this.element.clientWidth !== this.#width) this.#place();
    });
    observer.observe(this.element);
    signal.addEventListener("abort", () => {
      observer.disconnect();
    });
  }

  show(document: StepsDocument, clock: Clock): void {
    this.element.setAttribute("aria-label", visible(`Steps of ${document.title}`));
    this.#steps = document.steps;
    this.#flows = document.edges;
    const names = new Set(document.steps.map(({ name }) => name));
    for (const [name, card] of this.#cards) {
      if (names.has(name)) continue;
      card.remove();
      this.#cards.delete(name);
    }
    document.steps.forEach((step, index) => {
      const card = this.#card(step.name);
      drawCard(card, step, clock);
      // The order in which they run is the order of the keyboard.
      const before = this.#plane.children[index + 1];
      if (before !== card) this.#plane.insertBefore(card, before ?? null);
    });
    this.select(this.#selected);
    this.#place();
  }

  select(name: string | undefined): void {
    this.#selected = name;
    for (const [other, card] of this.#cards) {
      card.setAttribute("aria-expanded", String(other === name));
    }
    this.#light();
  }

  focus(name: string): void {
    this.#cards.get(name)?.focus();
  }

  #card(name: string): HTMLButtonElement {
    const known = this.#cards.get(name);
    if (known) return known;
    const card = element("button", "znb-step");
    card.type = "button";
    card.addEventListener(
      "click",
      () => {
        this.#choose(name);
      },
      { signal: this.#signal },
    );
    this.#cards.set(name, card);
    return card;
  }

  /** Arrow keys go along the order in which the steps run. */
  #move(event: KeyboardEvent): void {
    const cards = this.#steps.flatMap(({ name }) => this.#cards.get(name) ?? []);
    const here = cards.findIndex((card) => card === event.target);
    const to = new Map([
      ["ArrowRight", here + 1],
      ["ArrowDown", here + 1],
      ["ArrowLeft", here - 1],
      ["ArrowUp", here - 1],
      ["Home", 0],
      ["End", cards.length - 1],
    ]).get(event.key);
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    cards[Math.max(0, Math.min(cards.length - 1, to))]?.focus();
  }

  /** From left to right where there is room for it, else from the top down. */
  #place(): void {
    this.#width = this.element.clientWidth;
    const room = this.#width || DEFAULT_WIDTH;
    let layout = this.#arranged("LR");
    if (layout.width > room) layout = this.#arranged("TB");
    for (const [name, { x, y }] of layout.places) {
      const card = this.#cards.get(name);
      if (card)
        card.style.transform = `translate(${String(Math.round(x))}px, ${String(Math.round(y))}px)`;
    }
    this.#plane.style.width = `${String(layout.width)}px`;
    this.#plane.style.height = `${String(layout.height)}px`;
    this.#drawEdges(layout);
  }

  #arranged(direction: Direction): Layout {
    this.element.classList.toggle("znb-down", direction === "TB");
    const width = CARD_WIDTH[direction];
    for (const card of this.#cards.values()) card.style.width = `${String(width)}px`;
    const sizes = new Map<string, Size>();
    for (const [name, card] of this.#cards) {
      sizes.set(name, { width, height: card.offsetHeight || DEFAULT_HEIGHT });
    }
    return arrange(sizes, this.#flows, direction);
  }

  #drawEdges({ direction, ways, width, height }: Layout): void {
    this.#edges.setAttribute("viewBox", `0 0 ${String(width)} ${String(height)}`);
    this.#edges.setAttribute("width", String(width));
    this.#edges.setAttribute("height", String(height));
    const drawn = ways.map((points, index) => {
      const group = svg("g", { class: "znb-edge" });
      const flow = this.#flows[index];
      const title = svg("title");
      title.textContent = visible(
        `${flow?.from ?? ""} → ${flow?.to ?? ""}: ${flow?.artifacts.join(", ") ?? ""}`,
      );
      const line = curve(points, direction);
      const last = points.at(-1);
      const turned = `translate(${String(last?.x)} ${String(last?.y)}) rotate(${direction === "LR" ? "0" : "90"})`;
      const tip = path(
        `M0 0L${String(-ARROW - 2)} ${String(-ARROW + 1)}V${String(ARROW - 1)}z`,
        "znb-tip",
        {
          transform: turned,
        },
      );
      // The wide one is there for the pointer.
      group.append(title, path(line, "znb-reach"), path(line, "znb-line"));
      if (last) group.append(tip);
      return group;
    });
    this.#edges.replaceChildren(...drawn);
    this.#light();
  }

  #light(): void {
    [...this.#edges.children].forEach((group, index) => {
      const flow = this.#flows[index];
      const lit = this.#selected !== undefined && [flow?.from, flow?.to].includes(this.#selected);
      group.classList.toggle("znb-lit", lit);
    });
  }
}
