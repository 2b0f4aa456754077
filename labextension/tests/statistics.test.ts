import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../src/views/mount";
import { all, only, show, type } from "./helpers";
import {
  dataset,
  numeric,
  categorical,
  FARE,
  MILES,
  TIPS,
  make,
  names,
  row,
  figures,
  open,
  chip,
  labelled,
  choose,
  path,
} from "./statistics_documents";

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

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
