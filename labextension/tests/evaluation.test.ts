// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import type { EvaluationDocument } from "../src/contract/evaluation";
import { chart } from "../src/views/evaluation/chart";
import { CURVES, matricesOf, ratesOf } from "../src/views/evaluation/curves";
import { State } from "../src/views/evaluation/state";
import {
  bar,
  cellText,
  extentOf,
  fullText,
  intervalText,
  valueOf,
} from "../src/views/evaluation/values";
import { all, only, shared, show, type } from "./helpers";

let sample: EvaluationDocument;

beforeEach(() => {
  document.body.replaceChildren();
  sample = structuredClone(shared("evaluation_sample.json")) as EvaluationDocument;
});

/** The table of slices, row by row; numbers without their intervals. */
const rows = (el: ParentNode): string[][] =>
  all(only(el, ".znb-ev-slices"), "tbody tr").map((row) =>
    [...row.children].slice(1).map((cell) => cell.firstChild?.textContent ?? ""),
  );
const names = (el: ParentNode): (string | undefined)[] => rows(el).map(([name]) => name);
// The caller knows what the label is of.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const labelled = <E extends HTMLElement>(el: ParentNode, label: string): E =>
  only<E>(el, `[aria-label="${label}"]`);
const tab = (el: ParentNode, title: string): HTMLElement => {
  const found = all(el, ".znb-ev-tabs button").find(({ textContent }) => textContent === title);
  if (!found) throw new Error(`no tab ${title}`);
  return found;
};
const pick = (el: ParentNode, slice: string): void => {
  labelled(el, `Compare ${slice}`).click();
};
const choose = (el: ParentNode, label: string, option: string): void => {
  const select = labelled<HTMLSelectElement>(el, label);
  select.selectedIndex = [...select.options].findIndex(({ textContent }) => textContent === option);
  select.dispatchEvent(new Event("change"));
};
const section = (el: ParentNode, title: string): HTMLElement => {
  const found = all(el, "section").find((one) => one.firstChild?.textContent === title);
  if (!found) throw new Error(`no section ${title}`);
  return found;
};

test("models stand side by side in the overall metrics, with their intervals", () => {
  const overall = section(show(sample), "Overall");
  const cells = all(overall, "tr").map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells).toEqual([
    ["Metric", "new", "old", "new − old"],
    ["example_count", "40", "40", "—"],
    ["auc", "0.6250.525 – 0.725", "0.5", "0.125"],
  ]);
  expect(only(overall, "[title^='0.625']").title).toBe(
    "0.625, 95% interval 0.525 to 0.725, standard error 0.05",
  );
});

test("a single model has cards", () => {
  sample.series = sample.series.slice(0, 1);
  for (const slice of sample.slices) slice.values = slice.values.map((row) => row.slice(0, 1));
  const overall = section(show(sample), "Overall");
  expect(all(overall, ".znb-ev-card").map((card) => card.textContent)).toEqual([
    "example_count40",
    "auc0.6250.525 – 0.725",
  ]);
});

test("the validation tells what failed, passed and is missing", () => {
  const el = show(sample);
  const found = only(el, ".znb-ev-validation");
  expect(found.textContent).toContain("Validation failed 2 checks failed, 4 passed");
  expect(only(found, ".znb-problem").textContent).toBe(
    "No data for the slices with thresholds: hour = 25",
  );
  const checks = all(found, "tbody tr").map((row) => row.textContent);
  expect(checks[0]).toBe("failedhour = 2auc (new)≥ 0.50.25");
  expect(checks).toHaveLength(6);
});

test("an evaluation that was not checked says so, and several are named", () => {
  const [entry] = sample.entries;
  if (!entry?.validation) throw new Error("no validation");
  Object.assign(entry.validation, {
    state: "unchecked",
    checks: [],
    missing: [],
    notes: ["None."],
  });
  sample.entries.push({ name: "other", facts: [], validation: null });
  const el = show(sample);
  expect(only(el, ".znb-ev-validation").textContent).toBe("taxi.1: Not validatedNone.");
  expect(all(el, ".znb-ev-entry summary").map((made) => made.textContent)).toEqual([
    "About taxi.1",
    "About other",
  ]);
});

test("slices have bars, counts and intervals", () => {
  const el = show(sample);
  expect(rows(el)).toEqual([
    ["Overall", "40", "0.625", "0.5", "0.125"],
    ["hour = 2", "10", "0.25", "0.5", "-0.25"],
    ["hour = 12", "30", "0.75", "0.625", "0.125"],
  ]);
  const fills = all(
    only(el, ".znb-ev-slices"),
    "tbody tr:nth-child(2) .znb-ev-bar > i:first-child",
  );
  // Of the counts 10 of 40; of the metric 0.25 of 0.85, where the widest interval ends.
  expect(fills[0]?.style.width).toBe("25%");
  expect(Number.parseFloat(fills[1]?.style.width ?? "")).toBeCloseTo(29.41, 1);
  // A difference below zero lies left of zero.
  expect(fills[3]?.style.left).toBe("0%");
});

test("slices are sorted by number, name and count, and back", () => {
  const el = show(sample);
  const sort = (index: number): void => {
    all(el, ".znb-ev-slices .znb-sort")[index]?.click();
  };
  sort(2);
  expect(names(el)).toEqual(["hour = 2", "Overall", "hour = 12"]);
  expect(all(el, ".znb-ev-slices th[aria-sort=ascending]")).toHaveLength(1);
  sort(2);
  expect(names(el)).toEqual(["hour = 12", "Overall", "hour = 2"]);
  sort(2);
  expect(names(el)).toEqual(["Overall", "hour = 2", "hour = 12"]);
  sort(1);
  expect(names(el)[0]).toBe("hour = 2");
  sort(0);
  expect(names(el)).toEqual(["hour = 2", "hour = 12", "Overall"]);
});

test("a control keeps the focus when the table is drawn anew", () => {
  const el = show(sample);
  const sorter = all(el, ".znb-ev-slices .znb-sort")[1];
  sorter?.focus();
  sorter?.click();
  expect(document.activeElement?.textContent).toBe("Examples");
  const box = labelled(el, "Compare hour = 2");
  box.focus();
  box.click();
  expect(document.activeElement).toBe(labelled(el, "Compare hour = 2"));
});

test("slices are searched, and filtered by size and way of slicing", () => {
  const el = show(sample);
  const status = (): string =>
    only(section(el, "Slices"), ".znb-head .znb-search ~ [role=status]").textContent;
  type(labelled<HTMLInputElement>(el, "Search slices"), "12");
  expect(names(el)).toEqual(["hour = 12"]);
  expect(status()).toBe("1 of 3 slices");
  type(labelled<HTMLInputElement>(el, "Search slices"), "nowhere");
  expect(only(el, ".znb-ev-slices tbody").textContent).toBe("No slice matches");
  type(labelled<HTMLInputElement>(el, "Search slices"), "");
  type(only<HTMLInputElement>(el, "input[type=number]"), "30");
  expect(names(el)).toEqual(["Overall", "hour = 12"]);
  choose(el, "Sliced by", "by hour");
  expect(names(el)).toEqual(["hour = 12"]);
  choose(el, "Sliced by", "All slices");
  expect(names(el)).toHaveLength(2);
});

test("metrics are chosen as columns", () => {
  const el = show(sample);
  const [count, auc] = all<HTMLInputElement>(el, ".znb-ev-choices input");
  expect([count?.checked, auc?.checked]).toEqual([false, true]);
  count?.click();
  expect(rows(el)[0]).toEqual(["Overall", "40", "40", "40", "—", "0.625", "0.5", "0.125"]);
  auc?.click();
  expect(rows(el)[0]).toEqual(["Overall", "40", "40", "40", "—"]);
});

test("a bin of the histogram shows its slices, and a second click all", () => {
  const el = show(sample);
  const bins = (): HTMLButtonElement[] => all<HTMLButtonElement>(el, ".znb-ev-bins button");
  const full = bins().filter(({ disabled }) => !disabled);
  expect(full.map(({ title }) => title)).toEqual([
    "0.25 to 0.375: 1 slice",
    "0.625 to 0.75: 2 slices",
  ]);
  full[1]?.click();
  expect(names(el)).toEqual(["Overall", "hour = 12"]);
  expect(
    bins().filter(
      (bin) => bin.ariaPressed === "true" || bin.getAttribute("aria-pressed") === "true",
    ),
  ).toHaveLength(1);
  bins().at(-1)?.click();
  expect(names(el)).toHaveLength(3);
  choose(el, "Series of the histogram", "new − old");
  expect(bins().at(0)?.title).toBe("-0.25 to -0.1563: 1 slice");
});

test("every slice with a value is in exactly one bin", () => {
  const values = [0.1, 0.2, 0.3, 0.7, 0.7000000001, 1, 1];
  const [first] = sample.slices;
  if (!first) throw new Error("no slice");
  sample.slices = values.map((value, index) => ({
    ...first,
    name: `s${String(index)}`,
    values: [
      [1, 1, 1],
      [value, null, "NaN"],
    ],
  }));
  const el = show(sample);
  const found: string[] = [];
  const count = all(el, ".znb-ev-bins button").length;
  for (let index = 0; index < count; index++) {
    const bin = all<HTMLButtonElement>(el, ".znb-ev-bins button")[index];
    if (!bin || bin.disabled) continue;
    bin.click();
    found.push(...names(el).map(String));
    all(el, ".znb-ev-bins button")[index]?.click();
  }
  expect(found.sort()).toEqual(values.map((_, index) => `s${String(index)}`));
});

test("chosen slices are compared in bars and in one chart", () => {
  const el = show(sample);
  expect(all(el, ".znb-ev-group")).toHaveLength(0);
  pick(el, "Overall");
  pick(el, "hour = 12");
  const bars = all(only(el, ".znb-ev-group"), "li").map((row) => row.textContent);
  expect(bars).toEqual([
    "Overall · new0.6250.525 – 0.725",
    "Overall · old0.5",
    "Overall · new − old0.125",
    "hour = 12 · new0.750.65 – 0.85",
    "hour = 12 · old0.625",
    "hour = 12 · new − old0.125",
  ]);
  expect(all(el, ".znb-ev-line-path")).toHaveLength(3);
  expect(all(el, ".znb-legend li").map((item) => item.textContent)).toEqual([
    "Overall · new",
    "Overall · old",
    "hour = 12 · new",
  ]);
  pick(el, "hour = 12");
  pick(el, "Overall");
  expect(all(el, ".znb-ev-group")).toHaveLength(0);
});

test("the kinds of plots are those that the slices have", () => {
  const el = show(sample);
  expect(all(el, ".znb-ev-tabs button").map((button) => button.textContent)).toEqual([
    ...[
      "ROC",
      "Precision–recall",
      "Gain",
      "Calibration",
      "Predictions",
      "Residuals",
      "Confusion matrix",
    ],
  ]);
  tab(el, "Calibration").click();
  expect(all(el, ".znb-ev-dots")).toHaveLength(2);
  expect(tab(el, "Calibration").getAttribute("aria-pressed")).toBe("true");
  tab(el, "Predictions").click();
  expect(all(el, ".znb-ev-area")).toHaveLength(2);
  pick(el, "hour = 12");
  expect(all(el, ".znb-ev-tabs button")).toHaveLength(4);
});

test("the points of the curves are what the matrices and buckets say", () => {
  const [plot] = sample.plots;
  if (!plot?.thresholds) throw new Error("no plot");
  const points = Object.fromEntries(
    CURVES.map(({ id, points }) => [id, points(plot).map(({ x, y }) => [x, y])]),
  );
  expect(points.roc).toEqual([
    [1, 1],
    [0.25, 0.8],
    [0, 0],
  ]);
  // Without a positive prediction there is no precision.
  expect(points.pr).toEqual([
    [1, 0.5],
    [0.8, 16 / 21],
  ]);
  expect(points.gain?.[1]).toEqual([21 / 40, 0.8]);
  expect(points.calibration).toEqual([
    [0.25, 4 / 18],
    [0.8, 0.75],
    [1.25, 0.5],
  ]);
  expect(points.distribution).toEqual([
    [0, 18 / 40],
    [0.5, 0.5],
    [1, 2 / 40],
  ]);
  expect(points.residual?.[2]).toEqual([1.25, -0.75]);
  expect(matricesOf(plot.thresholds).map(ratesOf)[1]).toEqual({
    precision: 16 / 21,
    recall: 0.8,
    f1: 32 / 41,
    accuracy: 31 / 40,
    falsePositiveRate: 0.25,
  });
});

test("the arrow keys and the pointer read a chart", () => {
  const el = show(sample);
  const drawing = only<never>(el, ".znb-ev-chart") as SVGSVGElement;
  const readout = only(el, ".znb-ev-readout");
  const press = (key: string): boolean =>
    drawing.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  expect(drawing.getAttribute("tabindex")).toBe("0");
  press("ArrowRight");
  press("ArrowRight");
  expect(readout.textContent).toBe(
    "Overall · new: false positive rate 0.25, true positive rate 0.8, threshold 0.5",
  );
  press("ArrowDown");
  expect(readout.textContent).toContain(
    "Overall · old: false positive rate 0.25, true positive rate 0.6",
  );
  press("End");
  expect(readout.textContent).toContain("rate 0, true positive rate 0, threshold 1");
  expect(press("Tab")).toBe(true);
  expect(press("Home")).toBe(false);
  drawing.getBoundingClientRect = () => new DOMRect(0, 0, 460, 320);
  // Where the axes are: x from 56 to 446, y from 274 to 12.
  drawing.dispatchEvent(
    new MouseEvent("pointermove", { clientX: 56 + 0.25 * 390, clientY: 274 - 0.8 * 262 }),
  );
  expect(readout.textContent).toContain("Overall · new: false positive rate 0.25");
});

test("the slider of the confusion matrix takes the nearest threshold", () => {
  const el = show(sample);
  tab(el, "Confusion matrix").click();
  const cells = (): string[] => all(el, ".znb-ev-heat td").map((cell) => cell.textContent);
  expect(cells()).toEqual(["16", "4", "5", "15", "12", "8", "5", "15"]);
  expect(all(el, ".znb-ev-rates")[0]?.textContent).toBe(
    "Precision0.7619Recall0.8F10.7805Accuracy0.775",
  );
  const slider = only<HTMLInputElement>(el, "input[type=range]");
  type(slider, "0.01");
  expect(cells().slice(0, 4)).toEqual(["20", "0", "20", "0"]);
  expect(only(el, "output").textContent).toBe("0.01");
  slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }));
  expect(Number(slider.value)).toBeCloseTo(0.02);
  // The chosen threshold stays when slices are chosen.
  pick(el, "hour = 12");
  tab(el, "Confusion matrix").click();
  expect(only<HTMLInputElement>(el, "input[type=range]").value).toBe(slider.value);
});

test("matrices of several classes are counts or shares at a threshold", () => {
  const el = show(sample);
  pick(el, "hour = 2");
  choose(el, "Plots of", "kinds");
  const cells = (): string[][] =>
    all(el, ".znb-ev-heat tr").map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells()).toEqual([
    ["Actual ↓ predicted →", "0", "1", "(none)"],
    ["0", "3", "0", "3"],
    ["1", "0", "4", "0"],
  ]);
  expect(only(el, ".znb-ev-matrix figcaption").textContent).toBe("hour = 2 · new, 70% right");
  choose(el, "Cells show", "Shares of the actual class");
  expect(cells()[1]).toEqual(["0", "50%", "0%", "50%"]);
  choose(el, "Cells show", "Shares of the predicted class");
  expect(cells()[1]).toEqual(["0", "100%", "0%", "100%"]);
  choose(el, "Threshold", "Threshold 0.25");
  expect(cells()[0]).toEqual(["Actual ↓ predicted →", "0", "1"]);
  choose(el, "Plots of", "tags");
  expect(all(el, ".znb-ev-matrix tbody td").map((cell) => cell.textContent)).toEqual([
    "1",
    "3",
    "1",
    "5",
    "0",
  ]);
  choose(el, "Plots of", "broken");
  expect(only(el, ".znb-ev-plots .znb-problem").textContent).toBe("no plot");
});

test("values are formatted, and never fail", () => {
  expect(cellText(null)).toBe("—");
  expect(cellText("NaN")).toBe("NaN");
  expect(cellText([0.1234567, null, null, null])).toBe("0.123457");
  expect(cellText("x".repeat(500))).toMatch(/^x{120}… \(500 characters\)$/);
  expect(intervalText([0.5, 0.25, "NaN", null])).toBe("");
  expect(fullText([0.5, 0.25, 0.75, null])).toBe("0.5, 95% interval 0.25 to 0.75");
  expect(valueOf("Infinity").value).toBe(Infinity);
  expect(
    extentOf(["NaN", "Infinity", -1, [2, 1, 3, 0]].map((cell) => valueOf(cell as number))),
  ).toEqual({
    low: -1,
    high: 3,
  });
  expect(bar(valueOf("NaN"), { low: 0, high: 1 }, "red").childElementCount).toBe(0);
  expect(bar(valueOf(0), { low: 0, high: 0 }, "red").childElementCount).toBe(1);
});

test("a chart of one point or none is drawn", () => {
  const { signal } = new AbortController();
  for (const curve of CURVES) {
    for (const points of [[], [{ x: 3, y: 3, text: "a" }]]) {
      const made = chart(curve, [{ name: "n", colour: "red", points }], signal);
      expect(made.querySelectorAll("text").length).toBeGreaterThan(2);
      expect(
        [...made.querySelectorAll("path")].map((one) => one.getAttribute("d")).join(""),
      ).not.toContain("NaN");
    }
  }
});

test("of many slices the first hundred are drawn, then more", () => {
  const [first] = sample.slices;
  if (!first) throw new Error("no slice");
  sample.slices = Array.from({ length: 250 }, (_, index) => ({
    ...first,
    name: `s${String(index)}`,
  }));
  const el = show(sample);
  expect(names(el)).toHaveLength(100);
  only(el, ".znb-ev-more").click();
  expect(names(el)).toHaveLength(250);
  expect(only(el, ".znb-ev-more").hidden).toBe(true);
});

test("without slices, plots and overall metrics there is still a view", () => {
  Object.assign(sample, { slices: [], plots: [], groups: [] });
  expect(all(show(sample), "section")).toHaveLength(0);
  sample.slices = [
    {
      name: "a = b",
      spec: 0,
      count: null,
      error: "",
      values: [
        [1, 2, 3],
        [null, null, null],
      ],
    },
  ];
  sample.specs = ["a"];
  expect(all(show(sample), "h4")).toHaveLength(0);
});

test("a slice that does not fit is a message", () => {
  sample.slices[1]?.values.pop();
  expect(only(show(sample), "[role=alert]").textContent).toContain('slice "hour = 2" does not fit');
});

test("text metrics and errors of slices are readable", () => {
  const [metric] = sample.metrics;
  Object.assign(metric ?? {}, { label: "odd", kind: "text", is_count: false });
  sample.slices.forEach((slice) => (slice.values[0] = ["[1, 2]", null, null]));
  Object.assign(sample.slices[1] ?? {}, { error: "too few" });
  const el = show(sample);
  expect(only(el, ".znb-section .znb-ev-facts").textContent).toBe("odd, new[1, 2]");
  expect(only(el, ".znb-ev-error").textContent).toBe("too few");
  all<HTMLInputElement>(el, ".znb-ev-choices input")[0]?.click();
  expect(rows(el)[0]?.slice(2, 4)).toEqual(["[1, 2]", "—"]);
});

const hostile = [
  "<img src=x onerror=globalThis.hacked=1>",
  "</script><script>globalThis.hacked=1</script>",
  '" onclick="x',
  "__proto__",
  "constructor",
  "a\u202eb\u0000",
  "x".repeat(10_000),
];

test.each(hostile)("the hostile text %s stays text everywhere", (text) => {
  Object.assign(sample, { title: text, notes: [text.slice(0, 100)], specs: [text, text] });
  sample.groups = sample.groups.map(() => text);
  const [entry] = sample.entries;
  Object.assign(entry ?? {}, { name: text, facts: [{ label: text, value: text }] });
  entry?.validation?.missing.push(text);
  for (const check of entry?.validation?.checks ?? [])
    Object.assign(check, { slice: text, metric: text, threshold: text, message: text });
  sample.entries.push(...sample.entries);
  for (const part of [...sample.series, ...sample.slices]) part.name = text;
  for (const metric of sample.metrics) metric.label = text;
  for (const slice of sample.slices) slice.error = text;
  for (const plot of sample.plots) plot.slice = 0;
  Object.assign(sample.plots[2]?.classes?.[0] ?? {}, { names: [text, text] });
  const el = show(sample);
  for (const box of all<HTMLInputElement>(el, ".znb-ev-pick input")) box.click();
  for (const details of all<HTMLDetailsElement>(el, "details")) {
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  }
  const groups = labelled<HTMLSelectElement>(el, "Plots of");
  for (let index = 0; index < groups.options.length; index++) {
    const select = labelled<HTMLSelectElement>(el, "Plots of");
    select.selectedIndex = index;
    select.dispatchEvent(new Event("change"));
    for (let at = 0; at < all(el, ".znb-ev-tabs button").length; at++)
      all(el, ".znb-ev-tabs button")[at]?.click();
  }
  expect(all(el, "img, script, b, [onclick], [onerror]")).toEqual([]);
  expect(globalThis).not.toHaveProperty("hacked");
  expect({}).not.toHaveProperty("label");
  const attributes = all(el, "*").flatMap((one) => [...one.attributes].map(({ value }) => value));
  expect([el.textContent, ...attributes].filter((said) => /[\0\u202e]/.test(said))).toEqual([]);
  expect(Math.max(...attributes.map(({ length }) => length))).toBeLessThan(4000);
  if (!/[\0\u202e]/.test(text) && text.length < 100)
    expect(el.textContent.split(text).length).toBeGreaterThan(40);
});

test("names of the object's own properties are choices like others", () => {
  const state = new State(sample);
  expect(state.compared).toEqual([0]);
  state.picked.add(2).add(1);
  expect(state.compared).toEqual([1, 2]);
});
