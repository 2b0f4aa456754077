import { afterEach, expect, test } from "vitest";
import type { TableCell } from "../src/contract/tables";
import { all, grid, makeTable, only, shared, show, type } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const header = (el: HTMLElement, index: number): HTMLButtonElement => {
  const button = all<HTMLButtonElement>(el, "thead button")[index];
  if (!button) throw new Error(`no header ${String(index)}`);
  return button;
};
const sorts = (el: HTMLElement): (string | null)[] =>
  all(el, "thead th").map((cell) => cell.getAttribute("aria-sort"));
const first = (el: HTMLElement): (string | undefined)[] => grid(el).map((row) => row[0]);

test("the sample is drawn with titles, notes, units and captions", () => {
  const el = show(shared("tables_sample.json"));
  expect(all(el, "h3, h4").map((h) => h.textContent)).toEqual([
    "Statistics of the training split",
    "Features",
    "Timing",
    "Anomalies",
  ]);
  expect(all(el, "caption").map((c) => c.textContent)).toEqual(["Features", "Timing", "Anomalies"]);
  expect(all(el, "p").map((p) => p.textContent)).toEqual([
    "Computed over 10,000 examples.",
    "Anomalies are judged against the schema of this run.",
  ]);
  expect(all(el, "thead button").map((b) => b.textContent)).toContain("Duration (s)");
  expect(el.textContent).toContain("No rows");
});

test("cells are formatted, with the full value of a rounded number in the title", () => {
  const rows = [
    ["a", 0.123456789, 0.25, "FAILED"],
    ["b", null, "NaN", null],
  ];
  const el = show(
    makeTable(
      [
        ["n", "text"],
        ["v", "number"],
        ["p", "percent"],
        ["s", "state"],
      ],
      rows,
    ),
  );
  expect(grid(el)).toEqual([
    ["a", "0.123457", "25%", "FAILED"],
    ["b", "—", "NaN", "—"],
  ]);
  expect(all(el, "td").map((cell) => cell.title)).toEqual(["0.123456789", "0.25", "", "", "", ""]);
  expect(all(el, "tbody .znb-number")).toHaveLength(4);
  expect(only(el, ".znb-badge").className).toBe("znb-badge znb-error");
  expect(all(el, "tbody th[scope=row]").map((cell) => cell.textContent)).toEqual(["a", "b"]);
});

test("a click sorts up, then down, then back, and says so", () => {
  const el = show(
    makeTable(
      [
        ["n", "text"],
        ["v", "number"],
      ],
      [
        ["b", 10],
        ["a", 9],
        ["c", 100],
      ],
    ),
  );
  const seen = [0, 1, 2].map(() => {
    header(el, 1).click();
    return [sorts(el)[1], first(el).join("")];
  });
  expect(seen).toEqual([
    ["ascending", "abc"],
    ["descending", "cba"],
    ["none", "bac"],
  ]);
  header(el, 1).click();
  header(el, 0).click();
  expect(sorts(el)).toEqual(["ascending", "none"]);
});

const orders: [string, "number" | "text", TableCell[], string[], string[]][] = [
  [
    "numbers by size, not a number and missing last",
    "number",
    [null, 10, "NaN", -1, "Infinity", 9, "-Infinity"],
    ["-Infinity", "-1", "9", "10", "Infinity", "NaN", "—"],
    ["Infinity", "10", "9", "-1", "-Infinity", "NaN", "—"],
  ],
  [
    "text as people count, missing last",
    "text",
    ["s10", null, "S2", "a"],
    ["a", "S2", "s10", "—"],
    ["s10", "S2", "a", "—"],
  ],
];

test.each(orders)("sorting: %s", (_, kind, cells, up, down) => {
  const el = show(
    makeTable(
      [["v", kind]],
      cells.map((cell) => [cell]),
    ),
  );
  header(el, 0).click();
  expect(first(el)).toEqual(up);
  header(el, 0).click();
  expect(first(el)).toEqual(down);
});

test("equal cells keep their order in both directions", () => {
  const rows = [
    ["a", 1],
    ["b", 1],
    ["c", 1],
  ];
  const el = show(
    makeTable(
      [
        ["n", "text"],
        ["v", "number"],
      ],
      rows,
    ),
  );
  header(el, 1).click();
  expect(first(el).join("")).toBe("abc");
  header(el, 1).click();
  expect(first(el).join("")).toBe("abc");
});

test("headers can be reached and pressed with the keyboard", () => {
  const el = show(makeTable([["v", "number"]], [[2], [1]]));
  // A native button turns Enter and Space into a click; a div with a listener would not.
  expect(header(el, 0)).toBeInstanceOf(HTMLButtonElement);
  expect(header(el, 0).tabIndex).toBe(0);
  expect(only(el, ".znb-scroll").tabIndex).toBe(0);
});

const many = (count: number): TableCell[][] =>
  Array.from({ length: count }, (_, i) => [`row ${String(i)}`, 1000 + i]);

test.each([
  [10, 0],
  [11, 1],
])("a table of %d rows has %d search boxes", (rows, boxes) => {
  const el = show(
    makeTable(
      [
        ["n", "text"],
        ["v", "number"],
      ],
      many(rows),
    ),
  );
  expect(all(el, "input")).toHaveLength(boxes);
});

test("the search keeps the sorting, counts, and finds shown and raw values", () => {
  const el = show(
    makeTable(
      [
        ["n", "text"],
        ["v", "number"],
      ],
      many(12),
    ),
  );
  const input = only<HTMLInputElement>(el, "input");
  const count = only(el, "[role=status]");
  header(el, 1).click();
  header(el, 1).click();
  type(input, " ROW 1 ");
  expect(first(el)).toEqual(["row 11", "row 10", "row 1"]);
  expect(count.textContent).toBe("3 of 12 rows");
  for (const query of ["1,007", "1007"]) {
    type(input, query);
    expect(first(el)).toEqual(["row 7"]);
  }
  type(input, "nowhere");
  expect(grid(el)).toEqual([["No row matches the search"]]);
  type(input, "");
  expect(first(el)).toHaveLength(12);
  expect(count.textContent).toBe("12 rows");
});

const hostile = [
  "<img src=x onerror=globalThis.hacked=1>",
  "</script><script>globalThis.hacked=1</script>",
  "</style><b>out</b>",
  '" onclick="x',
  "__proto__",
  "constructor",
  "${alert(1)}",
];

test.each(hostile)("the hostile text %s stays text everywhere", (text) => {
  const document_ = makeTable(
    [
      [text, "text"],
      ["s", "state"],
    ],
    [[text, text]],
    text,
  );
  document_.notes.push(text);
  document_.sections[0]?.notes.push(text);
  Object.assign(document_.sections[0]?.columns[0] ?? {}, { unit: text });
  const el = show(document_);
  header(el, 0).click();
  expect(all(el, "img, script, b, [onclick], [onerror]")).toEqual([]);
  expect(el.querySelectorAll("style")).toHaveLength(1);
  expect(only(el, ".zenml-nb").textContent.split(text)).toHaveLength(10);
  expect(globalThis).not.toHaveProperty("hacked");
  expect({}).not.toHaveProperty("label");
});

test("characters that hide or reorder text are visible, in attributes too", () => {
  const el = show(
    makeTable(
      [["n\u0000", "text"]],
      many(11).map(() => ["a\u202eb\u0000"]),
      "t\u202e",
    ),
  );
  expect(first(el)[0]).toBe("a\\u202eb\\x00");
  const texts = [
    el.textContent,
    ...all(el, "[aria-label]").map((e) => e.getAttribute("aria-label") ?? ""),
  ];
  expect(texts).toHaveLength(3);
  expect(texts.filter((text) => /[\0\u202e]/.test(text))).toEqual([]);
});

test("a row of another length is a message, not a shifted table", () => {
  const el = show(
    makeTable(
      [
        ["a", "text"],
        ["b", "text"],
      ],
      [["x", "y"], ["x"]],
    ),
  );
  expect(only(el, "[role=alert]").textContent).toContain('row 1 of "T" has 1 cells for 2 columns');
  expect(all(el, "table, h3")).toEqual([]);
});

test("a table without columns or rows is drawn", () => {
  expect(grid(show(makeTable([], [])))).toEqual([["No rows"]]);
});
