import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../src/views/mount";
import { parameter, metric, run, PAIR, SAMPLE, make } from "./compare_documents";
import { all, grid, only, show, type } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const main = (el: HTMLElement): HTMLElement => only(el, ".znb-cmp-table");
const press = (el: ParentNode, text: string): void => {
  const found = all(el, "button").find((one) => one.textContent === text);
  if (!found) throw new Error(`no button ${text}`);
  found.click();
};
const choose = (el: ParentNode, label: string, index: number): void => {
  const select = only<HTMLSelectElement>(el, `select[aria-label="${label}"]`);
  select.selectedIndex = index;
  select.dispatchEvent(new Event("change"));
};
const toggleDifferences = (el: HTMLElement): void => {
  only<HTMLInputElement>(el, ".znb-section .znb-head > .znb-cmp-switch > input").click();
};
const names = (el: HTMLElement): string[] =>
  all(main(el), "tbody tr:not(.znb-cmp-group) th").map(
    (cell) => cell.firstChild?.textContent ?? "",
  );

test("runs are columns; parameters and metrics are grouped, and what differs is marked", () => {
  const el = show(SAMPLE);
  expect(all(main(el), "thead th").map((cell) => cell.textContent)).toEqual([
    "Parameter",
    "one baseline",
    "two",
    "three",
  ]);
  expect(all(main(el), ".znb-cmp-group").map((row) => row.textContent)).toEqual([
    "Run",
    "Metrics",
    "trainer",
  ]);
  expect(grid(main(el)).slice(5, 12)).toEqual([
    ["auc ≠ differs", "0.5", "0.75", "—"],
    ["loss ≠ differs", "NaN", "1", "—"],
    ["trainer"],
    ["lr ≠ differs", "0.1", "0.2", "0.3"],
    ["loss ≠ differs", "mse", "mae", "mse"],
    ["seed", "0", "0", "0"],
  ]);
});

test("only differences are shown on request, and a search narrows them", () => {
  const el = show(SAMPLE);
  expect(names(el)).toContain("seed");
  toggleDifferences(el);
  expect(names(el)).toEqual(["auc", "loss", "lr", "loss"]);
  const search = all<HTMLInputElement>(el, ".znb-search[type=search]")[0] as HTMLInputElement;
  type(search, "mae");
  expect(names(el)).toEqual(["loss"]);
  type(search, "trainer");
  expect(names(el)).toEqual(["lr", "loss"]);
  type(search, "nowhere");
  expect(names(el)).toEqual([]);
  expect(all(el, ".znb-count")[0]?.textContent).toBe("No line matches");
});

test("runs become rows, which are sorted by any field; gaps stay last", () => {
  const el = show(SAMPLE);
  press(el, "Runs as rows");
  expect(grid(main(el)).map((row) => row[0])).toEqual(["one", "two", "three"]);
  const auc = all(main(el), "thead button").find((one) => one.textContent === "auc");
  auc?.click();
  auc?.click();
  expect(grid(main(el)).map((row) => row[0])).toEqual(["two", "one", "three"]);
  expect(document.activeElement === auc || auc?.isConnected).toBe(true);
  press(el, "Runs as rows");
  expect(all(main(el), "thead th")).toHaveLength(4);
});

test("a run has the same colour in the table, the charts, the slices and the distributions", () => {
  const el = show(SAMPLE);
  const second = "var(--z-series-1)";
  const dots = all(main(el), "thead i").map((mark) => mark.style.background);
  expect(dots[1]).toBe(second);
  const lines = [...el.querySelectorAll<SVGPathElement>(".znb-cmp-line")];
  expect(lines.map((line) => line.style.stroke)[1]).toBe(second);
  const points = [...el.querySelectorAll<SVGElement>(".znb-cmp-point")];
  expect(points.map((point) => point.style.fill)).toEqual(["var(--z-series-0)", second]);
  expect(all(el, ".znb-cmp-delta i").map((bar) => bar.style.background)).toContain(second);
  const areas = [...el.querySelectorAll<SVGElement>(".znb-cmp-distances .znb-st-area")];
  expect(areas.map((area) => area.style.color)).toContain(second);
});

test("names of runs are buttons only where a host opens them", () => {
  const openRun = vi.fn();
  const el = document.createElement("div");
  document.body.append(el);
  mount(el, { openRun }).show(SAMPLE);
  all(main(el), "thead button")[1]?.click();
  expect(openRun).toHaveBeenCalledExactlyOnceWith("taxi.two");
  expect(all(main(show(SAMPLE)), "thead button")).toEqual([]);
});

const titles = (el: HTMLElement): string[] =>
  [...el.querySelectorAll(".znb-cmp-title")].map((title) => title.firstChild?.textContent ?? "");

test("axes are parameters that differ, then metrics; others are chosen", () => {
  const el = show(SAMPLE);
  expect(titles(el)).toEqual(["lr", "loss", "auc"]);
  const boxes = all(el, ".znb-ev-choices label");
  const seed = boxes.find((one) => one.textContent === "trainer: seed");
  seed?.querySelector("input")?.click();
  expect(titles(el)).toEqual(["lr", "loss", "seed", "auc"]);
  expect(el.querySelectorAll(".znb-cmp-line")).toHaveLength(3);
});

const out = (el: HTMLElement, selector: string): boolean[] =>
  [...el.querySelectorAll(selector)].map((one) => one.classList.contains("znb-cmp-out"));

test("ranges are set by number and by word, count the runs, and are taken back", () => {
  const el = show(SAMPLE);
  const least = only<HTMLInputElement>(el, '[aria-label="trainer: lr, at least"]');
  type(least, "0.2");
  expect(out(el, ".znb-cmp-line")).toEqual([true, false, false]);
  expect(out(el, ".znb-cmp-point")).toEqual([true, false]);
  const status = only(el, ".znb-cmp-parallel [role=status]");
  expect(status.textContent).toBe("2 of 3 runs");
  choose(el, "trainer: loss", 2);
  expect(out(el, ".znb-cmp-line")).toEqual([true, true, false]);
  press(el, "All runs");
  expect(out(el, ".znb-cmp-line")).toEqual([false, false, false]);
  expect(status.textContent).toBe("3 runs");
});

test("a range is drawn with the pointer, and a click takes it away", () => {
  const el = show(SAMPLE);
  const drawing = el.querySelector(".znb-cmp-lines") as SVGSVGElement;
  const [handle] = [...el.querySelectorAll(".znb-cmp-handle")];
  const fire = (target: Element | undefined, name: string, clientY: number): void => {
    target?.dispatchEvent(new MouseEvent(name, { clientY, bubbles: true }));
  };
  // Without a layout, places of the drawing are those of the pointer.
  fire(handle, "pointerdown", 40);
  fire(drawing, "pointermove", 100);
  fire(drawing, "pointerup", 100);
  expect(out(el, ".znb-cmp-line")).toEqual([true, true, false]);
  fire(handle, "pointerdown", 200);
  fire(drawing, "pointerup", 200);
  expect(out(el, ".znb-cmp-line")).toEqual([false, false, false]);
});

test("a highlighted run stands out everywhere and is told with its values", () => {
  const el = show(SAMPLE);
  choose(el, "Highlight a run", 2);
  const chosen = [...el.querySelectorAll(".znb-cmp-line")].map((line) =>
    line.classList.contains("znb-cmp-chosen"),
  );
  expect(chosen).toEqual([false, true, false]);
  expect(only(el, ".znb-cmp-parallel [role=status]").textContent).toBe(
    "3 runs · two: lr 0.2, loss mae, auc 0.75",
  );
  expect(only(el, ".znb-cmp-scatter [role=status]").textContent).toBe("two: lr 0.2, auc 0.75");
  el.querySelectorAll(".znb-cmp-line")[2]?.dispatchEvent(new MouseEvent("pointerenter"));
  expect(only<HTMLSelectElement>(el, '[aria-label="Highlight a run"]').selectedIndex).toBe(3);
});

test("the scatter takes any two numbers, and arrow keys go through its runs", () => {
  const el = show(SAMPLE);
  const scatter = only(el, ".znb-cmp-scatter");
  expect(scatter.textContent).toContain("1 of 3 runs have no such values.");
  const chart = scatter.querySelector("svg") as SVGSVGElement;
  const key = (name: string): void => {
    chart.dispatchEvent(new KeyboardEvent("keydown", { key: name }));
  };
  const told = (): string => only(scatter, "[role=status]").textContent;
  key("ArrowRight");
  expect(told()).toBe("one: lr 0.1, auc 0.5");
  key("ArrowRight");
  key("ArrowRight");
  expect(told()).toBe("two: lr 0.2, auc 0.75");
  key("ArrowLeft");
  expect(told()).toBe("one: lr 0.1, auc 0.5");
  const select = only<HTMLSelectElement>(scatter, 'select[aria-label="Axis y"]');
  const options = [...select.options].map((option) => option.textContent);
  choose(scatter, "Axis y", options.indexOf("trainer: seed"));
  expect(scatter.querySelectorAll("circle")).toHaveLength(3);
  expect(told()).toBe("one: lr 0.1, seed 0");
});

test("slices are told as differences from a baseline that is chosen, and sorted by them", () => {
  const el = show(SAMPLE);
  const slices = only(el, ".znb-cmp-slices");
  expect(grid(slices)).toEqual([
    ["Overall", "9", "0.5", "+0.25"],
    ["hour = 2", "4", "0.5", "-0.25"],
    ["hour = 3", "5", "0.5", "—"],
  ]);
  const delta = (): HTMLElement | undefined => all(slices, "thead button")[3];
  expect(delta()?.textContent).toBe("Δ two");
  delta()?.click();
  expect(grid(slices).map((row) => row[3])).toEqual(["-0.25", "+0.25", "—"]);
  // Zero is in the middle of the track.
  const bars = all(slices, ".znb-ev-bar > i").map((bar) => [bar.style.left, bar.style.width]);
  expect(bars).toEqual([
    ["0%", "50%"],
    ["50%", "50%"],
  ]);
  choose(el, "Baseline", 1);
  expect(all(slices, "thead th").map((head) => head.textContent)).toEqual([
    "Slice",
    "Examples",
    "two (baseline)",
    "Δ one",
  ]);
  expect(grid(slices).map((row) => row[3])).toEqual(["-0.25", "+0.25", "—"]);
  choose(el, "Metric", 1);
  expect(grid(slices).map((row) => row.slice(2))).toEqual([
    ["1", "0"],
    ["1", "+1"],
    ["1", "—"],
  ]);
  expect(el.textContent).toContain("left out");
});

test("the configuration is a diff whose lines say what they are, also without colour", () => {
  const el = show(SAMPLE);
  const lines = all(el, ".znb-cmp-diff > div");
  expect(lines.map((line) => [line.className, line.textContent])).toEqual([
    ["znb-cmp-hunk", "@@ -1 +1 @@"],
    ["", " steps:"],
    ["znb-cmp-removed", "-lr: 1 (only the baseline)"],
    ["znb-cmp-added", "+lr: 2 (only the run)"],
  ]);
});

test("code, schema and distributions of a pair are drawn", () => {
  const el = show(SAMPLE);
  expect(el.textContent).toContain("trainercode changedm.T aaaam.T bbbb");
  expect(all(only(el, ".znb-difference"), "tbody tr").map((row) => row.textContent)).toEqual([
    "farechangedTypeINTFLOAT",
  ]);
  const distances = only(el, ".znb-cmp-distances");
  expect(grid(distances)).toEqual([
    ["fare", "train", "FLOAT", "0.25", ""],
    ["city", "train", "STRING", "0.5", ""],
    ["same", "train", "INT", "0", "the same"],
  ]);
  expect(distances.querySelectorAll("svg")).toHaveLength(2);
  const sort = all(distances, "thead button")[3];
  sort?.click();
  expect(grid(distances).map((row) => row[0])).toEqual(["same", "fare", "city"]);
});

test("of several pairs one is chosen", () => {
  const none = { note: "nothing here", lines: [] };
  const el = show(make({ pairs: [PAIR, { ...PAIR, run: 2, configuration: none }] }));
  expect(all(el, ".znb-cmp-diff")).toHaveLength(1);
  choose(el, "Compared run", 1);
  expect(all(el, ".znb-cmp-diff")).toEqual([]);
  expect(el.textContent).toContain("nothing here");
});

test("one run, no run, and runs without metrics or parameters are drawn", () => {
  const single = { runs: [run("one")], metrics: [], parameters: [], slices: null, pairs: [] };
  expect(all(show(make(single)), "[role=alert], .znb-cmp-lines")).toEqual([]);
  expect(show(make({ ...single, runs: [] })).textContent).toContain("There are no runs");
  const bare = show(make({ metrics: [], parameters: [], slices: null, pairs: [] }));
  expect(all(bare, "[role=alert]")).toEqual([]);
  expect(bare.querySelectorAll(".znb-cmp-line")).toHaveLength(3);
});

test("values that are not finite, and single values, leave the charts whole", () => {
  const el = show(
    make({
      metrics: [metric("auc", ["Infinity", "NaN", 0.5]), metric("flat", [1, 1, 1])],
      slices: null,
    }),
  );
  const drawn = [...el.querySelectorAll("svg *")].flatMap((one) => [...one.attributes]);
  expect(drawn.filter(({ value }) => /NaN|Infinity/.test(value))).toEqual([]);
  expect(el.querySelectorAll(".znb-cmp-scatter circle")).toHaveLength(1);
});

test("two hundred runs are rows from the start", () => {
  const count = 200;
  const labels = Array.from({ length: count }, (_, index) => `r${String(index)}`);
  const numbers = labels.map((_, index) => index / count);
  const el = show(
    make({
      runs: labels.map(run),
      metrics: [metric("auc", numbers)],
      parameters: [parameter("trainer", "lr", numbers)],
      slices: null,
      pairs: [],
    }),
  );
  expect(grid(main(el))).toHaveLength(count);
  expect(el.querySelectorAll(".znb-cmp-line")).toHaveLength(count);
  type(only<HTMLInputElement>(el, '[aria-label="auc, at most"]'), "0.5");
  expect(only(el, ".znb-cmp-parallel [role=status]").textContent).toBe("101 of 200 runs");
  expect(out(el, ".znb-cmp-table tbody tr").filter(Boolean)).toHaveLength(99);
});

test("a document whose parts do not fit is told as broken", () => {
  const broken = [
    make({ metrics: [metric("auc", [1])] }),
    make({ baseline: 3 }),
    make({ parameters: [{ ...parameter("a", "b", [1, 1, 1]), of: [0, 0, 1] }] }),
  ];
  for (const one of broken) expect(only(show(one), "[role=alert]").textContent).toContain("broken");
});

const hostile = ["<img src=x onerror=globalThis.hacked=1>", "__proto__", "</script><b>x</b>"];

test.each(hostile)("the hostile text %s stays text everywhere", (text) => {
  const strange = { ...run(text), id: text, pipeline: text, state: text, started: text };
  const [feature] = PAIR.distributions.features;
  if (!feature) throw new Error("no feature");
  const el = show({
    ...SAMPLE,
    title: text,
    notes: [text],
    runs: [strange, run("two"), run("three")],
    metrics: [metric(text, [1, 2, 3])],
    parameters: [parameter(text, text, [text, "b", null])],
    slices: {
      runs: [0, 1],
      metrics: [text],
      notes: [text],
      slices: [{ name: text, counts: [1, 1], values: [[1, 2]] }],
    },
    pairs: [
      {
        ...PAIR,
        configuration: { note: text, lines: [`+${text}`] },
        code: { note: text, steps: [{ step: text, state: "changed", old: text, new: text }] },
        distributions: {
          note: text,
          features: [{ ...feature, name: text, split: text, type: text }],
        },
      },
    ],
  });
  press(el, "Runs as rows");
  choose(el, "Highlight a run", 1);
  expect(all(el, "img, script, b, [onerror], [role=alert]")).toEqual([]);
  expect(only(el, ".zenml-nb").textContent.split(text).length).toBeGreaterThan(20);
  expect(globalThis).not.toHaveProperty("hacked");
});

test("nothing listens after the view is gone", () => {
  const el = show(SAMPLE);
  const [line] = [...el.querySelectorAll(".znb-cmp-line")];
  el.dispose();
  line?.dispatchEvent(new MouseEvent("pointerenter"));
  expect(line?.classList.contains("znb-cmp-chosen")).toBe(false);
});
