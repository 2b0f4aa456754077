import { afterEach, expect, test } from "vitest";
import type { SchemaDocument, SchemaFeature } from "../src/contract/schema";
import { matcher } from "../src/views/search";
import { all, only, show, type } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const feature = (path: string[], more: Partial<SchemaFeature> = {}): SchemaFeature => ({
  kind: "feature",
  path,
  type: "INT",
  presence: { level: "required", text: "required" },
  valency: "1",
  shape: "",
  domain: { kind: "", text: "", name: "" },
  environments: "",
  stage: "",
  details: [],
  ...more,
});

const make = (features: SchemaFeature[], more: Partial<SchemaDocument> = {}): SchemaDocument => ({
  schema: "zenml_nb/schema@1",
  title: "Schema",
  notes: ["a note"],
  features,
  domains: [],
  tensors: [],
  settings: [],
  ...more,
});

const CITY = feature(["trip", "city"], {
  type: "BYTES",
  presence: { level: "optional", text: "optional" },
  domain: { kind: "values", text: "3 values", name: "cities", values: 0 },
  details: [{ label: "Comment", text: "where to" }],
});
const SAMPLE = make([feature(["fare"], { type: "FLOAT" }), feature(["trip"]), CITY], {
  domains: [{ name: "cities", values: ["Oslo", "Rome", "Bonn"] }],
});

const table = (el: HTMLElement): HTMLElement => only(el, ".znb-features");
const names = (el: HTMLElement): string[] =>
  all(table(el), "tbody th").map((cell) => cell.textContent);
const box = (el: HTMLElement): HTMLInputElement => only<HTMLInputElement>(el, ".znb-search");
const opener = (el: HTMLElement): HTMLButtonElement => only<HTMLButtonElement>(el, ".znb-opener");

test("features are drawn with their properties, structs indented, empty columns left out", () => {
  const el = show(SAMPLE);
  expect(all(table(el), "thead button").map((b) => b.textContent)).toEqual([
    "Feature",
    "Type",
    "Presence",
    "Values a row",
    "Domain",
  ]);
  expect(names(el)).toEqual(["fare", "trip", "city"]);
  expect(all(table(el), "tbody th").map((cell) => cell.style.paddingLeft)).toEqual([
    "12px",
    "12px",
    "28px",
  ]);
  const stages = show(make([feature(["a"], { stage: "beta", shape: "2 × 3" })]));
  expect(all(table(stages), "tbody td").map((cell) => cell.textContent)).toEqual([
    "INT",
    "required",
    "1",
    "2 × 3",
    "—",
    "beta",
  ]);
});

test("the chart counts types and presence", () => {
  const el = show(SAMPLE);
  expect(all(el, ".znb-bars li").map((item) => item.textContent)).toEqual([
    "FLOAT1 required",
    "INT1 required",
    "BYTES1 optional",
  ]);
  expect(all(el, ".znb-legend li").map((item) => item.textContent)).toEqual([
    "required",
    "optional",
  ]);
});

test("a row opens and closes what more there is, and keeps it open when sorted", () => {
  const el = show(SAMPLE);
  opener(el).click();
  expect(opener(el).getAttribute("aria-expanded")).toBe("true");
  expect(only(el, ".znb-more dl").textContent).toBe("Commentwhere to");
  expect(all(el, ".znb-values-list li").map((item) => item.textContent)).toEqual([
    "Oslo",
    "Rome",
    "Bonn",
  ]);
  all<HTMLButtonElement>(table(el), "thead button")[0]?.click();
  expect(names(el)).toEqual(["fare", "trip", "city"]);
  all<HTMLButtonElement>(table(el), "thead button")[0]?.click();
  expect(names(el)).toEqual(["city", "trip", "fare"]);
  expect(only(el, ".znb-more").closest("tr")?.previousElementSibling?.textContent).toContain(
    "city",
  );
  opener(el).click();
  expect(all(el, ".znb-more")).toEqual([]);
});

test("the search finds names, types, details and values, and says which values", () => {
  const el = show(SAMPLE);
  type(box(el), "trip");
  expect(names(el)).toEqual(["trip", "city"]);
  type(box(el), "float");
  expect(names(el)).toEqual(["fare"]);
  type(box(el), "where to");
  expect(names(el)).toEqual(["city"]);
  type(box(el), "required");
  expect(only(el, "[role=status]").textContent).toBe("2 of 3 features");
  type(box(el), "Bonn");
  expect(names(el)).toEqual(["city"]);
  expect(only(el, ".znb-found").textContent).toBe("has Bonn");
  type(box(el), "nowhere");
  expect(only(el, ".znb-empty").textContent).toBe("No feature matches");
  expect(only(el, "[role=status]").textContent).toBe("0 of 3 features");
});

test("regular expressions are a switch, and a broken one changes nothing", () => {
  const el = show(SAMPLE);
  const toggle = only<HTMLButtonElement>(el, ".znb-toggle");
  type(box(el), "^(fare|Rome)$");
  expect(names(el)).toEqual([]);
  toggle.click();
  expect(toggle.getAttribute("aria-pressed")).toBe("true");
  expect(names(el)).toEqual(["fare", "city"]);
  type(box(el), "(");
  expect(box(el).getAttribute("aria-invalid")).toBe("true");
  expect(only(el, "[role=status]").textContent).toBe("Not a regular expression");
  expect(names(el)).toEqual(["fare", "city"]);
  expect(matcher("(", true)).toBeUndefined();
  expect(matcher("(", false)?.("f(x)")).toBe(true);
});

test("a type is chosen", () => {
  const el = show(SAMPLE);
  const select = only<HTMLSelectElement>(el, "select");
  expect([...select.options].map((option) => option.value)).toEqual(["", "BYTES", "FLOAT", "INT"]);
  select.value = "FLOAT";
  select.dispatchEvent(new Event("change"));
  expect(names(el)).toEqual(["fare"]);
});

test("of thousands of values a part is drawn, the rest when scrolled to or searched for", () => {
  const values = Array.from({ length: 5000 }, (_, index) => `value ${String(index)}`);
  const domain = { kind: "values", text: "5,000 values", name: "", values: 0 };
  const el = show(make([feature(["f"], { domain })], { domains: [{ name: "", values }] }));
  opener(el).click();
  const list = only(el, ".znb-values-list");
  expect(list.tabIndex).toBe(0);
  expect(list.childElementCount).toBe(200);
  list.dispatchEvent(new Event("scroll"));
  expect(list.childElementCount).toBe(400);
  const search = only<HTMLInputElement>(el, ".znb-values input");
  type(search, "value 4999");
  expect(all(list, "li").map((item) => item.textContent)).toEqual(["value 4999"]);
  expect(only(el, ".znb-values [role=status]").textContent).toBe("1 of 5,000 values");
});

const changed = {
  change: "changed" as const,
  kind: "feature" as const,
  path: ["trip", "city"],
  changes: [{ label: "Type", old: "INT", new: null }],
  values_added: ["Kiel"],
  values_removed: ["a", "b", "c", "d"],
};

test("the difference has old and new of every property, and the values", () => {
  const gone = { ...changed, change: "removed" as const, kind: "tensor" as const, path: ["gone"] };
  const el = show({
    ...SAMPLE,
    difference: { names: ["new", "old"], unchanged: 7, entries: [changed, gone] },
  });
  const difference = only(el, ".znb-difference");
  expect(all(difference, "thead th").map((cell) => cell.textContent)).toEqual([
    "Feature",
    "What",
    "In old",
    "In new",
  ]);
  const rows = all(all(difference, "tbody")[0] as HTMLElement, "tr");
  expect(rows.map((row) => row.textContent)).toEqual([
    "trip › citychangedTypeINT—",
    "Values removed4 values—",
    "Values added—Kiel",
  ]);
  const details = only<HTMLDetailsElement>(rows[1] as HTMLElement, "details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(all(details, "li").map((item) => item.textContent)).toEqual(["a", "b", "c", "d"]);
  const select = all<HTMLSelectElement>(el, "select")[0] as HTMLSelectElement;
  select.value = "removed";
  select.dispatchEvent(new Event("change"));
  expect(all(difference, "tbody").map((body) => body.hidden)).toEqual([true, false]);
  expect(el.textContent).toContain("7 the same");
});

test("no differences are said", () => {
  const el = show({
    ...SAMPLE,
    difference: { names: ["new", "old"], unchanged: 3, entries: [] },
  });
  expect(only(el, ".znb-same").textContent).toBe("No differences: 3 features are the same.");
});

test("tensors and settings are drawn, and an empty schema too", () => {
  const el = show(
    make([], {
      tensors: [{ group: "g", name: "t", kind: "dense", text: "column a" }],
      settings: [{ label: "Default environments", text: "TRAINING" }],
    }),
  );
  expect(el.textContent).toContain("No features");
  expect(el.textContent).toContain("gtdensecolumn a");
  expect(el.textContent).toContain("Default environmentsTRAINING");
});

const hostile = ["<img src=x onerror=globalThis.hacked=1>", "__proto__", "</script><b>x</b>"];

test.each(hostile)("the hostile text %s stays text everywhere", (text) => {
  const own = feature([text], {
    type: text,
    presence: { level: "required", text },
    valency: text,
    shape: text,
    domain: { kind: text, text, name: text, values: 0 },
    environments: text,
    stage: text,
    details: [{ label: text, text }],
  });
  const entry = { ...changed, path: [text], changes: [{ label: text, old: text, new: text }] };
  const el = show({
    ...make([own], {
      title: text,
      notes: [text],
      domains: [{ name: text, values: [text] }],
      tensors: [{ group: text, name: text, kind: text, text }],
      settings: [{ label: text, text }],
    }),
    difference: { names: [text, text], unchanged: 0, entries: [entry] },
  });
  opener(el).click();
  type(box(el), text);
  expect(all(el, "img, script, b, [onerror]")).toEqual([]);
  expect(all(el, "[role=alert]")).toEqual([]);
  expect(only(el, ".zenml-nb").textContent.split(text).length).toBeGreaterThan(20);
  expect(globalThis).not.toHaveProperty("hacked");
});

test("characters that hide or reorder text are visible, and long texts are cut", () => {
  const long = "x".repeat(10_000);
  const el = show(make([feature(["a\u202e\u0000"]), feature([long], { valency: long })]));
  const text = only(el, ".zenml-nb").textContent;
  expect(text).toContain("a\\u202e\\x00");
  expect(text).not.toMatch(/[\0\u202e]/);
  expect(text).toContain("… (10,000 characters)");
  expect(text.length).toBeLessThan(2000);
});
