// All that is asked of the server goes through one function, which makes of every failure a problem that says what to do.
import { ServerConnection } from "@jupyterlab/services";
import type { JobDocument } from "./contract/pages/job";
import type { LineageDocument } from "./contract/pages/lineage";
import type { RunDocument } from "./contract/pages/run";
import type { RunsDocument } from "./contract/pages/runs";
import type { StoresDocument } from "./contract/pages/stores";
import { Problem } from "./problem";

const ROUTES = "zenml-nb/";
const VERSION = "X-Zenml-Nb-Version";
const ACCEPTED = 202;
const UNCHANGED = 304;
/** Milliseconds between two questions about a job: it gets slower, for long jobs need no quick answer. */
const FIRST_WAIT = 300;
const LONGEST_WAIT = 2000;

/** A document and its tag; or nothing newer than what the tag stands for. */
export type Reply<T> = { readonly document: T; readonly etag: string | null } | "unchanged";

/** The connection of a new store, and the name and folders that a person gives it. */
export interface NewStore {
  readonly name?: string;
  readonly connection: Readonly<Record<string, string | number>>;
  readonly roots?: readonly string[];
}

/** An artifact as the document of a run names it. */
export interface ArtifactAddress {
  readonly store: string;
  readonly run: string;
  readonly uri: string;
  readonly split?: string | undefined;
}

interface Question {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  readonly etag?: string | null;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly status: number;
  readonly document: unknown;
  readonly etag: string | null;
}

export class Api {
  readonly #settings: ServerConnection.ISettings;
  readonly #version: string;
  readonly #told: (mismatch: Problem | undefined) => void;
  #serverVersion: string | undefined;

  /**
   * @param version - of this front-end
   * @param mismatched - told when the server turns out to have another version, and when that ends
   */
  constructor(
    version: string,
    mismatched: (mismatch: Problem | undefined) => void = () => undefined,
    settings: ServerConnection.ISettings = ServerConnection.makeSettings(),
  ) {
    this.#version = version;
    this.#told = mismatched;
    this.#settings = settings;
  }

  async stores(signal?: AbortSignal): Promise<StoresDocument> {
    return (await this.#request("stores", { signal })).document as StoresDocument;
  }

  async addStore(store: NewStore): Promise<StoresDocument> {
    return (await this.#request("stores", { method: "POST", body: store }))
      .document as StoresDocument;
  }

  async removeStore(store: string): Promise<StoresDocument> {
    const query = new URLSearchParams({ store });
    return (await this.#request("stores", { method: "DELETE", query })).document as StoresDocument;
  }

  /** @param query - the place in the list and the filters, as the route takes them */
  async runs(
    query: URLSearchParams,
    etag: string | null,
    signal?: AbortSignal,
  ): Promise<Reply<RunsDocument>> {
    return replyOf<RunsDocument>(await this.#request("runs", { query, etag, signal }));
  }

  async run(
    store: string,
    run: string,
    etag: string | null,
    signal?: AbortSignal,
  ): Promise<Reply<RunDocument>> {
    const query = new URLSearchParams({ store, run });
    return replyOf<RunDocument>(await this.#request("run", { query, etag, signal }));
  }

  async lineage(store: string, artifact: number, signal?: AbortSignal): Promise<LineageDocument> {
    const query = new URLSearchParams({ store, artifact: String(artifact) });
    return (await this.#request("lineage", { query, signal })).document as LineageDocument;
  }

  async compare(store: string, runs: readonly string[], signal?: AbortSignal): Promise<unknown> {
    const query = new URLSearchParams({ store });
    for (const run of runs) query.append("run", run);
    return (await this.#request("compare", { query, signal })).document;
  }

  /**
   * The sources of the cells that open a run in a notebook, or run it again.
   *
   * @param folder - of the notebook, as seen from Jupyter's; the cells name the project's folder relative to it
   */
  async cells(
    store: string,
    run: string,
    kind: "open" | "again",
    folder?: string,
  ): Promise<string[]> {
    const query = new URLSearchParams({ store, run, kind });
    if (folder) query.set("folder", folder);
    const { document } = await this.#request("cells", { query });
    return (document as { cells: string[] }).cells;
  }

  /**
   * The view document of an artifact; asks again while a process of the server reads the artifact.
   *
   * @param progress - told how far that process is
   */
  async artifact(
    { store, run, uri, split }: ArtifactAddress,
    progress: (job: JobDocument) => void,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const query = new URLSearchParams({ store, run, uri });
    if (split !== undefined) query.set("split", split);
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
      const { status, document } = await this.#request("artifact", { query, signal });
      if (status !== ACCEPTED) return document;
      progress(document as JobDocument);
      await pause(wait, signal);
    }
  }

  async #request(route: string, question: Question): Promise<Answer> {
    const response = await this.#fetch(route, question);
    const version = response.headers.get(VERSION);
    if (version === null) throw await strangerProblem(response);
    this.#compare(version);
    if (response.status === UNCHANGED)
      return { status: UNCHANGED, document: null, etag: question.etag ?? null };
    const document = await jsonOf(response);
    if (!response.ok) throw problemIn(document, response.status);
    return { status: response.status, document, etag: response.headers.get("ETag") };
  }

  async #fetch(route: string, question: Question): Promise<Response> {
    const { method = "GET", query, body, etag, signal } = question;
    const search = query ? `?${query.toString()}` : "";
    // JupyterLab would add a number to the address otherwise. With a tag of ours the browser leaves its cache out.
    const init: RequestInit = { method, signal: signal ?? null, cache: "default" };
    if (etag) init.headers = { "If-None-Match": etag };
    if (body !== undefined) init.body = JSON.stringify(body);
    const url = `${this.#settings.baseUrl}${ROUTES}${route}${search}`;
    try {
      return await ServerConnection.makeRequest(url, init, this.#settings);
    } catch (error) {
      if (signal?.aborted)
        throw new DOMException("The answer is not needed any more.", "AbortError");
      const hint =
        "Check that Jupyter still runs where you started it, and that this computer is connected to it.";
      const reason = error instanceof Error ? error.message : null;
      throw new Problem("Jupyter's server does not answer.", reason, hint, "offline");
    }
  }

  #compare(version: string): void {
    if (version === this.#serverVersion) return;
    this.#serverVersion = version;
    this.#told(version === this.#version ? undefined : mismatch(this.#version, version));
  }
}

function replyOf<T>({ status, document, etag }: Answer): Reply<T> {
  return status === UNCHANGED ? "unchanged" : { document: document as T, etag };
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    return undefined;
  }
}

function textIn(document: unknown, key: string): string | null {
  if (typeof document !== "object" || document === null) return null;
  const value: unknown = new Map(Object.entries(document)).get(key);
  return typeof value === "string" && value ? value : null;
}

function problemIn(document: unknown, status: number): Problem {
  const what =
    textIn(document, "error") ?? `The server answered with an error (${String(status)}).`;
  const fallback = "The log of the Jupyter server says more.";
  const hint = textIn(document, "hint") ?? (status >= 500 ? fallback : null);
  return new Problem(what, textIn(document, "where"), hint, status === 403 ? "denied" : "server");
}

/** An answer without our version was not given by our server extension, but by Jupyter or a proxy before it. */
async function strangerProblem(response: Response): Promise<Problem> {
  const { status } = response;
  if (status === 404) {
    const hint =
      "Install and enable zenml_nb where the Jupyter server runs, then restart the server.";
    return new Problem("The server extension of zenml_nb is missing.", null, hint, "missing");
  }
  if (status === 401 || status === 403) {
    const hint = "Reload the page, and sign in again if you are asked to.";
    return new Problem("Jupyter's server does not let this page in.", null, hint, "denied");
  }
  return problemIn(await jsonOf(response), status);
}

function mismatch(page: string, server: string): Problem {
  const what = `This page is zenml_nb ${page}, the Jupyter server has ${server}.`;
  const hint = isNewer(server, page)
    ? "Reload the page to get the newer front-end. If that does not help, restart JupyterLab."
    : "Restart the Jupyter server: it still runs the older version. If that does not help, upgrade zenml-nb in the server's environment.";
  return new Problem(what, null, hint);
}

/** Whether the first of two versions is the newer one. */
function isNewer(first: string, second: string): boolean {
  return new Intl.Collator("en", { numeric: true }).compare(first, second) > 0;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      clearTimeout(timer);
      reject(new DOMException("The answer is not needed any more.", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", ended);
      resolve();
    }, milliseconds);
    if (signal?.aborted) ended();
    else signal?.addEventListener("abort", ended, { once: true });
  });
}
