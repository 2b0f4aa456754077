import { afterEach, expect, test, vi } from "vitest";
import type {
  StatisticsData,
  StatisticsDataset,
  StatisticsDocument,
  StatisticsFeature,
  StatisticsSection,
} from "../src/contract/statistics";
import { mount } from "../src/views/mount";
import { percent, short } from "../src/views/statistics/numbers";
import { linear, logarithmic } from "../src/views/statistics/scale";
import { quantileBars, standardBars } from "../src/views/statistics/series";
import { all, only, show, type } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

type Column = StatisticsSection["columns"][number];
const column = (name: string, kind: Column["kind"] = "number", of?: "rows" | "values"): Column => ({
  name,
  label: name,
  kind,
  ...(of ? { of } : {}),
  help: `What ${name} is`,
});
const COMMON = [column("count"), column("missing", "share", "rows")];
const NUMERIC = [
  ...COMMON,
  column("mean"),
  column("zeros", "share", "values"),
  column("min"),
  column("max"),
  column("distance"),
];

const dataset = (label: string, more: Partial<StatisticsDataset> = {}): StatisticsDataset => ({
  label,
  split: label,
  slice: "",
  weighted: false,
  rows: 1000,
  shown: true,
  ...more,
});

const numeric = (
  name: string,
  [missing, zeros, distance]: readonly number[] = [],
  more: Partial<StatisticsFeature> = {},
): StatisticsFeature => {
  const data = (least: number | null): StatisticsData => ({
    figures: [100, missing ?? 0, 1.23456789, zeros ?? 0, 0, 10, least],
    bins: [60, 30, 10],
    quantiles: [null, 2, 4, null],
  });
  return { name, type: "FLOAT", evenness: 0.5, data: [data(null), data(distance ?? 0)], ...more };
};

const categorical = (name: string, labels: string[] = ["cash", "card"]): StatisticsFeature => ({
  name,
  type: "STRING",
  evenness: 0.1,
  labels,
  data: [
    { figures: [90, 10, labels[0] ?? null], counts: [60, 20], rest: [3, 10] },
    { figures: [50, 0, labels[0] ?? null], counts: [50, null] },
  ],
});

const FARE = numeric("fare", [0, 5, 0.4]);
const MILES = numeric("miles", [50, 1, 0.1], { evenness: 0.9 });
const TIPS = numeric("tips", [10, 90, 0.2], { evenness: 0.1, type: "INT" });

function make(
  features: StatisticsFeature[] = [FARE, MILES, TIPS],
  texts: StatisticsFeature[] = [categorical("payment")],
): StatisticsDocument {
  return {
    schema: "zenml_nb/statistics@1",
    title: "Statistics",
    notes: ["A note."],
    datasets: [dataset("train"), dataset("eval", { rows: 500 })],
    flags: [],
    sections: [
      { kind: "numeric", title: "Numeric features", columns: NUMERIC, features },
      {
        kind: "categorical",
        title: "Categorical features",
        columns: [...COMMON, column("top", "text")],
        features: texts,
      },
    ],
  };
}

const names = (el: ParentNode): string[] => all(el, ".znb-st-open").map((b) => b.textContent);
const row = (el: ParentNode, name: string): HTMLElement => {
  const found = all(el, ".znb-st-row").find((r) => names(r)[0] === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};
const figures = (el: ParentNode): string[][] =>
  all(el, ".znb-st-figures tbody tr").map((r) => [...r.children].map((c) => c.textContent));
const open = (el: ParentNode, name: string): HTMLElement => {
  only<HTMLButtonElement>(row(el, name), ".znb-st-open").click();
  return only(row(el, name), ".znb-st-details");
};
const chip = (el: ParentNode, index: number): HTMLButtonElement => {
  const found = all<HTMLButtonElement>(el, ".znb-st-chip")[index];
  if (!found) throw new Error(`no chip ${String(index)}`);
  return found;
};
// As with `only`.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const labelled = <E extends HTMLElement>(el: ParentNode, text: string): E => {
  const label = all(el, "label").find((l) => l.textContent.startsWith(text));
  if (!label) throw new Error(`no label ${text}`);
  return only<E>(label, "input, select");
};
const choose = (select: HTMLSelectElement, value: string): void => {
  select.value = value;
  select.dispatchEvent(new Event("change"));
};
const path = (el: ParentNode, selector = ".znb-st-small path"): string[] =>
  [...el.querySelectorAll(selector)].map((p) => p.getAttribute("d") ?? "");

test("every feature is a row with the figures of every dataset", () => {
  const el = show(make());
  expect(names(el)).toEqual(["fare", "miles", "tips", "payment"]);
  expect(figures(row(el, "miles"))).toEqual([
    ["train", "100", "33.33%", "1.235", "1%", "0", "10", "—"],
    ["eval", "100", "33.33%", "1.235", "1%", "0", "10", "0.1"],
  ]);
  expect(figures(row(el, "payment"))).toEqual([
    ["train", "90", "10%", "cash"],
    ["eval", "50", "0%", "cash"],
  ]);
  const cells = all(row(el, "miles"), ".znb-st-figures tbody td");
  expect(cells.map((cell) => cell.title).slice(0, 3)).toEqual(["", "50 rows", "1.23456789"]);
  expect(all(el, "h3, h4").map((h) => h.textContent)).toEqual([
    "Statistics",
    "Numeric features",
    "Categorical features",
  ]);
});

test("many missing values stand out", () => {
  const el = show(make());
  expect(all(row(el, "miles"), ".znb-st-much").map((c) => c.textContent)).toEqual([
    "33.33%",
    "33.33%",
  ]);
  expect(all(row(el, "fare"), ".znb-st-much")).toEqual([]);
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

test("a feature that a dataset does not have says so", () => {
  const el = show(make([{ ...FARE, data: [FARE.data[0] ?? null, null] }]));
  expect(figures(row(el, "fare"))[1]).toEqual(["eval", "not in this dataset, or of another type"]);
});

test.each([
  ["order", ["fare", "miles", "tips"], "↑"],
  ["name", ["fare", "miles", "tips"], "↑"],
  ["missing", ["miles", "tips", "fare"], "↓"],
  ["zeros", ["tips", "fare", "miles"], "↓"],
  ["nonuniformity", ["tips", "fare", "miles"], "↓"],
  ["distance", ["fare", "tips", "miles"], "↓"],
])("the features are sorted by %s, and turned around", (order, expected, arrow) => {
  const el = show(make());
  const select = labelled<HTMLSelectElement>(el, "Sort by");
  choose(select, order);
  const turn = all<HTMLButtonElement>(el, ".znb-toggle").at(-1);
  expect(turn?.textContent).toBe(arrow);
  expect(names(only(el, ".znb-st-section:first-of-type .znb-st-list[role=list]"))).toEqual(
    expected,
  );
  turn?.click();
  expect(names(el).slice(0, 3)).toEqual([...expected].reverse());
});

test("a distance between the splits can only be a choice where there is one", () => {
  const plain = make();
  for (const section of plain.sections) {
    section.columns = section.columns.filter(({ name }) => name !== "distance");
  }
  const options = all(labelled<HTMLSelectElement>(show(plain), "Sort by"), "option");
  expect(options.map((o) => o.textContent)).not.toContain("Distance");
});

test("the search finds text and regular expressions, and tells what is none", () => {
  const el = show(make());
  const input = only<HTMLInputElement>(el, ".znb-search");
  const status = only(el, ".znb-st-tools [role=status]");
  type(input, "I");
  expect(names(el)).toEqual(["miles", "tips"]);
  expect(status.textContent).toBe("2 of 4 features");
  only<HTMLButtonElement>(el, "[aria-label='Regular expression']").click();
  type(input, "^(fare|pay)");
  expect(names(el)).toEqual(["fare", "payment"]);
  type(input, "(");
  expect(status.textContent).toBe("Not a regular expression");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(names(el)).toEqual(["fare", "payment"]);
  type(input, "nothing");
  expect(names(el)).toEqual([]);
  const note = all(el, ".znb-note").find((p) => p.textContent === "No feature matches.");
  expect(note?.hidden).toBe(false);
  type(input, "");
  expect(names(el)).toHaveLength(4);
  expect(note?.hidden).toBe(true);
});

test("the features are filtered by type and by anomalies", () => {
  const flag = { severity: "error", split: "eval", what: "Odd", why: "Very." } as const;
  const el = show(make([FARE, { ...TIPS, flags: [flag] }]));
  const select = only<HTMLSelectElement>(el, "select[aria-label=Type]");
  expect(all(select, "option").map((o) => (o as HTMLOptionElement).value)).toEqual([
    "",
    "FLOAT",
    "INT",
    "STRING",
    "with anomalies",
  ]);
  choose(select, "STRING");
  expect(names(el)).toEqual(["payment"]);
  choose(select, "with anomalies");
  expect(names(el)).toEqual(["tips"]);
});

test("a chip switches its dataset off in figures and charts", () => {
  const el = show(make());
  expect(chip(el, 1).textContent).toBe("eval 500 rows");
  expect(chip(el, 1).getAttribute("aria-pressed")).toBe("true");
  chip(el, 1).click();
  expect(chip(el, 1).getAttribute("aria-pressed")).toBe("false");
  expect(figures(row(el, "fare"))).toHaveLength(1);
  expect(row(el, "fare").querySelectorAll(".znb-st-area")).toHaveLength(1);
});

test("slices and weights wait to be switched on", () => {
  const sliced = make();
  sliced.datasets.push(dataset("train, weighted", { weighted: true, shown: false }));
  for (const { features } of sliced.sections) {
    for (const feature of features) feature.data.push(feature.data[0] ?? null);
  }
  const el = show(sliced);
  expect(figures(row(el, "fare"))).toHaveLength(2);
  expect(chip(el, 2).textContent).toBe("train, weighted 1,000 by weight");
  chip(el, 2).click();
  expect(figures(row(el, "fare"))).toHaveLength(3);
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

test("anomalies are flagged with severity, split and reason", () => {
  const flags = [
    { severity: "error", split: "eval", what: "Out of range", why: "Values above 5." },
    { severity: "warning", split: "eval", what: "Rare", why: "Few." },
  ] as const;
  const flagged = make([{ ...FARE, flags: [...flags] }]);
  flagged.flags = [
    { feature: "gone", severity: "error", split: "eval", what: "Dropped", why: "No." },
  ];
  const el = show(flagged);
  const badge = only(row(el, "fare"), ".znb-st-name .znb-badge");
  expect(badge.className).toBe("znb-badge znb-error");
  expect(badge.textContent).toBe("2 anomalies");
  expect(badge.title).toBe("eval: Out of range. Values above 5.\neval: Rare. Few.");
  const list = all(open(el, "fare"), ".znb-st-flags li").map((li) => li.textContent);
  expect(list).toEqual([
    "Error Out of range — In eval: Values above 5.",
    "Warning Rare — In eval: Few.",
  ]);
  expect(all(el, ".zenml-nb > .znb-st-flags li").map((li) => li.textContent)).toEqual([
    "Error Dropped — gone in eval: No.",
  ]);
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

test("a newer document keeps what was chosen", () => {
  const el = document.createElement("div");
  document.body.append(el);
  const view = mount(el);
  view.show(make());
  open(el, "miles");
  chip(el, 1).click();
  type(only<HTMLInputElement>(el, ".znb-search"), "mi");
  labelled<HTMLInputElement>(el, "Percentages").click();
  choose(labelled<HTMLSelectElement>(el, "Sort by"), "missing");
  const next = make([FARE, MILES, TIPS, numeric("minutes", [0, 0, 0])]);
  view.show(next);
  expect(only<HTMLInputElement>(el, ".znb-search").value).toBe("mi");
  expect(names(el)).toEqual(["miles", "minutes"]);
  expect(chip(el, 1).getAttribute("aria-pressed")).toBe("false");
  expect(labelled<HTMLInputElement>(el, "Percentages").checked).toBe(true);
  expect(labelled<HTMLSelectElement>(el, "Sort by").value).toBe("missing");
  expect(all(row(el, "miles"), ".znb-st-details")).toHaveLength(1);
  view.dispose();
  expect(el.childElementCount).toBe(0);
});

test.each([
  "<img src=x onerror=globalThis.hacked=1>",
  "</script><script>globalThis.hacked=1</script>",
  "__proto__",
  "constructor",
  "a\u202eb\u0000",
  "x".repeat(10_000),
])("the hostile text %s stays text", (text) => {
  const hostile = make([{ ...FARE, name: text, type: text }], [categorical(text, [text, "b"])]);
  hostile.title = text;
  hostile.notes = [text];
  hostile.datasets = [dataset(text), dataset("eval")];
  hostile.flags = [{ feature: text, severity: "error", split: text, what: text, why: text }];
  for (const { features } of hostile.sections) {
    for (const feature of features) {
      feature.flags = [{ severity: "error", split: text, what: text, why: text }];
      const [first] = feature.data;
      if (first) first.facts = [[text, text]];
      if (first) first.charts = [{ title: text, labels: [text], counts: [1] }];
    }
  }
  const el = show(hostile);
  for (const button of all<HTMLButtonElement>(el, ".znb-st-open")) button.click();
  for (const folded of all<HTMLDetailsElement>(el, "details")) {
    folded.open = true;
    folded.dispatchEvent(new Event("toggle"));
  }
  for (const chart of el.querySelectorAll(".znb-st-large")) {
    chart.dispatchEvent(new KeyboardEvent("keydown", { key: "Home" }));
  }
  expect(all(el, "[role=alert]")).toEqual([]);
  expect(all(el, "img, script, [onerror]")).toEqual([]);
  expect(globalThis).not.toHaveProperty("hacked");
  const shown = only(el, ".zenml-nb");
  const attributes = [...shown.querySelectorAll("*:not(option)")].flatMap((e) => [...e.attributes]);
  const texts = [shown.textContent, ...attributes.map(({ value }) => value)];
  expect(texts.filter((t) => /[\0\u202e]/.test(t))).toEqual([]);
  expect(shown.textContent).toContain(
    text.length > 1000 ? "(10,000 characters)" : text.slice(0, 1),
  );
  expect(all(el, ".znb-st-row")).toHaveLength(2);
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

test("without features or datasets it says so", () => {
  const empty = make([], []);
  empty.sections = [];
  expect(show(empty).textContent).toContain("These statistics have no features.");
  const none = make();
  none.datasets = [];
  for (const { features } of none.sections) for (const feature of features) feature.data = [];
  expect(all(show(none), ".znb-st-none").map((e) => e.textContent)).toContain("no chart");
});

class Watcher {
  static last: Watcher[] = [];
  readonly targets = new Set<Element>();
  isOff = false;
  constructor(readonly callback: IntersectionObserverCallback) {
    Watcher.last.push(this);
  }
  observe(target: Element): void {
    this.targets.add(target);
  }
  disconnect(): void {
    this.isOff = true;
  }
  tell(target: Element, isIntersecting: boolean): void {
    const entry = { target, isIntersecting } as unknown as IntersectionObserverEntry;
    this.callback([entry], this as unknown as IntersectionObserver);
  }
}

test("rows are drawn when they come into sight", () => {
  beforeWatching();
  const many = Array.from({ length: 1000 }, (_, index) => numeric(`f${String(index)}`));
  const el = show(make(many, []));
  expect(all(el, ".znb-st-row")).toHaveLength(1000);
  expect(names(el)).toEqual([]);
  const watcher = Watcher.last.filter(({ isOff }) => !isOff)[0];
  const blocks = [...(watcher?.targets ?? [])];
  expect(blocks.length).toBeLessThan(250);
  if (blocks[0]) watcher?.tell(blocks[0], true);
  expect(names(el)).toHaveLength(1000 / blocks.length);
  // What is out of sight is drawn anew when it comes back.
  if (blocks[0]) watcher?.tell(blocks[0], false);
  const before = path(el);
  labelled<HTMLInputElement>(el, "Log scale").click();
  expect(path(el)).toEqual(before);
  if (blocks[0]) watcher?.tell(blocks[0], true);
  expect(path(el)).not.toEqual(before);
  el.dispose();
  expect(Watcher.last.every(({ isOff }) => isOff)).toBe(true);
});

function beforeWatching(): void {
  Watcher.last = [];
  vi.stubGlobal("IntersectionObserver", Watcher);
}

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
