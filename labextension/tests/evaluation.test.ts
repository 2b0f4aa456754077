// @vitest-environment jsdom
import { expect, test } from "vitest";
import { State } from "../src/views/evaluation/state";
import {
  bar,
  cellText,
  extentOf,
  fullText,
  intervalText,
  valueOf,
} from "../src/views/evaluation/values";
import { prepare, sample, rows, names, labelled, choose, section } from "./evaluation_view";
import { all, only, show, type } from "./helpers";

prepare();

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
