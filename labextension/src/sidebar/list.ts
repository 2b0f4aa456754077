// The list of runs. Only the rows in sight are in the page, so that ten thousand runs move as quietly as ten.
import { element } from "../views/dom";
import type { Held } from "./pages";
import { Row } from "./row";
import { Selection } from "./selection";

/** Rows above and below those in sight, so that scrolling shows no gap. */
const OVERSCAN = 6;
const TICK = 1000;

export interface Rows {
  readonly count: number;
  at(index: number): Held | undefined;
  /** These rows are in sight. */
  want(first: number, last: number): void;
}

export interface ListEvents {
  readonly open: (id: string) => void;
  /** The ids of the selected runs, in the order of selection. */
  readonly selected: (ids: readonly string[]) => void;
}

export const NO_ROWS: Rows = { count: 0, at: () => undefined, want: () => undefined };

let lists = 0;

export class RunList {
  readonly element = element("div", "znb-run-list");
  readonly selection: Selection;
  readonly #plane = element("div", "znb-run-plane");
  readonly #prefix = `znb-runs-${String(lists++)}`;
  readonly #events: ListEvents;
  readonly #shown = new Map<number, Row>();
  readonly #spare: Row[] = [];
  #rows = NO_ROWS;
  #rowHeight: number;
  #chosen: readonly string[] = [];
  #active = 0;
  #drawing = 0;

  constructor(rowHeight: number, events: ListEvents, signal: AbortSignal) {
    this.#rowHeight = rowHeight;
    this.#events = events;
    this.selection = new Selection((ids) => {
      events.selected(ids);
      this.draw();
    });
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "listbox");
    this.element.setAttribute("aria-label", "Runs");
    this.element.setAttribute("aria-multiselectable", "true");
    this.#plane.setAttribute("role", "presentation");
    this.element.append(this.#plane);
    this.#listen(signal);
  }

  /** Shows other rows, from the first one on. */
  show(rows: Rows): void {
    this.#rows = rows;
    this.#active = 0;
    // A place in the rows of before is none in these.
    this.selection.from(0);
    this.element.scrollTop = 0;
    this.draw();
  }

  /** The rows have changed. @param shift - by how many places the runs have moved */
  update(shift: number): void {
    if (shift !== 0) {
      this.#active = Math.max(0, this.#active + shift);
      this.selection.moved(shift);
      // Who reads further down keeps the runs under the eyes; at the top the newest come in.
      if (this.element.scrollTop > 0) {
        this.#plane.style.height = `${String(this.#rows.count * this.#rowHeight)}px`;
        this.element.scrollTop += shift * this.#rowHeight;
      }
    }
    this.draw();
  }

  /** @param metrics - names of the metrics that are shown */
  style(rowHeight: number, metrics: readonly string[]): void {
    const first = this.element.scrollTop / this.#rowHeight;
    this.#rowHeight = rowHeight;
    this.#chosen = metrics;
    this.draw();
    this.element.scrollTop = first * rowHeight;
  }

  /** The run that the keyboard is at. */
  get activeId(): string | undefined {
    return this.#rows.at(this.#active)?.run.id;
  }

  /** Makes a run the one that the keyboard is at, and scrolls to it. */
  activate(index: number): void {
    if (this.#rows.count === 0) return;
    this.#active = Math.min(Math.max(index, 0), this.#rows.count - 1);
    const top = this.#active * this.#rowHeight;
    const bottom = top + this.#rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.element.scrollTop = bottom - clientHeight;
    this.draw();
  }

  draw(): void {
    cancelAnimationFrame(this.#drawing);
    const { count } = this.#rows;
    this.#active = Math.max(0, Math.min(this.#active, count - 1));
    this.#plane.style.height = `${String(count * this.#rowHeight)}px`;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.floor(scrollTop / this.#rowHeight);
    const last = Math.min(count - 1, Math.ceil((scrollTop + clientHeight) / this.#rowHeight) - 1);
    this.#place(Math.max(0, first - OVERSCAN), Math.min(count - 1, last + OVERSCAN));
    if (this.#shown.has(this.#active)) {
      this.element.setAttribute("aria-activedescendant", this.#rowId(this.#active));
    } else this.element.removeAttribute("aria-activedescendant");
    if (count > 0) this.#rows.want(first, last);
  }

  /** Puts the rows from one index to another into the page, and takes the others out. */
  #place(from: number, to: number): void {
    for (const [index, row] of this.#shown) {
      if (index >= from && index <= to) continue;
      row.element.remove();
      this.#spare.push(row);
      this.#shown.delete(index);
    }
    for (let index = from; index <= to; index++) {
      let row = this.#shown.get(index);
      if (!row) {
        row = this.#spare.pop() ?? new Row();
        this.#shown.set(index, row);
        row.element.id = this.#rowId(index);
        this.#plane.append(row.element);
      }
      this.#fill(row, index);
    }
  }

  #fill(row: Row, index: number): void {
    const held = this.#rows.at(index);
    row.show(held, this.#chosen);
    const { element: el } = row;
    el.style.height = `${String(this.#rowHeight)}px`;
    el.style.transform = `translateY(${String(index * this.#rowHeight)}px)`;
    el.dataset.index = String(index);
    el.setAttribute("aria-posinset", String(index + 1));
    el.setAttribute("aria-setsize", String(this.#rows.count));
    el.setAttribute("aria-selected", String(held ? this.selection.has(held.run.id) : false));
    el.classList.toggle("znb-run-active", index === this.#active);
  }

  #rowId(index: number): string {
    return `${this.#prefix}-${String(index)}`;
  }

  #listen(signal: AbortSignal): void {
    const { element: el } = this;
    const drawSoon = (): void => {
      cancelAnimationFrame(this.#drawing);
      this.#drawing = requestAnimationFrame(() => {
        this.draw();
      });
    };
    el.addEventListener("scroll", drawSoon, { signal, passive: true });
    el.addEventListener(
      "click",
      (event) => {
        this.#click(event);
      },
      { signal },
    );
    el.addEventListener(
      "keydown",
      (event) => {
        this.#key(event);
      },
      { signal },
    );
    // A menu is about the run that it was opened on.
    const point = (event: MouseEvent): void => {
      const index = indexOf(event.target);
      if (index !== undefined) this.activate(index);
    };
    el.addEventListener("contextmenu", point, { signal, capture: true });
    const sizes = new ResizeObserver(drawSoon);
    sizes.observe(el);
    const ticking = setInterval(() => {
      this.#tick();
    }, TICK);
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.#drawing);
      clearInterval(ticking);
      sizes.disconnect();
    });
  }

  #tick(): void {
    if (!this.element.isConnected || this.element.clientHeight === 0) return;
    for (const row of this.#shown.values()) row.tick();
  }

  #idAt = (index: number): string | undefined => this.#rows.at(index)?.run.id;

  #click(event: MouseEvent): void {
    const index = indexOf(event.target);
    const id = index === undefined ? undefined : this.#idAt(index);
    if (index === undefined || id === undefined) return;
    const check = event.target instanceof Element && event.target.closest(".znb-run-check");
    if (event.shiftKey) this.selection.extend(index, this.#idAt);
    else if (check || event.ctrlKey || event.metaKey) this.selection.toggle(index, id);
    this.activate(index);
    if (event.shiftKey || check || event.ctrlKey || event.metaKey) return;
    this.selection.from(index);
    this.#events.open(id);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const target = this.#target(key);
    if (target !== undefined) {
      // The first row of a range is the one that the keyboard came from.
      if (event.shiftKey) this.selection.begin(this.#active);
      this.activate(target);
      if (event.shiftKey) this.selection.extend(this.#active, this.#idAt);
      else this.selection.from(this.#active);
    } else if (key === "Enter") {
      if (this.activeId !== undefined) this.#events.open(this.activeId);
    } else if (key === " ") {
      if (this.activeId !== undefined) this.selection.toggle(this.#active, this.activeId);
    } else if (key === "Escape" && this.selection.ids.length > 0) this.selection.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #target(key: string): number | undefined {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
    const targets = new Map([
      ["ArrowDown", this.#active + 1],
      ["ArrowUp", this.#active - 1],
      ["PageDown", this.#active + page],
      ["PageUp", this.#active - page],
      ["Home", 0],
      ["End", this.#rows.count - 1],
    ]);
    return targets.get(key);
  }
}

function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>(".znb-run") : null;
  return row?.dataset.index === undefined ? undefined : Number(row.dataset.index);
}
