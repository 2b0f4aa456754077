// @vitest-environment jsdom
import { expect, test } from "vitest";
import { chart } from "../src/views/evaluation/chart";
import { CURVES, matricesOf, ratesOf } from "../src/views/evaluation/curves";
import { prepare, sample, names, tab, pick, choose } from "./evaluation_view";
import { all, only, show, type } from "./helpers";

prepare();

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
