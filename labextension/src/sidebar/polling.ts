// Asks again and again while somebody looks, and more seldom while there is no answer.

/** The longest wait after errors. */
const LONGEST = 30_000;

export class Polling {
  readonly #ask: () => Promise<void>;
  readonly #interval: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isShown = false;
  #asking = false;
  /** Something else is to be asked since the question that has no answer yet. */
  #again = false;
  #failures = 0;
  #disposed = false;

  /**
   * @param ask - rejects if there is no answer
   * @param interval - milliseconds until the next question, as long as there are answers
   */
  constructor(ask: () => Promise<void>, interval: () => number, signal: AbortSignal) {
    this.#ask = ask;
    this.#interval = interval;
    document.addEventListener(
      "visibilitychange",
      () => {
        this.#begin();
      },
      { signal },
    );
    signal.addEventListener("abort", () => {
      this.#disposed = true;
      clearTimeout(this.#timer);
    });
  }

  /** Whether somebody looks; asks at once when that begins. */
  set isShown(shown: boolean) {
    if (shown === this.#isShown) return;
    this.#isShown = shown;
    this.#begin();
  }

  /** Asks now, whatever went wrong before. */
  now(): void {
    this.#failures = 0;
    this.#again = this.#asking;
    this.#begin();
  }

  get #mayAsk(): boolean {
    return this.#isShown && !this.#disposed && document.visibilityState !== "hidden";
  }

  #begin(): void {
    clearTimeout(this.#timer);
    if (this.#mayAsk && !this.#asking) void this.#turn();
  }

  async #turn(): Promise<void> {
    this.#asking = true;
    try {
      await this.#ask();
      this.#failures = 0;
    } catch {
      // Whoever asks shows what went wrong; here it only means to wait longer.
      this.#failures++;
    }
    this.#asking = false;
    if (!this.#mayAsk) return;
    if (this.#again) {
      this.#again = false;
      this.#begin();
      return;
    }
    const wait = this.#interval() * 2 ** Math.min(this.#failures, 10);
    this.#timer = setTimeout(
      () => {
        this.#begin();
      },
      Math.min(wait, Math.max(LONGEST, this.#interval())),
    );
  }
}
