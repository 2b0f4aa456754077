import { expect, test, vi } from "vitest";
import { css } from "../src/views/style";
import { runCss } from "../src/views/style/run";
import { all, only, type as typeInto } from "./helpers";
import { artifact, HOSTILE, readable, runDocument, span } from "./run_documents";
import {
  button,
  chosen,
  ended,
  makeHost,
  panel,
  prepare,
  press,
  settled,
  shown,
  tab,
  tabs,
} from "./run_page";

prepare();

test("the head says which run it is and how it went", () => {
  const { el } = shown(runDocument());
  const head = only(el, ".znb-rp-header").textContent;
  for (const part of [
    "taxi.1",
    "✓ COMPLETE",
    "1 min 5 s",
    "ada on analytical-engine",
    "4c304b5",
    "notebooks/taxi.ipynb",
  ]) {
    expect(head).toContain(part);
  }
  expect(only(el, ".znb-rp-tiles").textContent).toBe("auc0.9");
  expect(all(el, '[role="alert"]')).toEqual([]);
});

test("metrics beyond the first eight are behind a line, which counts them", () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ name: `m${String(i)}`, value: "NaN" }));
  const { el } = shown(runDocument({ metrics: many }));
  expect(all(el, ".znb-rp-tiles > li")).toHaveLength(8);
  expect(only(el, ".znb-rp-header summary").textContent).toBe("1 more metric");
});

test("a failed run shows its error before the tabs, with the user's code open", () => {
  const error = {
    message: "It broke.",
    place: "cell In[3], line 4",
    source: "return a / b",
    stack: "my\nstack",
    traceback: "whole\nstack",
  };
  const { el } = shown(runDocument({ error, run: { state: "FAILED", failed_step: "split" } }));
  const alert = only(el, '[role="alert"]');
  expect(alert.textContent).toContain("It broke.");
  expect(alert.textContent).toContain("return a / b");
  const position = alert.compareDocumentPosition(only(el, '[role="tablist"]'));
  expect(position & Node.DOCUMENT_POSITION_FOLLOWING).not.toBe(0);
  expect(all<HTMLDetailsElement>(alert, "details").map(({ open }) => open)).toEqual([true, false]);
});

test("the duration of a run goes on while it runs, once there was news of it", () => {
  vi.useFakeTimers({ now: new Date("2026-01-02T03:04:15Z") });
  const { el } = shown(runDocument({ run: { state: "RUNNING", finished: null, seconds: null } }));
  expect(only(el, ".znb-rp-facts").textContent).toContain("10.0 s");
  vi.advanceTimersByTime(2000);
  expect(only(el, ".znb-rp-facts").textContent).toContain("12.0 s");
  ended.abort();
  vi.advanceTimersByTime(2000);
  expect(only(el, ".znb-rp-facts").textContent).toContain("12.0 s");
});

test("cells are offered where the host can insert them and the run has them", () => {
  const insertCells = vi.fn();
  const { el, update } = shown(runDocument(), makeHost({ insertCells }));
  button(el, "Open in notebook").click();
  button(el, "Run again").click();
  expect(insertCells.mock.calls).toEqual([["open"], ["again"]]);
  update(runDocument({ cells: { open: true, again: false } }));
  expect(() => button(el, "Run again")).toThrow();
  expect(() => button(shown(runDocument()).el, "Open in notebook")).toThrow();
});

test("an error of the host when inserting cells is shown", async () => {
  const insertCells = (): Promise<void> => Promise.reject(new Error("No notebook is open."));
  const { el } = shown(runDocument(), makeHost({ insertCells }));
  button(el, "Open in notebook").click();
  await settled();
  expect(only(el, '[role="alert"]').textContent).toContain("No notebook is open.");
});

test("the id is copied, and that is said", async () => {
  const copy = vi.fn();
  const { el } = shown(runDocument(), makeHost({ copy }));
  const copied = only<HTMLButtonElement>(el, '[aria-label="Copy the id of the run"]');
  copied.click();
  await settled();
  expect(copy).toHaveBeenCalledExactlyOnceWith("taxi.1");
  expect(copied.textContent).toBe("Copied");
});

test("there is a tab for each part, but none for a view that the run has not", () => {
  const { el } = shown(runDocument());
  expect(tabs(el).map(({ textContent }) => textContent)).toEqual([
    "Steps",
    "Timeline",
    "Schema",
    "Anomalies",
    "Artifacts4",
    "Lineage",
    "Configuration",
  ]);
  for (const one of all(el, '[role="tab"]')) {
    const own = document.getElementById(one.getAttribute("aria-controls") ?? "");
    expect(own?.getAttribute("aria-labelledby")).toBe(one.id);
  }
});

test("arrows go from tab to tab, around the end, past those that are hidden; only pressing opens one", () => {
  const { el } = shown(runDocument());
  tab(el, "Steps").focus();
  press(tab(el, "Steps"), "ArrowRight");
  expect(document.activeElement).toBe(tab(el, "Timeline"));
  press(tab(el, "Timeline"), "ArrowRight");
  expect(document.activeElement).toBe(tab(el, "Schema"));
  press(tab(el, "Schema"), "End");
  expect(document.activeElement).toBe(tab(el, "Configuration"));
  press(tab(el, "Configuration"), "ArrowRight");
  expect(document.activeElement).toBe(tab(el, "Steps"));
  press(tab(el, "Steps"), "ArrowLeft");
  press(tab(el, "Configuration"), "Home");
  expect(document.activeElement).toBe(tab(el, "Steps"));
  expect(chosen(el)).toBe("Steps");
  tab(el, "Timeline").click();
  expect(chosen(el)).toBe("Timeline");
  expect(tabs(el).filter(({ tabIndex }) => tabIndex === 0)).toEqual([tab(el, "Timeline")]);
});

test("the timeline has a bar each, and the arrow keys tell them", () => {
  const timeline = [
    span("Data", { step: "data" }),
    span("DataSchema", { step: "data", start: 1, seconds: 0.5, state: "CACHED", reason: "same" }),
    span("Trainer", { start: 1.5, seconds: 60 }),
  ];
  const { el } = shown(runDocument({ timeline }));
  tab(el, "Timeline").click();
  const bars = all(panel(el), ".znb-rp-bar");
  const widths = bars.map((bar) => Number(bar.getAttribute("width")));
  expect(widths).toHaveLength(3);
  expect((widths[2] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(60, 0);
  expect(all(panel(el), ".znb-rp-what").map((name) => name.textContent)).toEqual([
    "data",
    "Data",
    "DataSchema",
    "trainer",
  ]);
  const plot = only(panel(el), ".znb-rp-plot");
  const said = (): string => only(panel(el), ".znb-rp-told").textContent;
  press(plot, "ArrowDown");
  expect(said()).toBe("Step data · 2 components, 1.50 s in all");
  press(plot, "ArrowDown");
  press(plot, "ArrowDown");
  expect(said()).toBe("DataSchema · CACHED · 0.50 s · 1.00 s to 1.50 s · same");
  press(plot, "End");
  expect(said()).toContain("Trainer · COMPLETE · 1 min 0 s");
});

test("the configuration has a numbered line each, which can be searched and copied", async () => {
  const copy = vi.fn();
  const { el } = shown(runDocument(), makeHost({ copy }));
  tab(el, "Configuration").click();
  expect(all(panel(el), "ol > li").map((line) => line.textContent)).toEqual([
    "# comment",
    "pipeline:",
    "  name: taxi",
  ]);
  const input = only<HTMLInputElement>(panel(el), "input");
  typeInto(input, "TAXI");
  await vi.waitFor(() => {
    expect(all(panel(el), "mark").map((mark) => mark.textContent)).toEqual(["taxi"]);
  });
  press(input, "Enter");
  expect(only(panel(el), '[role="status"]').textContent).toBe("1 of 1 line");
  button(panel(el), "Copy").click();
  await settled();
  expect(copy).toHaveBeenCalledExactlyOnceWith("# comment\npipeline:\n  name: taxi\n");
});

test("a run of another tool says why it has no configuration", () => {
  const configuration = { yaml: null, notes: ["Another tool recorded this run."] };
  const { el } = shown(runDocument({ configuration }));
  tab(el, "Configuration").click();
  expect(panel(el).textContent).toContain("Another tool recorded this run.");
  expect(only(panel(el), "ol").closest("[hidden]")).not.toBeNull();
});

test("whatever a store says is text, in every tab", async () => {
  const error = {
    message: HOSTILE,
    place: HOSTILE,
    source: HOSTILE,
    stack: HOSTILE,
    traceback: HOSTILE,
  };
  const problem = Object.assign(new Error(HOSTILE), { where: HOSTILE, hint: HOSTILE });
  const host = makeHost({
    insertCells: vi.fn(),
    loadView: () => Promise.reject(problem),
    loadLineage: () => Promise.reject(problem),
  });
  const { el } = shown(
    runDocument({
      title: HOSTILE,
      error,
      run: {
        id: HOSTILE,
        pipeline: HOSTILE,
        started: HOSTILE,
        user: HOSTILE,
        host: HOSTILE,
        git_commit: HOSTILE,
        notebook: HOSTILE,
        until: HOSTILE,
        config_hash: HOSTILE,
      },
      configuration: { yaml: `${HOSTILE}: ${HOSTILE}\n# ${HOSTILE}`, notes: [HOSTILE] },
      timeline: [span(HOSTILE, { step: "__proto__", reason: HOSTILE })],
      artifacts: [
        artifact(1, { component: HOSTILE, key: HOSTILE, type: HOSTILE, uri: HOSTILE }),
        artifact(2, { component: "__proto__", key: "constructor", splits: [HOSTILE] }),
      ],
      metrics: [
        { name: HOSTILE, value: HOSTILE },
        { name: "__proto__", value: "NaN" },
      ],
    }),
    host,
  );
  for (const one of tabs(el)) {
    one.click();
    await settled();
    expect(panel(el).textContent).not.toBe("");
  }
  expect(all(el, "img, script")).toEqual([]);
  expect(el.textContent).toContain("<img src=x");
  expect(readable(el)).not.toContain("\u202E");
});

test("nothing is drawn after the page was closed", async () => {
  const { el } = shown(runDocument());
  tab(el, "Schema").click();
  ended.abort();
  await settled();
  expect(panel(el).querySelector("table")).toBeNull();
});

test("every rule of the page stays under the root class, and hidden things are hidden", () => {
  const flat = runCss
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@keyframes.*/g, "")
    .replace(/@media[^{]*\{([\s\S]*?\})\s*\}/g, "$1");
  const selectors = [...flat.matchAll(/([^{}]+)\{[^{}]*\}/g)].map((match) => match[1] ?? "");
  const parts = selectors.flatMap((selector) => selector.split(/,(?![^(]*\))/));
  expect(parts.length).toBeGreaterThan(20);
  expect(parts.filter((part) => !part.trim().startsWith(".zenml-nb"))).toEqual([]);
  const style = document.createElement("style");
  style.textContent = css + runCss;
  document.body.append(style);
  const { el } = shown(runDocument());
  for (const one of all(el, "[hidden]")) expect(getComputedStyle(one).display).toBe("none");
});
