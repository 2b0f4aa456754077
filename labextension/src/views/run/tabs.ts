// Tabs as WAI-ARIA describes them: arrows go from tab to tab, Enter or the space bar opens one, for what is behind it may
// have to be loaded.
import { element } from "../dom";

let pages = 0;

interface Tab {
  readonly button: HTMLButtonElement;
  readonly panel: HTMLElement;
  readonly opened: () => void;
}

export class Tabs {
  readonly element = element("div", "znb-rp-tabs");
  readonly panels = element("div", "znb-rp-panels");
  readonly #tabs = new Map<string, Tab>();
  readonly #signal: AbortSignal;
  readonly #page: number;
  #chosen = "";

  constructor(label: string, signal: AbortSignal) {
    pages += 1;
    this.#page = pages;
    this.#signal = signal;
    this.element.setAttribute("role", "tablist");
    this.element.setAttribute("aria-label", label);
    const keys = (event: KeyboardEvent): void => {
      this.#move(event);
    };
    this.element.addEventListener("keydown", keys, { signal });
  }

  /**
   * Adds a tab; the first one is open.
   *
   * @param opened - called whenever it is opened
   */
  add(name: string, label: string, content: HTMLElement, opened: () => void = nothing): void {
    const id = `znb-run-${String(this.#page)}-${name}`;
    const button = element("button", "znb-rp-tab", label);
    button.type = "button";
    button.id = `${id}-tab`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", id);
    const panel = element("div", "znb-rp-panel");
    panel.id = id;
    panel.tabIndex = -1;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    panel.append(content);
    const choose = (): void => {
      this.choose(name);
    };
    button.addEventListener("click", choose, { signal: this.#signal });
    this.#tabs.set(name, { button, panel, opened });
    this.element.append(button);
    this.panels.append(panel);
    if (this.#chosen === "") this.#chosen = name;
    this.#mark();
  }

  get chosen(): string {
    return this.#chosen;
  }

  choose(name: string): void {
    const tab = this.#tabs.get(name);
    if (!tab) return;
    this.#chosen = name;
    this.#mark();
    tab.opened();
  }

  /** Opens a tab for what was pressed elsewhere: it comes into sight, and the keyboard goes there. */
  goTo(name: string): void {
    this.choose(name);
    this.element.scrollIntoView({ block: "nearest" });
    this.#tabs.get(name)?.panel.focus({ preventScroll: true });
  }

  /** Shows a tab, or takes it away; an open one stays. */
  offer(name: string, isThere: boolean): void {
    const tab = this.#tabs.get(name);
    if (tab) tab.button.hidden = !isThere && name !== this.#chosen;
  }

  /** A number behind the label. */
  count(name: string, count: number): void {
    const button = this.#tabs.get(name)?.button;
    if (!button) return;
    button.querySelector(".znb-rp-number")?.remove();
    if (count > 0) button.append(element("span", "znb-rp-number", count.toLocaleString("en")));
  }

  #mark(): void {
    for (const [name, { button, panel }] of this.#tabs) {
      const isOpen = name === this.#chosen;
      button.setAttribute("aria-selected", String(isOpen));
      button.tabIndex = isOpen ? 0 : -1;
      panel.hidden = !isOpen;
    }
  }

  #move(event: KeyboardEvent): void {
    const shown = [...this.#tabs.values()].flatMap(({ button }) => (button.hidden ? [] : [button]));
    const here = shown.findIndex((button) => button === event.target);
    const to = new Map([
      ["ArrowRight", (here + 1) % shown.length],
      ["ArrowLeft", (here - 1 + shown.length) % shown.length],
      ["Home", 0],
      ["End", shown.length - 1],
    ]).get(event.key);
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    shown[to]?.focus();
  }
}

function nothing(): void {
  // Nothing has to be loaded.
}
