import { afterEach, expect, test, vi } from "vitest";
import anywidget, { type Model } from "../src/hosts/anywidget";
import { all, grid, makeTable, only, shared, type } from "./helpers";

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const SAFE = ["get", "set", "save_changes", "on", "off"];

/** A model that has nothing but the members which every host has, and fails on all others. */
function makeModel(first: unknown): {
  model: Model;
  change: (next: unknown, key?: string) => void;
  state: Record<string, unknown>;
  used: Set<string>;
  listeners: Map<string, Set<() => void>>;
} {
  const listeners = new Map<string, Set<() => void>>();
  const used = new Set<string>();
  const state: Record<string, unknown> = { view_document: first };
  const of = (event: string): Set<() => void> => {
    if (!listeners.has(event)) listeners.set(event, new Set());
    return listeners.get(event) ?? new Set();
  };
  const members: Model = {
    get: (key) => state[key],
    set: (key, value) => {
      state[key] = value;
    },
    save_changes: () => undefined,
    on: (event, callback) => void of(event).add(callback),
    off: (event, callback) => void of(event).delete(callback),
  };
  const model = new Proxy(members, {
    get(target, key) {
      used.add(String(key));
      if (!SAFE.includes(String(key))) throw new Error(`no host has model.${String(key)}`);
      return Reflect.get(target, key) as unknown;
    },
  });
  const change = (next: unknown, key = "view_document"): void => {
    state[key] = next;
    of(`change:${key}`).forEach((callback) => {
      callback();
    });
  };
  return { model, change, state, used, listeners };
}

function makeElement(): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  return el;
}

test("it draws the document and follows its changes", () => {
  const { model, change } = makeModel(makeTable([["a", "text"]], [["one"]]));
  const el = makeElement();
  anywidget.render({ model, el });
  expect(grid(el)).toEqual([["one"]]);
  change(makeTable([["a", "text"]], [["two"]]));
  expect(grid(el)).toEqual([["two"]]);
  expect(all(el, ".zenml-nb")).toHaveLength(1);
  change({ schema: "zenml_nb/later@1" });
  expect(only(el, "[role=alert]").textContent).toContain("zenml_nb/later@1");
});

test("it uses the safe subset of the model and named events only", () => {
  const { model, used, listeners } = makeModel(shared("tables_sample.json"));
  anywidget.render({ model, el: makeElement() })();
  expect([...used].filter((name) => !SAFE.includes(name))).toEqual([]);
  expect([...listeners.keys()]).toEqual([
    "change:view_document",
    "change:opened",
    "change:problem",
  ]);
});

test("dispose removes the DOM and every listener, and leaves what it did not add", () => {
  // Listeners on elements end with the signal they were registered with.
  const added = vi.spyOn(EventTarget.prototype, "addEventListener");
  const { model, change, listeners } = makeModel(shared("tables_sample.json"));
  const el = makeElement();
  el.append(document.createElement("i"));
  const dispose = anywidget.render({ model, el });
  const button = all(el, "thead button")[0];
  const header = all(el, "thead th")[0];
  const signals = added.mock.calls
    .filter(([event]) => event === "click" || event === "input")
    .map(([, , options]) => (typeof options === "object" ? options.signal : undefined));
  expect(signals.length).toBeGreaterThan(10);
  expect(signals.every((signal) => signal?.aborted === false)).toBe(true);
  dispose();
  expect(signals.every((signal) => signal?.aborted === true)).toBe(true);
  expect([...listeners.values()].map((set) => set.size)).toEqual([0, 0, 0]);
  expect([...el.children].map((child) => child.tagName)).toEqual(["I"]);
  button?.click();
  expect(header?.getAttribute("aria-sort")).toBe("none");
  change(makeTable([["a", "text"]], [["late"]]));
  expect(el.textContent).toBe("");
  dispose();
});

test("an update ends the listeners of what it replaces", () => {
  const { model, change } = makeModel(makeTable([["a", "text"]], [["one"]]));
  const el = makeElement();
  anywidget.render({ model, el });
  const old = only(el, "thead th");
  change(makeTable([["a", "text"]], [["two"]]));
  only(old, "button").click();
  expect(old.getAttribute("aria-sort")).toBe("none");
});

test("two views in one page, one of them in a shadow root, do not meet", () => {
  const rows = Array.from({ length: 11 }, (_, index) => [`row ${String(index)}`]);
  const host = makeElement();
  const inShadow = document.createElement("div");
  host.attachShadow({ mode: "open" }).append(inShadow);
  const plain = makeElement();
  for (const el of [inShadow, plain]) {
    anywidget.render({ model: makeModel(makeTable([["a", "text"]], rows)).model, el });
  }
  expect(only(inShadow, "style").textContent).toContain(".zenml-nb");
  type(only<HTMLInputElement>(inShadow, "input"), "row 3");
  expect(grid(inShadow)).toEqual([["row 3"]]);
  expect(grid(plain)).toHaveLength(11);
});

test("what Python opens is drawn below, and its trouble is told", () => {
  const { model, change } = makeModel(makeTable([["a", "text"]], [["one"]]));
  const el = makeElement();
  anywidget.render({ model, el });
  change(makeTable([["b", "text"]], [["two"]]), "opened");
  expect(all(el, ".zenml-nb")).toHaveLength(2);
  expect(grid(el)).toEqual([["one"], ["two"]]);
  change("<b>There is no artifact here.</b>", "problem");
  expect(only(el, "[role=alert]").textContent).toBe("<b>There is no artifact here.</b>");
  change("", "problem");
  expect(all(el, "[role=alert]")).toEqual([]);
});
