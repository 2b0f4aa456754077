import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LineageDocument } from "../src/contract/pages/lineage";
import { renderLineage, type LineageHost } from "../src/views/lineage";
import type { Update } from "../src/views/scope";
import { all, only } from "./helpers";
import { HOSTILE, lineageDocument, node, readable } from "./run_documents";

let ended = new AbortController();

beforeEach(() => {
  ended = new AbortController();
});
afterEach(() => {
  ended.abort();
  document.body.replaceChildren();
});

function shown(
  document_: LineageDocument,
  host: LineageHost = {},
): { el: HTMLElement; update: Update<LineageDocument> } {
  const el = document.createElement("div");
  document.body.append(el);
  return { el, update: renderLineage(el, document_, { signal: ended.signal, host }) };
}

const card = (el: HTMLElement, label: string): HTMLButtonElement =>
  only(el, `.znb-ln-node[aria-label*="${label}"]`);
const details = (el: HTMLElement): string => only(el, ".znb-ln-details").textContent;
const actions = (el: HTMLElement): string[] =>
  all(el, ".znb-ln-details button").map((button) => button.textContent);
function press(el: HTMLElement, key: string): void {
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

test("the artifact in the middle is selected, and every node says what it is", () => {
  const { el } = shown(lineageDocument(9));
  expect(all(el, ".znb-ln-node").map((one) => one.getAttribute("aria-label"))).toEqual([
    "artifact, a9",
    "execution, e1, COMPLETE",
    "artifact, a1, run taxi.0",
  ]);
  expect(all(el, '[aria-pressed="true"]')).toEqual([card(el, "a9")]);
  expect(details(el)).toContain("Model 9");
  expect(all(el, ".znb-edge")).toHaveLength(2);
});

test("arrow keys go along the flow, and Home goes back to the middle", () => {
  const { el } = shown(lineageDocument(9));
  const stops = (): HTMLElement[] =>
    all(el, ".znb-ln-node").filter(({ tabIndex }) => tabIndex === 0);
  card(el, "a9").focus();
  press(card(el, "a9"), "ArrowLeft");
  expect(document.activeElement).toBe(card(el, "e1"));
  expect(stops()).toEqual([card(el, "e1")]);
  press(card(el, "e1"), "ArrowLeft");
  expect(document.activeElement).toBe(card(el, "a1"));
  expect(details(el)).toContain("Examples 1");
  press(card(el, "a1"), "ArrowLeft");
  expect(document.activeElement).toBe(card(el, "a1"));
  press(card(el, "a1"), "Home");
  expect(document.activeElement).toBe(card(el, "a9"));
});

test("an artifact can be opened and put into the middle, and its run opened", () => {
  const host = { centre: vi.fn(), open: vi.fn(), openRun: vi.fn(), run: "taxi.1" };
  const { el } = shown(lineageDocument(9), host);
  // It is in the middle, and its run on the page.
  expect(actions(el)).toEqual(["Open view"]);
  card(el, "a1").click();
  expect(actions(el)).toEqual(["Open view", "Centre here", "Open run 0"]);
  for (const button of all(el, ".znb-ln-details button")) button.click();
  expect(host.open).toHaveBeenCalledExactlyOnceWith("artifacts/a1");
  expect(host.centre).toHaveBeenCalledExactlyOnceWith(1);
  expect(host.openRun).toHaveBeenCalledExactlyOnceWith("taxi.0");
});

test("nothing is offered that the host cannot do", () => {
  const { el } = shown(lineageDocument(9));
  card(el, "a1").click();
  expect(actions(el)).toEqual([]);
});

test("a type without a view has none to be opened", () => {
  const graph = node("a9", 0, { type: "TransformGraph" });
  const { el } = shown(lineageDocument(9, { nodes: [graph], edges: [] }), { open: vi.fn() });
  expect(actions(el)).toEqual([]);
});

test("a newer document of the same artifact keeps the selection; another artifact is selected itself", () => {
  const { el, update } = shown(lineageDocument(9));
  card(el, "e1").click();
  update(lineageDocument(9, { notes: ["Over 2 runs."] }));
  expect(all(el, '[aria-pressed="true"]')).toEqual([card(el, "e1")]);
  expect(el.textContent).toContain("Over 2 runs.");
  update(lineageDocument(7));
  expect(all(el, '[aria-pressed="true"]')).toEqual([card(el, "a7")]);
  expect(all(el, ".znb-ln-node")).toHaveLength(3);
});

test("whatever a store says is text", () => {
  const nodes = [
    node("a9", 0, { label: HOSTILE, type: HOSTILE, run: HOSTILE, uri: HOSTILE }),
    node("e1", -1, { label: HOSTILE, type: HOSTILE, run: "__proto__", state: HOSTILE }),
  ];
  const edges = [{ from: "e1", to: "a9" }];
  const { el } = shown(lineageDocument(9, { title: HOSTILE, notes: [HOSTILE], nodes, edges }), {
    openRun: vi.fn(),
  });
  all(el, ".znb-ln-execution")[0]?.click();
  expect(all(el, "img, script")).toEqual([]);
  expect(el.textContent).toContain("<img src=x");
  expect(readable(el)).not.toContain("\u202E");
});

test("its listeners end with the signal", () => {
  const { el } = shown(lineageDocument(9));
  ended.abort();
  card(el, "a1").click();
  expect(all(el, '[aria-pressed="true"]')).toEqual([card(el, "a9")]);
});
