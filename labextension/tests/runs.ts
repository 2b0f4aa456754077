// Documents of lists of runs, and a server of them.
import type { RunsDocument } from "../src/contract/pages/runs";
import type { StoresDocument } from "../src/contract/pages/stores";

export type RunRow = RunsDocument["runs"][number];

export const VERSION = "1.2.3";

const MINUTE = 60_000;
const NEWEST = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The runs of a longer list are older ones, as in a store's. */
export function makeRun(index: number, changed: Partial<RunRow> = {}): RunRow {
  return {
    id: `taxi.run-${String(index)}`,
    pipeline: "taxi",
    state: "COMPLETE",
    started: new Date(NEWEST - index * MINUTE).toISOString(),
    seconds: 12,
    metrics: [{ name: "accuracy", value: 0.5 }],
    failed_step: null,
    until: null,
    error: null,
    ...changed,
  };
}

export function makeRuns(count: number): RunRow[] {
  return Array.from({ length: count }, (_, index) => makeRun(index));
}

export function makeStores(...names: string[]): StoresDocument {
  const stores = names.map((name) => ({
    id: `id-${name}`,
    name,
    type: "sqlite" as const,
    place: `${name}/metadata.sqlite`,
    origin: "repository" as const,
    removable: false,
  }));
  return { schema: "zenml_nb/stores@1", version: VERSION, stores, notes: [] };
}

/** Answers as the routes do, and keeps what was asked. */
export class FakeServer {
  runs: RunRow[] = [];
  stores = makeStores("demo");
  indexing = false;
  revision = 1;
  version: string | null = VERSION;
  /** In the place of every answer, or of those of one route. */
  refusal: { readonly status: number; readonly body: unknown; readonly route?: string } | undefined;
  /** Answers wait for it. */
  gate: Promise<void> | undefined;
  isOffline = false;
  readonly asked: {
    method: string;
    url: URL;
    body: string;
    etag: string | null;
    signal?: AbortSignal;
  }[] = [];

  /** The questions to one route. */
  to(route: string): URLSearchParams[] {
    const found = this.asked.filter(({ url }) => url.pathname.endsWith(`/zenml-nb/${route}`));
    return found.map(({ url }) => url.searchParams);
  }

  fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const { method } = request;
    const etag = request.headers.get("If-None-Match");
    const body = await request.text();
    this.asked.push({ method, url, body, etag, signal: request.signal });
    await this.gate;
    if (this.isOffline) throw new TypeError("Failed to fetch");
    if (this.refusal && url.pathname.endsWith(this.refusal.route ?? "")) {
      return this.answer(this.refusal.status, this.refusal.body);
    }
    if (url.pathname.endsWith("/stores")) return this.changeStores(method, url, body);
    const document = this.page(url.searchParams);
    const tag = `"${String(this.revision)}-${url.search}"`;
    if (tag === etag) return this.answer(304, null, tag);
    return this.answer(200, document, tag);
  };

  changeStores(method: string, url: URL, body: string): Response {
    const { stores } = this.stores;
    if (method === "POST") {
      const { name = "added" } = JSON.parse(body) as { name?: string };
      const [added] = makeStores(name).stores;
      if (added) stores.push({ ...added, origin: "user", removable: true });
      return this.answer(201, this.stores);
    }
    if (method === "DELETE") {
      const left = stores.filter(({ id }) => id !== url.searchParams.get("store"));
      this.stores = { ...this.stores, stores: left };
    }
    return this.answer(200, this.stores);
  }

  answer(status: number, body: unknown, etag?: string): Response {
    const headers = new Headers();
    if (this.version !== null) headers.set("X-Zenml-Nb-Version", this.version);
    if (etag) headers.set("ETag", etag);
    return new Response(status === 304 ? null : JSON.stringify(body), { status, headers });
  }

  page(query: URLSearchParams): RunsDocument {
    const offset = Number(query.get("offset") ?? 0);
    const search = query.get("search") ?? "";
    const states = query.getAll("state");
    const found = this.runs.filter(
      ({ id, state }) => id.includes(search) && (states.length === 0 || states.includes(state)),
    );
    const counts = new Map<string, number>();
    for (const { state } of this.runs) counts.set(state, (counts.get(state) ?? 0) + 1);
    return {
      schema: "zenml_nb/runs@1",
      revision: String(this.revision),
      indexing: this.indexing,
      total: this.indexing ? null : found.length,
      offset,
      runs: found.slice(offset, offset + Number(query.get("limit") ?? 50)),
      pipelines: [{ name: "taxi", runs: this.runs.length }],
      states: [...counts].map(([state, runs]) => ({ state, runs })),
      metrics: ["accuracy", "loss"],
      notes: [],
    };
  }
}
