// The YAML of a run, with numbered lines, to be searched and copied.
import type { RunConfiguration } from "../../contract/pages/run";
import { element, paragraphs } from "../dom";
import { visible } from "../format";
import { clipped } from "../long";
import { copyButton } from "./copying";
import type { RunScope } from "./scope";

/** A key with the dash and the spaces before it, and what follows the colon. */
const KEY = /^(\s*(?:- )*)([\w.+-]+|"[^"]*"|'[^']*')(:(?:\s.*)?)$/u;
const LONGEST_LINE = 2000;
const DELAY = 120;

export class Configuration {
  readonly element = element("div", "znb-rp-configuration");
  readonly #signal: AbortSignal;
  readonly #notes = element("div");
  readonly #whole = element("div");
  readonly #lines = element("ol", "znb-rp-code");
  readonly #input = element("input", "znb-search");
  readonly #count = element("span", "znb-count");
  #yaml: string | null | undefined;
  #texts: readonly string[] = [];
  #found: readonly number[] = [];
  #place = -1;

  constructor(scope: RunScope) {
    this.#signal = scope.signal;
    this.#input.type = "search";
    this.#input.placeholder = "Search lines";
    this.#input.setAttribute("aria-label", "Search the configuration; Enter goes to the next line");
    this.#count.setAttribute("role", "status");
    this.#lines.tabIndex = 0;
    this.#lines.setAttribute("aria-label", "Configuration");
    const head = element("div", "znb-head");
    head.append(
      this.#input,
      this.#count,
      copyButton("the configuration", () => this.#yaml ?? "", scope),
    );
    this.#whole.append(head, this.#lines);
    this.element.append(this.#notes, this.#whole);
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const search = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        this.#search();
      }, DELAY);
    };
    const next = (event: KeyboardEvent): void => {
      if (event.key === "Enter") this.#go(event.shiftKey ? -1 : 1);
    };
    this.#input.addEventListener("input", search, { signal: this.#signal });
    this.#input.addEventListener("keydown", next, { signal: this.#signal });
  }

  show({ yaml, notes }: RunConfiguration): void {
    this.#notes.replaceChildren(...paragraphs(notes));
    if (yaml === this.#yaml) return;
    this.#yaml = yaml;
    this.#whole.hidden = yaml === null;
    this.#texts = (yaml ?? "").replace(/\n$/, "").split("\n");
    this.#lines.replaceChildren(...this.#texts.map((text) => lineOf(text)));
    this.#search();
  }

  #search(): void {
    const wanted = this.#input.value.trim().toLowerCase();
    const found: number[] = [];
    this.#texts.forEach((text, index) => {
      const isFound = wanted !== "" && text.toLowerCase().includes(wanted);
      const line = this.#lines.children[index];
      if (isFound) found.push(index);
      if (!line || (!isFound && !line.classList.contains("znb-rp-found"))) return;
      line.classList.toggle("znb-rp-found", isFound);
      line.classList.remove("znb-rp-here");
      line.replaceChildren(...(isFound ? marked(text, wanted) : coloured(text)));
    });
    this.#found = found;
    this.#place = -1;
    this.#tell(wanted !== "");
  }

  /** To the next line that was found, and from the last one to the first. */
  #go(step: 1 | -1): void {
    const { length } = this.#found;
    if (length === 0) return;
    this.#lines.querySelector(".znb-rp-here")?.classList.remove("znb-rp-here");
    this.#place = this.#place < 0 && step < 0 ? length - 1 : (this.#place + step + length) % length;
    const line = this.#lines.children[this.#found[this.#place] ?? 0];
    line?.classList.add("znb-rp-here");
    line?.scrollIntoView({ block: "nearest" });
    this.#tell(true);
  }

  #tell(isSearched: boolean): void {
    const { length } = this.#found;
    const lines = `${String(length)} ${length === 1 ? "line" : "lines"}`;
    const place = this.#place < 0 ? lines : `${String(this.#place + 1)} of ${lines}`;
    this.#count.textContent = isSearched ? place : `${String(this.#texts.length)} lines`;
  }
}

function lineOf(text: string): HTMLElement {
  const line = element("li");
  line.append(...coloured(text));
  return line;
}

/** Keys and comments stand out. */
function coloured(text: string): (string | HTMLElement)[] {
  const shown = visible(clipped(text, LONGEST_LINE));
  if (shown.trimStart().startsWith("#")) return [element("span", "znb-rp-comment", shown)];
  const [, indent, key, rest] = KEY.exec(shown) ?? [];
  if (key === undefined) return [shown];
  return [indent ?? "", element("span", "znb-rp-key", key), rest ?? ""];
}

/** The text with everything in it that is searched for. */
function marked(text: string, wanted: string): (string | HTMLElement)[] {
  const shown = visible(clipped(text, LONGEST_LINE));
  const lowered = shown.toLowerCase();
  const parts: (string | HTMLElement)[] = [];
  let from = 0;
  // Some letters change their length with their case: then nothing is marked rather than the wrong part.
  if (lowered.length !== shown.length) return [shown];
  for (let at = lowered.indexOf(wanted); at >= 0; at = lowered.indexOf(wanted, from)) {
    parts.push(shown.slice(from, at), element("mark", "", shown.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  return [...parts, shown.slice(from)];
}
