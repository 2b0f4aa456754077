import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunDocument } from "../src/contract/pages/run";
import { renderRun, type LoadOptions, type RunHost } from "../src/views/run";
import type { Update } from "../src/views/scope";
import { css } from "../src/views/style";
import { runCss } from "../src/views/style/run";
import { all, makeTable, only, type as typeInto } from "./helpers";
import { artifact, HOSTILE, lineageDocument, readable, runDocument, span } from "./run_documents";

let ended = new AbortController();

beforeEach(() => {
  ended = new AbortController();
  Element.prototype.scrollIntoView = vi.fn();
});
afterEach(() => {
  ended.abort();
  document.body.replaceChildren();
  vi.useRealTimers();
});

const table = (title: string): unknown => makeTable([["x", "text"]], [["cell"]], title);

const makeHost = (more: Partial<RunHost> = {}): RunHost => ({
  loadView: vi.fn((uri: string, options?: LoadOptions) =>
    Promise.resolve(table(`${uri} ${options?.split ?? ""}`)),
  ),
  loadLineage: vi.fn((id: number) => Promise.resolve(lineageDocument(id))),
  ...more,
});

interface Page {
  readonly el: HTMLElement;
  readonly host: RunHost;
  readonly update: Update<RunDocument>;
}

function shown(document_: RunDocument, host = makeHost()): Page {
  const el = document.createElement("div");
  el.className = "zenml-nb";
  document.body.append(el);
  return { el, host, update: renderRun(el, document_, { signal: ended.signal, host }) };
}

const tabs = (el: HTMLElement): HTMLButtonElement[] =>
  all<HTMLButtonElement>(el, '[role="tab"]').filter(({ hidden }) => !hidden);
const tab = (el: HTMLElement, label: string): HTMLButtonElement => {
  const found = tabs(el).find(({ textContent }) => textContent.startsWith(label));
  if (!found) throw new Error(`no tab ${label}`);
  return found;
};
const chosen = (el: HTMLElement): string =>
  only(el, '[role="tab"][aria-selected="true"]').textContent;
const panel = (el: HTMLElement): HTMLElement => only(el, '[role="tabpanel"]:not([hidden])');
const button = (el: ParentNode, label: string): HTMLButtonElement => {
  const found = all<HTMLButtonElement>(el, "button").find(
    ({ textContent, hidden }) => textContent === label && !hidden,
  );
  if (!found) throw new Error(`no button ${label}`);
  return found;
};
/** Until the promises of the host have been heard. */
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));
function press(el: Element, key: string): void {
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

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

test("a view is loaded when its tab is first opened, and only then", async () => {
  const { el, host } = shown(runDocument());
  expect(host.loadView).not.toHaveBeenCalled();
  tab(el, "Schema").click();
  expect(only(panel(el), '[role="status"]').textContent).toBe("Loading the schema…");
  await settled();
  expect(panel(el).textContent).toContain("artifacts/schema/3");
  tab(el, "Steps").click();
  tab(el, "Schema").click();
  await settled();
  expect(host.loadView).toHaveBeenCalledTimes(1);
});

test("anomalies are shown split by split, first of the evaluation", async () => {
  const { el, host } = shown(runDocument());
  tab(el, "Anomalies").click();
  await settled();
  expect(panel(el).textContent).toContain("artifacts/anomalies/5 eval");
  const select = only<HTMLSelectElement>(panel(el), ".znb-rp-choice select");
  select.value = "train";
  select.dispatchEvent(new Event("change"));
  await settled();
  expect(panel(el).textContent).toContain("artifacts/anomalies/5 train");
  expect(vi.mocked(host.loadView).mock.calls.map(([, options]) => options?.split)).toEqual([
    "eval",
    "train",
  ]);
});

test("an answer that comes too late is not shown", async () => {
  const answers = new Map<string, (document_: unknown) => void>();
  const loadView = (_: string, options?: LoadOptions): Promise<unknown> =>
    new Promise((done) => answers.set(options?.split ?? "", done));
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Anomalies").click();
  const select = only<HTMLSelectElement>(panel(el), ".znb-rp-choice select");
  select.value = "train";
  select.dispatchEvent(new Event("change"));
  answers.get("train")?.(table("of train"));
  await settled();
  answers.get("eval")?.(table("of eval"));
  await settled();
  expect(panel(el).textContent).toContain("of train");
  expect(panel(el).textContent).not.toContain("of eval");
});

test("how far a job is, is told", async () => {
  let tell: LoadOptions["onProgress"];
  const loadView = (_: string, options?: LoadOptions): Promise<unknown> => {
    tell = options?.onProgress;
    return new Promise(() => undefined);
  };
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Schema").click();
  const bar = only(panel(el), '[role="progressbar"]');
  expect(bar.hasAttribute("aria-valuenow")).toBe(false);
  tell?.({ schema: "zenml_nb/job@1", stage: "Reading", done: 0.4, seconds: 3.2 });
  await settled();
  expect(bar.getAttribute("aria-valuenow")).toBe("40");
  expect(only(panel(el), '[role="status"]').textContent).toBe("Reading · 3.20 s");
  tell?.({ schema: "zenml_nb/job@1", stage: "Writing", done: null, seconds: 4 });
  expect(bar.hasAttribute("aria-valuenow")).toBe(false);
});

test("an error is shown with its hint, and trying again loads once more", async () => {
  const problem = Object.assign(new Error("The store is busy."), {
    where: "the store",
    hint: "Wait a little.",
  });
  const loadView = vi
    .fn<RunHost["loadView"]>()
    .mockRejectedValueOnce(problem)
    .mockResolvedValueOnce(table("at last"));
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Schema").click();
  await settled();
  const alert = only(panel(el), '[role="alert"]').textContent;
  for (const part of ["The store is busy.", "the store", "Wait a little."]) {
    expect(alert).toContain(part);
  }
  button(panel(el), "Try again").click();
  await settled();
  expect(panel(el).textContent).toContain("at last");
  expect(all(panel(el), '[role="alert"]')).toEqual([]);
});

test("an update keeps the tab, what was loaded in it and what is searched for", async () => {
  const { el, host, update } = shown(runDocument());
  tab(el, "Schema").click();
  await settled();
  const content = only(panel(el), "table");
  update(runDocument({ run: { state: "FAILED" } }));
  await settled();
  expect(chosen(el)).toBe("Schema");
  expect(only(panel(el), "table")).toBe(content);
  expect(host.loadView).toHaveBeenCalledTimes(1);
  tab(el, "Artifacts").click();
  typeInto(only<HTMLInputElement>(panel(el), "input"), "graph");
  update(runDocument({ artifacts: [...runDocument().artifacts, artifact(11)] }));
  expect(all(panel(el), "tbody tr")).toHaveLength(1);
  expect(chosen(el)).toBe("Artifacts5");
});

test("an update with a newer artifact loads it in the open tab, and brings tabs that were not there", async () => {
  const { el, host, update } = shown(runDocument());
  tab(el, "Schema").click();
  await settled();
  const views = { ...runDocument().views, schema: "artifacts/schema/4", evaluation: "artifacts/e" };
  update(runDocument({ views }));
  await settled();
  expect(panel(el).textContent).toContain("artifacts/schema/4");
  expect(host.loadView).toHaveBeenCalledTimes(2);
  expect(tab(el, "Evaluation").hidden).toBe(false);
});

test("a link of the step graph opens the view in its tab", async () => {
  const { el, host } = shown(runDocument());
  only<HTMLButtonElement>(el, ".znb-step").click();
  only<HTMLButtonElement>(el, ".znb-step-open").click();
  expect(chosen(el)).toBe("Schema");
  expect(document.activeElement).toBe(panel(el));
  await settled();
  expect(vi.mocked(host.loadView).mock.calls.map(([uri]) => uri)).toEqual(["artifacts/schema/3"]);
});

test("an artifact opens below the table, and closes", async () => {
  const { el } = shown(runDocument());
  tab(el, "Artifacts").click();
  const view = only<HTMLButtonElement>(panel(el), '[aria-label="View of Trainer model"]');
  expect(all(panel(el), '[aria-label^="View of Trainer"]')).toEqual([view]);
  view.click();
  await settled();
  expect(view.getAttribute("aria-expanded")).toBe("true");
  expect(only(panel(el), ".znb-rp-below").textContent).toContain("artifacts/model/9");
  only<HTMLButtonElement>(panel(el), ".znb-close").click();
  expect(only(panel(el), ".znb-rp-below").hidden).toBe(true);
  expect(view.getAttribute("aria-expanded")).toBe("false");
  expect(document.activeElement).toBe(view);
});

test("artifacts are filtered by type and by text", () => {
  const { el } = shown(runDocument());
  tab(el, "Artifacts").click();
  const names = (): string[] => all(panel(el), "tbody th").map((cell) => cell.textContent);
  const select = only<HTMLSelectElement>(panel(el), "select");
  select.value = "Schema";
  select.dispatchEvent(new Event("change"));
  expect(names()).toEqual(["schema"]);
  typeInto(only<HTMLInputElement>(panel(el), "input"), "nothing like this");
  expect(names()).toEqual([]);
  expect(panel(el).textContent).toContain("No artifact matches");
});

test("the lineage is at first of the model; that of another artifact is a press away", async () => {
  const { el, host } = shown(runDocument());
  tab(el, "Lineage").click();
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 9");
  tab(el, "Artifacts").click();
  only<HTMLButtonElement>(panel(el), '[aria-label="Lineage of SplitSchema schema"]').click();
  expect(chosen(el)).toBe("Lineage");
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 3");
  expect(vi.mocked(host.loadLineage).mock.calls).toEqual([[9], [3]]);
  expect(only<HTMLSelectElement>(panel(el), "select").value).toBe("3");
});

test("an error of the lineage is shown, and trying again loads once more", async () => {
  const loadLineage = vi
    .fn<RunHost["loadLineage"]>()
    .mockRejectedValueOnce(new Error("The store is busy."))
    .mockResolvedValueOnce(lineageDocument(9));
  const { el } = shown(runDocument(), makeHost({ loadLineage }));
  tab(el, "Lineage").click();
  await settled();
  expect(only(panel(el), '[role="alert"]').textContent).toContain("The store is busy.");
  button(panel(el), "Try again").click();
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 9");
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
