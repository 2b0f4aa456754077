// What is done with the selected runs.
import { element } from "../views/dom";
import { iconButton, wordButton } from "./icons";

export interface SelectionEvents {
  readonly compare: () => void;
  readonly clear: () => void;
}

/** So many runs one comparison has room for; the server takes no more. */
export const MOST_COMPARED = 200;

export class SelectionBar {
  readonly element = element("div", "znb-selection");
  readonly #count = element("span", "znb-selection-count");
  readonly #compare: HTMLButtonElement;

  constructor(events: SelectionEvents, signal: AbortSignal) {
    this.#count.setAttribute("role", "status");
    this.#compare = wordButton("Compare", events.compare, signal, "znb-accept");
    this.element.append(
      this.#count,
      this.#compare,
      iconButton("close", "Clear the selection", events.clear, signal),
    );
    this.element.hidden = true;
  }

  show(count: number): void {
    this.element.hidden = count === 0;
    this.#count.textContent = `${String(count)} selected`;
    this.#compare.disabled = count < 2 || count > MOST_COMPARED;
    this.#compare.title =
      count < 2
        ? "Select another run: by its box, or by Ctrl or Shift and a click"
        : count > MOST_COMPARED
          ? `At most ${String(MOST_COMPARED)} runs can be compared`
          : "Show the selected runs side by side";
  }
}
