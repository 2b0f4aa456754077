// The head of the page: which run it is, how it went, and what it reached.
import type { RunDocument, RunMetric, RunState } from "../../contract/pages/run";
import { element } from "../dom";
import { formatCell, type Level, visible } from "../format";
import { clipped, counted, folded } from "../long";
import { Clock } from "../steps/clock";
import { failure } from "../steps/panel";
import { told } from "../steps/words";
import { copyButton } from "./copying";
import { Loading } from "./loading";
import type { RunScope } from "./scope";

/** So many metrics are in sight; the others are behind a line of text. */
const MOST_TILES = 8;
const ACTIONS = [
  ["open", "Open in notebook", "Write a cell that gives this run back as a pipeline"],
  ["again", "Run again", "Write the configuration of this run as cells, to change and run it"],
] as const;

export class Header {
  readonly element = element("header", "znb-rp-header");
  readonly #scope: RunScope;
  readonly #clock: Clock;
  readonly #title = element("h2", "znb-rp-title");
  readonly #state = element("span", "znb-state");
  readonly #until = element("span", "znb-count");
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #trouble: Loading;
  readonly #facts = element("dl", "znb-rp-facts");
  readonly #duration = element("dd");
  readonly #id = element("dd", "znb-rp-id");
  readonly #code = element("code");
  readonly #error = element("div");
  readonly #tiles = element("div");
  #drawn = new Map<HTMLElement, string>();
  #document: RunDocument | undefined;

  constructor(scope: RunScope) {
    this.#scope = scope;
    this.#clock = new Clock(scope.signal);
    this.#trouble = new Loading(scope.signal);
    const actions = element("div", "znb-rp-actions");
    for (const [kind, label, help] of ACTIONS) actions.append(this.#button(kind, label, help));
    const copied = copyButton("the id of the run", () => this.#document?.run.id ?? "", scope);
    this.#id.append(this.#code, copied);
    const head = element("div", "znb-rp-head");
    head.append(this.#title, this.#state, this.#until, actions);
    this.element.append(head, this.#facts, this.#trouble.element, this.#error, this.#tiles);
  }

  show(document: RunDocument): void {
    this.#document = document;
    const { run, cells, error, metrics } = document;
    this.#title.textContent = visible(clipped(document.title, 200)) || "(no name)";
    const { sign, word, level } = wordOf(run.state);
    this.#state.className = `znb-state znb-${level}`;
    this.#state.textContent = `${sign} ${word}`;
    this.#until.textContent = run.until === null ? "" : visible(`until ${run.until}`);
    for (const [kind] of ACTIONS) {
      const button = this.#buttons.get(kind);
      if (button) button.hidden = !(this.#scope.host.insertCells && cells[kind]);
    }
    this.#code.textContent = visible(clipped(run.id, 300));
    this.#once(this.#facts, { ...run, seconds: 0 }, () => this.#factsOf(document));
    this.#tick(document);
    this.#once(this.#error, [error, cells.again], () => errorOf(document));
    this.#once(this.#tiles, metrics, () => tiles(metrics, this.#scope.signal));
  }

  /** What has not changed is not drawn anew: it keeps what is opened and marked in it. */
  #once(place: HTMLElement, of: unknown, make: () => HTMLElement[]): void {
    const now = JSON.stringify(of);
    if (this.#drawn.get(place) === now) return;
    this.#drawn.set(place, now);
    place.replaceChildren(...make());
  }

  #tick({ run }: RunDocument): void {
    this.#clock.stop();
    const isRunning = run.state === "RUNNING";
    this.#clock.add(this.#duration, isRunning ? elapsed(run.started) : run.seconds, isRunning);
    if (this.#duration.textContent === "") this.#duration.textContent = "not known";
    this.#clock.start();
  }

  #factsOf({ run }: RunDocument): HTMLElement[] {
    const place = [run.user, run.host].filter((part) => part !== null).join(" on ");
    const facts: (readonly [string, string | HTMLElement | null])[] = [
      ["Run", this.#id],
      ["Started", when(run.started)],
      ["Duration", this.#duration],
      ["By", place || null],
      ["Commit", run.git_commit],
      ["Notebook", run.notebook],
      ["Version", run.version === null ? null : `zenml_nb ${run.version}`],
      ["Configuration", run.config_hash],
    ];
    return facts.flatMap(([name, value]) => (value === null ? [] : [fact(name, value)]));
  }

  #button(kind: "open" | "again", label: string, help: string): HTMLButtonElement {
    const button = element("button", "znb-rp-button", label);
    button.type = "button";
    button.title = help;
    button.hidden = true;
    const act = (): void => {
      const { insertCells } = this.#scope.host;
      if (!insertCells) return;
      this.#trouble.run("the cells", () => Promise.resolve(insertCells(kind)), ignore);
    };
    button.addEventListener("click", act, { signal: this.#scope.signal });
    this.#buttons.set(kind, button);
    return button;
  }
}

function ignore(): void {
  // The cells are in the notebook.
}

function fact(name: string, value: string | HTMLElement): HTMLElement {
  const made = element("div");
  const shown = typeof value === "string" ? element("dd", "", clipped(value, 300)) : value;
  if (typeof value === "string") shown.title = visible(clipped(value, 1000));
  made.append(element("dt", "", name), shown);
  return made;
}

/** A run knows one state that a step has not. */
function wordOf(state: RunState): { sign: string; word: string; level: Level | "idle" } {
  return state === "UNKNOWN" ? { sign: "?", word: "unknown", level: "idle" } : told(state);
}

function when(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : time.toLocaleString();
}

/** Seconds since a time, by this machine's clock; null if that is not before now. */
export function elapsed(iso: string): number | null {
  const seconds = (Date.now() - new Date(iso).getTime()) / 1000;
  return seconds >= 0 ? seconds : null;
}

/** Why the run failed, before all else; with the user's own code in sight. */
function errorOf({ error, cells }: RunDocument): HTMLElement[] {
  if (!error) return [];
  const made = failure(error);
  const stack = made.querySelector("details");
  if (error.stack && stack) stack.open = true;
  if (cells.again) {
    const hint = "Correct it and run again: what is finished is taken from the cache.";
    made.append(element("p", "znb-rp-hint", hint));
  }
  return [made];
}

function tiles(metrics: readonly RunMetric[], signal: AbortSignal): HTMLElement[] {
  if (metrics.length === 0) return [];
  const rest = metrics.slice(MOST_TILES);
  const more = counted(rest.length, "more metric");
  return [
    tileList(metrics.slice(0, MOST_TILES), "Metrics"),
    ...(rest.length > 0 ? [folded(more, () => tileList(rest, more), signal)] : []),
  ];
}

function tileList(metrics: readonly RunMetric[], label: string): HTMLElement {
  const list = element("ul", "znb-rp-tiles");
  list.setAttribute("aria-label", label);
  for (const { name, value } of metrics) {
    const tile = element("li");
    tile.title = visible(`${name}: ${String(value)}`);
    tile.append(
      element("span", "znb-rp-name", clipped(name, 60)),
      element("span", "znb-rp-value", clipped(formatCell(value, "number"), 30)),
    );
    list.append(tile);
  }
  return list;
}
