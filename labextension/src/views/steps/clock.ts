// Durations of what runs: they go on between two updates.
import { duration } from "./words";

const EVERY = 500;

export class Clock {
  #running: { readonly shown: HTMLElement; readonly seconds: number }[] = [];
  #since = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => {
      this.stop();
    });
  }

  /** Forgets what ran; a new picture adds what runs now. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#running = [];
  }

  /** Shows a duration; one that goes on is drawn anew by `start`. */
  add(shown: HTMLElement, seconds: number | null, running: boolean): void {
    shown.textContent = seconds === null ? "" : duration(seconds);
    if (running && seconds !== null) this.#running.push({ shown, seconds });
  }

  /** Lets the durations go on. A picture that is never updated is an old one: its clock stays. */
  start(): void {
    clearInterval(this.#timer);
    this.#since = performance.now();
    if (this.#running.length > 0) {
      this.#timer = setInterval(() => {
        this.#tick();
      }, EVERY);
    }
  }

  #tick(): void {
    const passed = (performance.now() - this.#since) / 1000;
    this.#running = this.#running.filter(({ shown }) => shown.isConnected);
    for (const { shown, seconds } of this.#running) shown.textContent = duration(seconds + passed);
  }
}
