// The runs of a store, a page at a time: asked for when they come into sight, asked again while they are looked at.
import type { Api } from "../api";
import type { RunsDocument } from "../contract/pages/runs";
import { isAborted, type Problem, problemOf } from "../problem";
import { filterQuery, type Filters } from "./filters";
import type { RunRow } from "./words";

export const PAGE = 50;
/** A list is at work for so many milliseconds after it last changed. */
const LATELY = 30_000;

export type PageReply =
  { readonly document: RunsDocument; readonly etag: string | null } | "unchanged";

/** Asks the server for runs from a place in the list on. */
export type Ask = (
  offset: number,
  limit: number,
  etag: string | null,
  signal: AbortSignal,
) => Promise<PageReply>;

/** A run, and when it was received (for what goes on counting). */
export interface Held {
  readonly run: RunRow;
  readonly received: number;
}

interface Pending {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** What to ask for the runs of one store that meet filters. */
export function questions(api: Api, store: string, filters: Filters): Ask {
  return (offset, limit, etag, signal) => {
    const query = filterQuery(filters);
    query.set("store", store);
    query.set("offset", String(offset));
    query.set("limit", String(limit));
    return api.runs(query, etag, signal);
  };
}

export class RunPages {
  /** The newest document: the counts and names that are not of one run. */
  document: RunsDocument | undefined;
  /** Why the newest question had no answer. */
  problem: Problem | undefined;
  readonly #ask: Ask;
  readonly #changed: (shift: number) => void;
  #held = new Map<number, Held>();
  /** The tags of pages that belong to the newest revision. */
  readonly #fresh = new Map<number, string | null>();
  /** The tags of all pages that are held. */
  readonly #tags = new Map<number, string | null>();
  readonly #pending = new Map<number, Pending>();
  #sight: readonly number[] = [0];
  #changedAt = -Infinity;
  #end = 0;
  #disposed = false;

  /** @param changed - told of every change, and by how many places the runs in the list have moved */
  constructor(ask: Ask, changed: (shift: number) => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** So many rows the list has; while the store is looked through, those that are known and a few more. */
  get count(): number {
    return this.document?.total ?? this.#end;
  }

  /** Whether anything has been answered. */
  get isLoaded(): boolean {
    return this.document !== undefined;
  }

  /** Whether a run is going, or something has changed lately. */
  get isBusy(): boolean {
    const running = this.document?.states.some(
      ({ state, runs }) => state === "RUNNING" && runs > 0,
    );
    const lately = performance.now() - this.#changedAt < LATELY;
    return running === true || lately || this.document?.indexing === true;
  }

  at(index: number): Held | undefined {
    return this.#held.get(index);
  }

  /** The run of this id, if it is held. */
  find(id: string): number | undefined {
    for (const [index, { run }] of this.#held) if (run.id === id) return index;
    return undefined;
  }

  /** These rows are in sight: asks for what is missing of them, and for nothing else any more. */
  want(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / PAGE);
    const to = Math.floor(Math.max(first, last) / PAGE);
    this.#sight = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    for (const [page, { controller }] of this.#pending) {
      if (!this.#sight.includes(page)) controller.abort();
    }
    // After an error only `refresh` asks again, or the server would be asked without end.
    if (this.problem) return;
    for (const page of this.#sight) {
      if (!this.#fresh.has(page)) this.#load(page).catch(() => undefined);
    }
  }

  /** Asks again for the pages in sight. @throws Problem - the server gave no answer */
  async refresh(): Promise<void> {
    await Promise.all(this.#sight.map((page) => this.#load(page)));
  }

  dispose(): void {
    this.#disposed = true;
    for (const { controller } of this.#pending.values()) controller.abort();
  }

  #load(page: number): Promise<void> {
    const pending = this.#pending.get(page);
    if (pending && !pending.controller.signal.aborted) return pending.done;
    const controller = new AbortController();
    const done = this.#answer(page, controller.signal).finally(() => {
      if (this.#pending.get(page)?.controller === controller) this.#pending.delete(page);
    });
    this.#pending.set(page, { controller, done });
    return done;
  }

  async #answer(page: number, signal: AbortSignal): Promise<void> {
    try {
      const reply = await this.#ask(page * PAGE, PAGE, this.#tags.get(page) ?? null, signal);
      if (this.#disposed || signal.aborted) return;
      this.#take(page, reply);
    } catch (error) {
      if (this.#disposed || isAborted(error)) return;
      this.problem = problemOf(error);
      this.#changed(0);
      throw this.problem;
    }
  }

  #take(page: number, reply: PageReply): void {
    const recovered = this.problem !== undefined;
    this.problem = undefined;
    if (reply === "unchanged") {
      const isNew = !this.#fresh.has(page);
      this.#fresh.set(page, this.#tags.get(page) ?? null);
      if (isNew || recovered) this.#changed(0);
      return;
    }
    const { document, etag } = reply;
    if (this.document && document.revision !== this.document.revision) {
      this.#changedAt = performance.now();
      this.#fresh.clear();
    }
    const shift = this.#shift(document);
    if (shift !== 0) this.#move(shift);
    this.#keep(page, document);
    this.#fresh.set(page, etag);
    this.#tags.set(page, etag);
    this.#changed(shift);
  }

  /** By how many places the runs have moved: a run that both the old list and the new page have tells. */
  #shift({ offset, runs }: RunsDocument): number {
    const places = new Map(runs.map(({ id }, index) => [id, offset + index]));
    for (const [index, { run }] of this.#held) {
      const place = places.get(run.id);
      if (place !== undefined) return place - index;
    }
    return 0;
  }

  #move(shift: number): void {
    this.#held = new Map(
      [...this.#held].flatMap(([index, held]) =>
        index + shift < 0 ? [] : [[index + shift, held]],
      ),
    );
    // A page of another place has other runs: its tag is of no use.
    this.#tags.clear();
  }

  #keep(page: number, document: RunsDocument): void {
    const received = performance.now();
    const from = page * PAGE;
    for (let index = from; index < from + PAGE; index++) this.#held.delete(index);
    document.runs.forEach((run, index) => this.#held.set(from + index, { run, received }));
    this.document = document;
    const known = from + document.runs.length;
    const more = document.runs.length === PAGE ? PAGE : 0;
    this.#end = document.total ?? Math.max(known + more, more > 0 ? this.#end : known);
    if (document.total === null) return;
    for (const index of this.#held.keys()) {
      if (index >= document.total) this.#held.delete(index);
    }
  }
}
