// A search box for text or a regular expression, and choices, above what they filter.
import { element } from "./dom";
import { visible } from "./format";

/** Whether a text is what is searched for. */
export type Matches = (text: string) => boolean;

const everything: Matches = () => true;

/** A matcher; undefined where the regular expression is not one. */
export function matcher(query: string, isRegex: boolean): Matches | undefined {
  if (query.trim() === "") return everything;
  if (!isRegex) {
    const wanted = query.trim().toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  try {
    const pattern = new RegExp(query, "iu");
    return (text) => pattern.test(text);
  } catch {
    return undefined;
  }
}

/** A search box with a switch for regular expressions. */
export class Search {
  readonly elements: readonly HTMLElement[];
  /** What is searched for; a broken regular expression leaves the former one in force. */
  matches = everything;
  readonly #input = element("input", "znb-search");
  readonly #regex = element("button", "znb-toggle", ".*");
  readonly #status = element("span", "znb-count");

  /**
   * @param label - what is searched
   * @param changed - called after every change
   */
  constructor(label: string, changed: () => void, signal: AbortSignal) {
    this.#input.type = "search";
    this.#input.placeholder = label;
    this.#input.setAttribute("aria-label", visible(label));
    this.#regex.type = "button";
    this.#regex.title = "Search for a regular expression";
    this.#regex.setAttribute("aria-label", "Regular expression");
    this.#regex.setAttribute("aria-pressed", "false");
    this.#status.setAttribute("role", "status");
    this.elements = [this.#input, this.#regex, this.#status];
    const search = (): void => {
      const matches = matcher(this.#input.value, this.#isRegex);
      this.#input.setAttribute("aria-invalid", String(!matches));
      if (matches) {
        this.matches = matches;
        changed();
      } else {
        this.#status.textContent = "Not a regular expression";
      }
    };
    const toggle = (): void => {
      this.#regex.setAttribute("aria-pressed", String(!this.#isRegex));
      search();
    };
    this.#input.addEventListener("input", search, { signal });
    this.#regex.addEventListener("click", toggle, { signal });
  }

  /** Whether anything is searched for. */
  get isActive(): boolean {
    return this.matches !== everything;
  }

  get #isRegex(): boolean {
    return this.#regex.getAttribute("aria-pressed") === "true";
  }

  /** Tells how much was found. */
  tell(text: string): void {
    this.#status.textContent = text;
  }
}

/** A choice among words; the empty word is all of them. */
export function choice(
  label: string,
  words: readonly string[],
  changed: (word: string) => void,
  signal: AbortSignal,
): HTMLElement {
  const select = element("select", "znb-select");
  select.setAttribute("aria-label", label);
  for (const word of ["", ...words]) {
    const option = element("option", "", word || `${label}: all`);
    option.value = word;
    select.append(option);
  }
  const change = (): void => {
    changed(select.value);
  };
  select.addEventListener("change", change, { signal });
  return select;
}
