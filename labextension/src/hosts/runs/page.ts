// A page of the main area whose document comes from the server: what is shown before it is there, and when it is not.
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { isAborted, problemOf } from "../../problem";
import { Polling } from "../../sidebar/polling";
import { wordButton } from "../../sidebar/icons";
import { banner, failed, loading } from "../../sidebar/states";
import { pageStyle } from "../../sidebar/style";
import { element } from "../../views/dom";

const INTERVAL = 1000;

export abstract class Page extends Widget {
  /** Where the document is drawn. */
  protected readonly content = element("div");
  readonly #before = element("div", "znb-page");
  readonly #ended = new AbortController();
  readonly #polling: Polling;
  #told = "";

  constructor() {
    super();
    this.addClass("zenml-nb-panel");
    this.node.style.overflow = "auto";
    this.node.style.background = "var(--jp-layout-color1)";
    this.node.tabIndex = -1;
    const style = document.createElement("style");
    style.textContent = pageStyle;
    this.#before.append(loading(4));
    this.node.append(style, this.#before, this.content);
    this.#polling = new Polling(
      () => this.#turn(),
      () => INTERVAL,
      this.#ended.signal,
    );
  }

  /** Ends with the page. */
  protected get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asks for the document again. */
  refresh(): void {
    this.#isSettled = false;
    this.#polling.now();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#ended.abort();
    super.dispose();
  }

  /**
   * Asks for the document and shows it.
   *
   * @returns whether it may still change
   */
  protected abstract load(): Promise<boolean>;

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#polling.isShown = this.isVisible;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#polling.isShown = true;
  }

  protected override onBeforeHide(message: Message): void {
    this.#polling.isShown = false;
    super.onBeforeHide(message);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) this.node.focus();
  }

  #isSettled = false;

  async #turn(): Promise<void> {
    if (this.#isSettled) return;
    try {
      this.#isSettled = !(await this.load());
      this.#tell("");
    } catch (error) {
      if (isAborted(error)) return;
      const problem = problemOf(error);
      this.#tell(JSON.stringify([problem.message, problem.where, problem.hint]), () => {
        const again = (): void => {
          this.refresh();
        };
        // What was shown before stays, with a word above it.
        if (!this.content.hasChildNodes()) return failed(problem, again, this.signal);
        return banner(problem, "error", wordButton("Try again", again, this.signal));
      });
      throw error;
    }
  }

  /** What is told already is not told again, or a screen reader would say it each second. */
  #tell(key: string, make?: () => HTMLElement): void {
    if (key !== "" && key === this.#told) return;
    this.#told = key;
    this.#before.replaceChildren(...(make ? [make()] : []));
  }
}
