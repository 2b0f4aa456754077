import { afterEach, expect, test, vi } from "vitest";
import type { AnomaliesDocument, Anomaly } from "../src/contract/anomalies";
import { mount } from "../src/views/mount";
import { all, only, show, type } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const anomaly = (
  feature: string | null,
  severity: Anomaly["severity"] = "error",
  share: number | null = 0.25,
): Anomaly => ({
  feature,
  severity,
  short: "Short",
  description: "Described",
  measured: true,
  reasons: [
    {
      type: "ENUM_TYPE_UNEXPECTED_STRING_VALUES",
      text: `Reason of ${String(feature)}`,
      short: "Short",
      description: "Described",
      expected: "one of 2",
      found: "another",
      share,
      values: [
        { value: "Bonn", count: 6 },
        { value: "Kiel", count: 3 },
      ],
    },
  ],
});

const make = (anomalies: Anomaly[], more: Partial<AnomaliesDocument> = {}): AnomaliesDocument => ({
  schema: "zenml_nb/anomalies@1",
  title: "Anomalies",
  notes: ["What was looked at"],
  split: "eval",
  rows: 200,
  statistics: "/folder",
  anomalies,
  distances: [],
  checked: [
    { feature: "city", present: 0.95 },
    { feature: "fare", present: null },
  ],
  ...more,
});

const TWO = make([anomaly("fare"), anomaly("city", "warning", null), anomaly(null, "warning")]);
const names = (el: HTMLElement): string[] =>
  all(el, ".znb-reasons tbody th").map((cell) => cell.textContent);

test("expected and found are side by side, with TFDV's words below ours", () => {
  const el = show(make([anomaly("fare")]));
  expect(all(el, ".znb-reasons thead th").map((cell) => cell.textContent)).toEqual([
    "Severity",
    "Feature",
    "Reason",
    "Expected",
    "Found",
  ]);
  expect([...only(el, ".znb-reasons tbody tr").children].map((c) => c.textContent)).toEqual([
    "error",
    "fare",
    "Reason of fareTFDV: Short – Described",
    "one of 2",
    "anotherAll 2 values",
  ]);
  expect(only(el, ".znb-reasons .znb-badge").className).toBe("znb-badge znb-error");
  const details = only<HTMLDetailsElement>(el, ".znb-reasons details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(all(details, "li").map((item) => item.textContent)).toEqual(["Bonn (6)", "Kiel (3)"]);
});

test("no anomalies say over what, with a chart of the features", () => {
  const el = show(make([]));
  expect(only(el, ".znb-good").textContent).toBe("ok What was looked at");
  expect(all(el, ".znb-bars li").map((item) => item.textContent)).toEqual(["city95%", "fare—"]);
  expect(all(el, ".znb-reasons")).toEqual([]);
});

test("the chart has the share of the rows that are affected", () => {
  const el = show(TWO);
  expect(all(el, ".znb-bars li").map((item) => item.textContent)).toEqual([
    "fare25%",
    "cityshare not known",
    "(all data)25%",
  ]);
});

test("a severity is chosen, and reasons are searched for", () => {
  const el = show(TWO);
  const status = only(el, "[role=status]");
  expect(status.textContent).toBe("3 reasons");
  const select = only<HTMLSelectElement>(el, "select");
  expect([...select.options].map((option) => option.value)).toEqual(["", "error", "warning"]);
  select.value = "warning";
  select.dispatchEvent(new Event("change"));
  expect(names(el)).toEqual(["city", "(all data)"]);
  type(only<HTMLInputElement>(el, ".znb-search"), "REASON OF CITY");
  expect(names(el)).toEqual(["city"]);
  expect(status.textContent).toBe("1 of 3 reasons");
  type(only<HTMLInputElement>(el, ".znb-search"), "nowhere");
  expect(only(el, ".znb-empty").textContent).toBe("No anomaly matches");
});

test("values and kinds can be searched for, also by a regular expression", () => {
  const el = show(TWO);
  only<HTMLButtonElement>(el, ".znb-toggle").click();
  type(only<HTMLInputElement>(el, ".znb-search"), "^Kiel$");
  expect(names(el)).toEqual([]);
  type(only<HTMLInputElement>(el, ".znb-search"), "Kiel|nothing");
  expect(names(el)).toHaveLength(3);
  type(only<HTMLInputElement>(el, ".znb-search"), "ENUM_TYPE_\\w+");
  expect(names(el)).toHaveLength(3);
});

test("columns are sorted, severity by how bad it is", () => {
  const el = show(TWO);
  const press = (index: number): void => {
    all<HTMLButtonElement>(el, ".znb-reasons thead button")[index]?.click();
  };
  press(1);
  expect(names(el)).toEqual(["(all data)", "city", "fare"]);
  press(1);
  expect(names(el)).toEqual(["fare", "city", "(all data)"]);
  press(0);
  expect(names(el)).toEqual(["fare", "city", "(all data)"]);
  press(0);
  expect(names(el)[2]).toBe("fare");
  expect(all(el, "th[aria-sort]").map((th) => th.getAttribute("aria-sort"))).toEqual([
    "descending",
    "none",
    "none",
    "none",
    "none",
  ]);
});

test("the statistics of a feature are opened where the host can and there are some", () => {
  const open = vi.fn();
  const el = document.createElement("div");
  mount(el, { open }).show(
    make([anomaly("fare"), { ...anomaly("gone"), measured: false }, anomaly(null)]),
  );
  const link = only<HTMLButtonElement>(el, ".znb-link");
  expect(link.getAttribute("aria-label")).toBe("Statistics of fare");
  link.click();
  expect(open.mock.calls).toEqual([["/folder#fare"]]);
  expect(all(show(make([anomaly("fare")])), ".znb-link")).toEqual([]);
  const other = document.createElement("div");
  mount(other, { open }).show(make([anomaly("fare")], { statistics: "" }));
  expect(all(other, ".znb-link")).toEqual([]);
});

test("distances are drawn with what is allowed, also where they are no numbers", () => {
  const common = { feature: "fare", comparison: "drift" as const, measure: "L-infinity distance" };
  const el = show(
    make([], {
      distances: [
        { ...common, value: 0.5, threshold: 0.1, exceeded: true },
        { ...common, value: "NaN", threshold: 0.1, exceeded: true },
        { ...common, value: 0.05, threshold: 0.1, exceeded: false },
      ],
    }),
  );
  const bars = all(el, ".znb-bars")[0] as HTMLElement;
  expect(all(bars, "li").map((item) => item.textContent)).toEqual([
    "fare (drift)L-infinity distance: 0.5 of 0.1 allowed, exceeded",
    "fare (drift)L-infinity distance: NaN of 0.1 allowed, exceeded",
    "fare (drift)L-infinity distance: 0.05 of 0.1 allowed",
  ]);
  const widths = [...bars.querySelectorAll("rect[x]")].map((rect) => rect.getAttribute("width"));
  expect(widths).toEqual(["48.00", "192.00", "0.00", "0.00", "24.00", "0.00"]);
});

test("more features than a chart has place for are folded", () => {
  const checked = Array.from({ length: 30 }, (_, i) => ({ feature: `f${String(i)}`, present: 1 }));
  const el = show(make([], { checked }));
  expect(all(el, ".znb-bars li")).toHaveLength(20);
  expect(only(el, "summary").textContent).toBe("10 more features");
  const details = only<HTMLDetailsElement>(el, "details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(all(el, ".znb-bars li")).toHaveLength(30);
});

const hostile = ["<img src=x onerror=globalThis.hacked=1>", "__proto__", "</script><b>x</b>"];

test.each(hostile)("the hostile text %s stays text everywhere", (text) => {
  const own = anomaly(text);
  Object.assign(own, { short: text, description: text });
  Object.assign(own.reasons[0] ?? {}, {
    type: text,
    text,
    short: text,
    description: text,
    expected: text,
    found: text,
    values: [
      { value: text, count: 1 },
      { value: text, count: 1 },
    ],
  });
  const distance = { feature: text, comparison: "skew" as const, measure: text };
  const el = show(
    make([own], {
      title: text,
      notes: [text],
      checked: [{ feature: text, present: 1 }],
      distances: [{ ...distance, value: 1, threshold: 1, exceeded: false }],
    }),
  );
  for (const details of all<HTMLDetailsElement>(el, "details")) {
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  }
  type(only<HTMLInputElement>(el, ".znb-search"), text);
  expect(names(el)).toEqual([text]);
  expect(all(el, "img, script, b, [onerror]")).toEqual([]);
  expect(all(el, "[role=alert]")).toEqual([]);
  expect(only(el, ".zenml-nb").textContent.split(text).length).toBeGreaterThan(12);
  expect(globalThis).not.toHaveProperty("hacked");
});

test("characters that hide or reorder text are visible, and long texts are cut", () => {
  const own = anomaly("a\u202e\u0000");
  Object.assign(own.reasons[0] ?? {}, { text: "x".repeat(10_000), type: "\u202e" });
  const el = show(make([own]));
  const texts = [
    only(el, ".zenml-nb").textContent,
    ...all(el, "[title], [aria-label]").map((e) => e.title + (e.ariaLabel ?? "")),
  ].join("");
  expect(texts).toContain("a\\u202e\\x00");
  expect(texts).not.toMatch(/[\0\u202e]/);
  expect(texts).toContain("… (10,000 characters)");
});
