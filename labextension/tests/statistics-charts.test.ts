import { afterEach, expect, test, vi } from "vitest";
import type { StatisticsData } from "../src/contract/statistics";
import { percent, short } from "../src/views/statistics/numbers";
import { linear, logarithmic } from "../src/views/statistics/scale";
import { quantileBars, standardBars } from "../src/views/statistics/series";
import { all, only, show } from "./helpers";
import { numeric, make, row, figures, open, labelled, path } from "./statistics_documents";

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("all datasets are drawn over each other in one chart", () => {
  const el = show(make());
  const chart = row(el, "fare").querySelectorAll(".znb-st-small .znb-st-area");
  expect([...chart].map((p) => (p as SVGElement).style.color)).toEqual([
    "var(--z-series-0)",
    "var(--z-series-1)",
  ]);
  expect(all(row(el, "payment"), ".znb-st-range")[0]?.textContent).toBe("2 values");
  expect(all(row(el, "fare"), ".znb-st-range span").map((s) => s.textContent)).toEqual(["0", "10"]);
});

test("log scale, percentages and quantiles change the charts", () => {
  const el = show(make());
  const before = path(row(el, "payment"));
  const box = (text: string): HTMLInputElement => labelled<HTMLInputElement>(el, text);
  box("Percentages").click();
  // Of 90 values of train 60 are the first one, of 50 of eval all.
  const shares = path(row(el, "payment"));
  expect(shares).not.toEqual(before);
  const height = (d: string | undefined): number => Number(/v-([\d.]+)/.exec(d ?? "")?.[1]);
  expect(height(shares[0]) / height(shares[1])).toBeCloseTo(60 / 90, 1);
  box("Log scale").click();
  expect(path(row(el, "payment"))).not.toEqual(shares);
  expect(all(row(el, "fare"), ".znb-st-even")).toEqual([]);
  box("Quantiles").click();
  expect(row(el, "fare").querySelectorAll(".znb-st-even, .znb-st-odd")).toHaveLength(4);
});

test("a row opens to a chart with axes, tables and all figures", () => {
  const el = show(make());
  const details = open(el, "fare");
  const button = only(row(el, "fare"), ".znb-st-open");
  expect(button.getAttribute("aria-expanded")).toBe("true");
  expect(details.querySelectorAll(".znb-axis")).toHaveLength(2);
  expect(all(details, "h6").map((h) => h.textContent)).toEqual(["Bins", "Quantiles", "Figures"]);
  const table = (title: string): string[][] =>
    all(only(details, `[aria-label=${title}]`), "tbody tr").map((r) =>
      [...r.children].map((c) => c.textContent),
    );
  expect(table("Bins")[1]).toEqual(["train", "3.33333", "6.66667", "30", "30%"]);
  expect(table("Quantiles")[2]).toEqual(["train", "4", "10", "33.3333", "33.33%"]);
  expect(table("Figures")[2]).toEqual(["mean", "1.23457", "1.23457"]);
  button.click();
  expect(button.getAttribute("aria-expanded")).toBe("false");
  expect(all(row(el, "fare"), ".znb-st-details")).toEqual([]);
});

test("the categories are side by side, with what is not listed", () => {
  const el = show(make());
  const values = only(open(el, "payment"), "[aria-label=Values]");
  const found = all(values, "tbody tr").map((r) => [...r.children].map((c) => c.textContent));
  expect(found).toEqual([
    ["cash", "60", "66.67%", "50", "100%"],
    ["card", "20", "22.22%", "—", "—"],
  ]);
  expect(row(el, "payment").textContent).toContain("train: and 3 more values, 10 times.");
});

test("the keys walk through the values of the chart", () => {
  const el = show(make());
  const details = open(el, "fare");
  const chart = details.querySelector(".znb-st-large");
  const told = only(details, ".znb-st-readout");
  const press = (key: string): void => {
    chart?.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  };
  press("ArrowRight");
  expect(told.textContent).toBe("train: 60 (60%) in 0 to 3.333eval: 60 (60%) in 0 to 3.333");
  press("ArrowRight");
  expect(told.textContent).toContain("train: 30 (30%)");
  press("End");
  expect(told.textContent).toContain("train: 10 (10%) in 6.667 to 10");
  press("ArrowRight");
  press("Home");
  expect(told.textContent).toContain("60 (60%)");
  expect(details.querySelector(".znb-st-cursor")?.getAttribute("d")).toMatch(/^M\d/);
});

test("the pointer tells the value below it", () => {
  const el = show(make());
  const details = open(el, "payment");
  const chart = details.querySelector(".znb-st-large");
  if (!chart) throw new Error("no chart");
  chart.getBoundingClientRect = () => new DOMRect(0, 0, 900, 240);
  chart.dispatchEvent(new MouseEvent("pointermove", { clientX: 880, clientY: 100 }));
  const told = only(details, ".znb-st-readout").textContent;
  expect(told).toContain("card");
  expect(told).toContain("train: 20 (22.22%)");
});

test("facts and further histograms are told", () => {
  const data: StatisticsData = {
    figures: [10, 0, 1, 0, 0, 1, null],
    values: 25,
    facts: [
      ["Values a row, min", 1],
      ["Values a row, mean", 2.5],
      ["Values a row, max", 4],
      ["custom", "NaN"],
    ],
    charts: [{ title: "lengths", edges: [1, 2, 4], counts: [6, 4] }],
  };
  const el = show(make([{ name: "list", type: "INT", data: [data, null] }]));
  expect(only(row(el, "list"), ".znb-st-list").textContent).toBe("1 to 4 values a row, mean 2.5");
  const details = open(el, "list");
  expect(only(details, "[aria-label=Figures]").textContent).toContain("customNaN");
  const extra = only<HTMLDetailsElement>(details, "details");
  expect(only(extra, "summary").textContent).toBe("lengths (train)");
  extra.open = true;
  extra.dispatchEvent(new Event("toggle"));
  expect(all(extra, "tbody tr")).toHaveLength(2);
});

test("what is not finite is told and not drawn", () => {
  const odd = numeric("odd", [0, 0, 0], {
    data: [
      {
        figures: [3, 0, "NaN", 0, "-Infinity", "Infinity", null],
        bins: [1, 2, 3],
        bin_edges: ["-Infinity", 0, 1, "Infinity"],
      },
      null,
    ],
  });
  const el = show(make([odd]));
  expect(figures(row(el, "odd"))[0]).toEqual([
    "train",
    "3",
    "0%",
    "NaN",
    "0%",
    "-Infinity",
    "Infinity",
    "—",
  ]);
  const details = open(el, "odd");
  expect(only(details, "[aria-label=Bins]").textContent).toContain("-Infinity");
  expect(el.querySelectorAll("path[d*=NaN], path[d*=Infinity]")).toHaveLength(0);
});

test("short numbers", () => {
  const numbers = [0, 1234567, 17031347880.03, 0.123456, 0.00001234, -87.65432, NaN, -Infinity];
  expect(numbers.map(short)).toEqual([
    "0",
    "1,234,567",
    "1.7e10",
    "0.1235",
    "1.23e-5",
    "-87.65",
    "NaN",
    "-Infinity",
  ]);
});

test("percentages", () => {
  const shares = [0, 0.27657, 1, 0.999999, 1e-6, NaN];
  expect(shares.map(percent)).toEqual(["0%", "27.66%", "100%", ">99.99%", "<0.01%", "—"]);
});

test("ticks are round, few, and end", () => {
  expect(linear([0, 10], [0, 100]).ticks(5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(linear([0.1, 0.35], [0, 1]).ticks(3)).toEqual([0.1, 0.2, 0.3]);
  expect(linear([1e17, 1e17 + 32], [0, 1]).ticks(5).length).toBeLessThan(60);
  const log = logarithmic(1000, [100, 0], 1);
  expect(log.ticks(10)).toEqual([0, 1, 10, 100, 1000]);
  expect([log(0), log(1000)]).toEqual([100, 0]);
});

test("bins are read as the document writes them", () => {
  const section = make().sections[0];
  if (!section) throw new Error("no section");
  const figures_ = [9, 0, 0, 0, 0, 10, null];
  expect(standardBars(section, { figures: figures_, bins: [1, 2] })).toEqual([
    { low: 0, high: 5, count: 1 },
    { low: 5, high: 10, count: 2 },
  ]);
  const uneven = { figures: figures_, bins: [1, 2], bin_edges: [0, 1, 9] };
  expect(standardBars(section, uneven).map(({ low, high }) => [low, high])).toEqual([
    [0, 1],
    [1, 9],
  ]);
  const quantiles = { figures: figures_, quantiles: [null, 1, 1, null] };
  expect(quantileBars(section, quantiles)).toEqual([
    { low: 0, high: 1, count: 3 },
    { low: 1, high: 1, count: 3 },
    { low: 1, high: 10, count: 3 },
  ]);
  const counted = quantileBars(section, { ...quantiles, quantile_counts: [4, 2, 3] });
  expect(counted.map(({ count }) => count)).toEqual([4, 2, 3]);
  expect(quantileBars(section, { ...quantiles, quantile_counts: [5] }).map((b) => b.count)).toEqual(
    [5, 5, 5],
  );
});
