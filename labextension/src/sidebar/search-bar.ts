// The search, the button of the filters, and the filters in force as chips.
import { element } from "../views/dom";
import { type ActiveFilter, activeFilters, type Filters } from "./filters";
import { icon, iconButton } from "./icons";

/** Milliseconds without a key until what was typed is asked for. */
const PAUSE = 200;

export interface SearchEvents {
  readonly filter: (filters: Filters) => void;
  readonly toggle: (isOpen: boolean) => void;
}

export class SearchBar {
  readonly element = element("div", "znb-search-bar");
  readonly #input = element("input", "znb-field");
  readonly #toggle: HTMLButtonElement;
  readonly #chips = element("div", "znb-chips");
  readonly #events: SearchEvents;
  readonly #signal: AbortSignal;
  #filters: Filters | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;

  constructor(events: SearchEvents, signal: AbortSignal) {
    this.#events = events;
    this.#signal = signal;
    this.#input.type = "search";
    this.#input.placeholder = "Search runs";
    this.#input.setAttribute("aria-label", "Search runs by pipeline, id or error");
    this.#input.spellcheck = false;
    this.#input.addEventListener("input", this.#typed, { signal });
    this.#toggle = iconButton(
      "filter",
      "Filters",
      () => {
        events.toggle(!this.#isOpen);
      },
      signal,
    );
    const line = element("div", "znb-search-line");
    line.append(this.#input, this.#toggle);
    this.element.append(line, this.#chips);
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
    });
  }

  show(filters: Filters, isOpen: boolean): void {
    const isNew = filters !== this.#filters;
    this.#filters = filters;
    this.#isOpen = isOpen;
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
    this.#toggle.classList.toggle("znb-on", isOpen);
    if (!isNew) return;
    const isTyping = this.#timer !== undefined || document.activeElement === this.#input;
    if (!isTyping || filters.search === "") this.#input.value = filters.search;
    const active = activeFilters(filters);
    this.#toggle.classList.toggle("znb-badge-on", active.length > 0);
    this.#chips.hidden = active.length === 0;
    this.#chips.replaceChildren(...active.map((one) => this.#chip(one)));
  }

  /** What is typed, asked for or not. */
  get text(): string {
    return this.#input.value;
  }

  focus(): void {
    this.#input.focus();
  }

  #typed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#filters) return;
      const search = this.#input.value;
      if (search !== this.#filters.search) this.#events.filter({ ...this.#filters, search });
    }, PAUSE);
  };

  #chip({ label, without }: ActiveFilter): HTMLElement {
    const chip = element("button", "znb-chip");
    chip.type = "button";
    chip.title = `Remove the filter`;
    const text = element("span", "", label);
    chip.append(text, icon("close"));
    chip.setAttribute("aria-label", `Remove the filter ${text.textContent}`);
    const remove = (): void => {
      this.#events.filter(without);
      this.#input.focus();
    };
    chip.addEventListener("click", remove, { signal: this.#signal });
    return chip;
  }
}
