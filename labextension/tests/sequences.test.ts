import { afterEach, expect, test } from "vitest";
import type { SequencesDocument } from "../src/contract/sequences";
import { all, only, show } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const make = (more: Partial<SequencesDocument> = {}): SequencesDocument => ({
  schema: "zenml_nb/sequences@1",
  title: "Sequences of train",
  notes: ["The first 2 of 9 sequences."],
  split: "train",
  total: 9,
  windows: [
    { name: "Oslo, 1 to 3", times: ["1", "2", "3"] },
    { name: "Rome, 4 to 6", times: ["4", "5", "6"] },
  ],
  columns: [
    {
      name: "degrees",
      kind: "number",
      values: [
        [1, 2, 3],
        [4, "NaN", 6],
      ],
    },
    {
      name: "sky",
      kind: "text",
      values: [
        ["sun", "fog", "sun"],
        ["rain", "<b>rain</b>", ""],
      ],
    },
    { name: "degrees_ahead", kind: "number", values: [[3.5], [7]] },
  ],
  ...more,
});

const charts = (el: HTMLElement): Element[] => [...el.querySelectorAll("svg[role=img]")];
const path = (el: HTMLElement, name: string): string =>
  el.querySelector(`.${name}`)?.getAttribute("d") ?? "";
const choose = (el: HTMLElement, index: number): void => {
  const select = only<HTMLSelectElement>(el, "select");
  select.selectedIndex = index;
  select.dispatchEvent(new Event("change"));
};

test("the first sequence is shown, a card a column", () => {
  const el = show(make());
  expect(only(el, ".znb-title").textContent).toBe("Sequences of train");
  expect(all(el, ".znb-sq-card h4").map((head) => head.textContent)).toEqual([
    "degrees",
    "sky",
    "degrees_ahead",
  ]);
  expect(charts(el).map((chart) => chart.getAttribute("aria-label"))).toEqual(["degrees: 1, 2, 3"]);
  expect(all(el, ".znb-sq-words").map((words) => words.textContent)).toEqual(["sunfogsun", "3.5"]);
});

test("a line goes up where the values do, beside those of the other sequences", () => {
  const el = show(make());
  const points = [...path(el, "znb-sq-line").matchAll(/[ML]([\d.]+) ([\d.]+)/g)];
  expect(points).toHaveLength(3);
  const [first, , last] = points.map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  expect(first?.x).toBeLessThan(last?.x ?? 0);
  expect(first?.y).toBeGreaterThan(last?.y ?? Infinity);
  expect(path(el, "znb-sq-other").match(/M/g)).toHaveLength(2);
});

test("another sequence is chosen from the list or by the buttons", () => {
  const el = show(make());
  choose(el, 1);
  expect(charts(el)[0]?.getAttribute("aria-label")).toBe("degrees: 4, NaN, 6");
  expect(all(el, ".znb-sq-words span").map((word) => word.textContent)).toEqual([
    "rain",
    "<b>rain</b>",
    "",
    "7",
  ]);
  const [back, forth] = all<HTMLButtonElement>(el, "button");
  expect([back?.disabled, forth?.disabled]).toEqual([false, true]);
  back?.click();
  expect(charts(el)[0]?.getAttribute("aria-label")).toBe("degrees: 1, 2, 3");
  expect([back?.disabled, forth?.disabled]).toEqual([true, false]);
});

test("a value that is not finite breaks the line, and each point says its step", () => {
  const el = show(make());
  choose(el, 1);
  expect(path(el, "znb-sq-line")).toMatch(/^M[\d. ]+M[\d. ]+$/);
  expect([...el.querySelectorAll("circle title")].map((title) => title.textContent)).toEqual([
    "4: 4",
    "6: 6",
  ]);
});

test("values that are all the same, and all unknown, are drawn", () => {
  const column = (values: (number | string)[][]): SequencesDocument["columns"] => [
    { name: "x", kind: "number", values },
  ];
  for (const values of [
    [
      [5, 5],
      [5, 5],
    ],
    [
      ["NaN", "Infinity"],
      ["NaN", "NaN"],
    ],
  ]) {
    const el = show(make({ columns: column(values) }));
    expect(path(el, "znb-sq-line")).not.toContain("NaN");
    el.remove();
  }
});

test("no sequence is no chart, and a column of another length is a broken document", () => {
  expect(charts(show(make({ windows: [], columns: [] })))).toEqual([]);
  const el = show(make({ columns: [{ name: "x", kind: "number", values: [[1]] }] }));
  expect(only(el, "[role=alert]").textContent).toContain('"x" has 1 of 2 sequences');
});
