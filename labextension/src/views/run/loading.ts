// What a person sees while something is loaded, and when that fails.
import type { JobDocument } from "../../contract/pages/job";
import { element } from "../dom";
import { clipped } from "../long";
import { duration } from "../steps/words";

type Load<T> = (onProgress: (job: JobDocument) => void) => Promise<T>;

const LONGEST = 1000;

export class Loading {
  /** Empty while nothing is loaded. */
  readonly element = element("div", "znb-rp-loading");
  readonly #signal: AbortSignal;
  /** Counts what was begun: an answer to an earlier question is not listened to. */
  #turn = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.element.tabIndex = -1;
  }

  /**
   * Loads something; what was begun before is forgotten.
   *
   * @param what - that is loaded, as in "Loading the schema"
   * @param done - gets it; an error in here is shown too
   */
  run<T>(what: string, load: Load<T>, done: (loaded: T) => void, failed?: () => void): void {
    this.#turn += 1;
    const turn = this.#turn;
    const isCurrent = (): boolean => turn === this.#turn && !this.#signal.aborted;
    const wait = new Waiting(`Loading ${what}`);
    this.element.replaceChildren(wait.element);
    const begin = async (): Promise<void> => {
      const loaded = await load((job) => {
        if (isCurrent()) wait.tell(job);
      });
      if (!isCurrent()) return;
      this.element.replaceChildren();
      done(loaded);
    };
    begin().catch((error: unknown) => {
      if (!isCurrent()) return;
      failed?.();
      this.#fail(what, error, () => {
        this.run(what, load, done, failed);
      });
    });
  }

  #fail(what: string, error: unknown, again: () => void): void {
    const made = element("div", "znb-problem");
    made.setAttribute("role", "alert");
    const button = element("button", "znb-rp-button", "Try again");
    button.type = "button";
    const retry = (): void => {
      // The button goes away: the keyboard stays here.
      this.element.focus({ preventScroll: true });
      again();
    };
    button.addEventListener("click", retry, { signal: this.#signal });
    made.append(
      element("strong", "", `Loading ${what} failed. `),
      element("span", "", clipped(messageOf(error), LONGEST)),
    );
    const where = textOf(error, "where");
    const hint = textOf(error, "hint");
    if (where) made.append(element("p", "znb-note", clipped(where, LONGEST)));
    if (hint) made.append(element("p", "znb-rp-hint", clipped(hint, LONGEST)));
    made.append(button);
    this.element.replaceChildren(made);
  }
}

/** A line of text over a bar, which moves where nobody knows how far it is. */
class Waiting {
  readonly element = element("div", "znb-rp-waiting");
  readonly #text = element("p", "znb-note");
  readonly #bar = element("div", "znb-rp-progress");
  readonly #done = element("span");

  constructor(text: string) {
    this.#text.textContent = `${text}…`;
    this.#text.setAttribute("role", "status");
    this.#bar.setAttribute("role", "progressbar");
    this.#bar.setAttribute("aria-label", text);
    this.#bar.classList.add("znb-rp-unknown");
    this.#bar.append(this.#done);
    this.element.append(this.#text, this.#bar);
  }

  tell({ stage, done, seconds }: JobDocument): void {
    this.#text.replaceChildren(
      element("span", "", `${clipped(stage, 200)} · ${duration(seconds)}`),
    );
    this.#bar.classList.toggle("znb-rp-unknown", done === null);
    if (done === null) {
      this.#bar.removeAttribute("aria-valuenow");
      this.#done.style.width = "";
      return;
    }
    const percent = Math.round(100 * Math.min(1, Math.max(0, done)));
    this.#bar.setAttribute("aria-valuenow", String(percent));
    this.#done.style.width = `${String(percent)}%`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** What an error tells beside its message, where it does. */
function textOf(error: unknown, name: "where" | "hint"): string {
  if (typeof error !== "object" || error === null || !(name in error)) return "";
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : "";
}
