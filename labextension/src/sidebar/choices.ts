// Names to choose among, with how many runs each has.
import { element } from "../views/dom";
import { visible } from "../views/format";

export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly count: number | null;
}

/** So many names are drawn: who has more of them finds one by the search. */
const MOST = 300;

export class Choices {
  readonly element = element("fieldset", "znb-choices");
  readonly #list = element("div", "znb-choices-list");
  readonly #changed: (chosen: string[]) => void;
  #chosen: readonly string[] = [];
  #drawn = "";

  /** @param changed - told of the names that are chosen now */
  constructor(legend: string, changed: (chosen: string[]) => void, signal: AbortSignal) {
    this.#changed = changed;
    this.element.append(element("legend", "", legend), this.#list);
    this.#list.addEventListener(
      "change",
      () => {
        this.#change();
      },
      { signal },
    );
  }

  /** Names that are chosen stay in the list when they have no runs any more, so that they can be given up. */
  show(choices: readonly Choice[], chosen: readonly string[]): void {
    const known = new Set(choices.map(({ name }) => name));
    const gone = chosen.filter((name) => !known.has(name));
    const all = [
      ...choices.slice(0, MOST),
      ...gone.map((name) => ({ name, label: name, count: 0 })),
    ];
    const drawn = JSON.stringify([all, chosen]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#chosen = chosen;
    const focused = this.#focused();
    this.#list.replaceChildren(...all.map((choice) => this.#option(choice)));
    if (all.length === 0) this.#list.append(element("p", "znb-quiet", "None yet"));
    const before = this.#boxes().find(({ value }) => value === focused);
    before?.focus();
  }

  #option({ name, label, count }: Choice): HTMLElement {
    const option = element("label", "znb-choice");
    const box = element("input");
    box.type = "checkbox";
    box.value = name;
    box.checked = this.#chosen.includes(name);
    const text = element("span", "znb-choice-name", label);
    text.title = visible(label);
    option.append(box, text);
    if (count !== null) option.append(element("span", "znb-choice-count", count.toLocaleString()));
    return option;
  }

  #boxes(): HTMLInputElement[] {
    return [...this.#list.querySelectorAll("input")];
  }

  #focused(): string | undefined {
    const { activeElement } = document;
    return activeElement instanceof HTMLInputElement && this.#list.contains(activeElement)
      ? activeElement.value
      : undefined;
  }

  #change(): void {
    this.#changed(
      this.#boxes()
        .filter(({ checked }) => checked)
        .map(({ value }) => value),
    );
  }
}
