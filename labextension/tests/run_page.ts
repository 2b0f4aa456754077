// A page of a run with a host that answers, and what is looked for in it.
import { afterEach, beforeEach, vi } from "vitest";
import type { RunDocument } from "../src/contract/pages/run";
import { renderRun, type LoadOptions, type RunHost } from "../src/views/run";
import type { Update } from "../src/views/scope";
import { all, makeTable, only } from "./helpers";
import { lineageDocument } from "./run_documents";

export let ended = new AbortController();

/** To be called once by each file of tests. */
export function prepare(): void {
  beforeEach(() => {
    ended = new AbortController();
    Element.prototype.scrollIntoView = vi.fn();
  });
  afterEach(() => {
    ended.abort();
    document.body.replaceChildren();
    vi.useRealTimers();
  });
}

export const table = (title: string): unknown => makeTable([["x", "text"]], [["cell"]], title);

export const makeHost = (more: Partial<RunHost> = {}): RunHost => ({
  loadView: vi.fn((uri: string, options?: LoadOptions) =>
    Promise.resolve(table(`${uri} ${options?.split ?? ""}`)),
  ),
  loadLineage: vi.fn((id: number) => Promise.resolve(lineageDocument(id))),
  ...more,
});

export interface Page {
  readonly el: HTMLElement;
  readonly host: RunHost;
  readonly update: Update<RunDocument>;
}

export function shown(document_: RunDocument, host = makeHost()): Page {
  const el = document.createElement("div");
  el.className = "zenml-nb";
  document.body.append(el);
  return { el, host, update: renderRun(el, document_, { signal: ended.signal, host }) };
}

export const tabs = (el: HTMLElement): HTMLButtonElement[] =>
  all<HTMLButtonElement>(el, '[role="tab"]').filter(({ hidden }) => !hidden);
export const tab = (el: HTMLElement, label: string): HTMLButtonElement => {
  const found = tabs(el).find(({ textContent }) => textContent.startsWith(label));
  if (!found) throw new Error(`no tab ${label}`);
  return found;
};
export const chosen = (el: HTMLElement): string =>
  only(el, '[role="tab"][aria-selected="true"]').textContent;
export const panel = (el: HTMLElement): HTMLElement => only(el, '[role="tabpanel"]:not([hidden])');
export const button = (el: ParentNode, label: string): HTMLButtonElement => {
  const found = all<HTMLButtonElement>(el, "button").find(
    ({ textContent, hidden }) => textContent === label && !hidden,
  );
  if (!found) throw new Error(`no button ${label}`);
  return found;
};
/** Until the promises of the host have been heard. */
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done));
export function press(el: Element, key: string): void {
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
