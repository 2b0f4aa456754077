// What is told above the list.
import type { Problem } from "../problem";
import { element, paragraphs } from "../views/dom";
import { banner } from "./states";

export interface Notice {
  readonly problem: Problem | undefined;
  readonly kind: "error" | "warning";
  readonly button?: HTMLElement;
}

export class Notices {
  readonly element = element("div", "znb-notices");
  #told = "";

  show(notices: readonly Notice[], notes: readonly string[]): void {
    const drawn = notices.flatMap(({ problem, kind, button }) =>
      problem ? [banner(problem, kind, ...(button ? [button] : []))] : [],
    );
    drawn.push(...paragraphs(notes));
    // A notice that stays is not read out again.
    const told = drawn.map(({ textContent }) => textContent).join("\n");
    if (told === this.#told) return;
    this.#told = told;
    this.element.replaceChildren(...drawn);
  }
}
