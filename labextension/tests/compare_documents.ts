// A comparison of runs.
import type { CompareDocument, ComparePair, CompareParameter } from "../src/contract/compare";

export const parameter = (
  step: string,
  name: string,
  cells: (string | number | null)[],
  kind: CompareParameter["kind"] = "argument",
): CompareParameter => {
  const values = [...new Set(cells.filter((cell) => cell !== null))];
  const of = cells.map((cell) => (cell === null ? null : values.indexOf(cell)));
  return { step, name, kind, values, of, differs: new Set(cells).size > 1 };
};

export const metric = (
  name: string,
  values: (string | number | null)[],
): CompareDocument["metrics"][0] => ({
  name,
  values,
  differs: new Set(values).size > 1,
});

export const run = (label: string): CompareDocument["runs"][0] => ({
  id: `taxi.${label}`,
  label,
  pipeline: "taxi",
  state: "COMPLETE",
  started: "2026-01-02T03:04:05+00:00",
  seconds: 9,
});

export const PAIR: ComparePair = {
  run: 1,
  configuration: { note: "", lines: ["@@ -1 +1 @@", " steps:", "-lr: 1", "+lr: 2"] },
  code: {
    note: "a remark",
    steps: [{ step: "trainer", state: "changed", old: "m.T aaaa", new: "m.T bbbb" }],
  },
  schema: {
    note: "",
    difference: {
      names: ["two", "one"],
      unchanged: 1,
      entries: [
        {
          change: "changed",
          kind: "feature",
          path: ["fare"],
          changes: [{ label: "Type", old: "INT", new: "FLOAT" }],
          values_added: [],
          values_removed: [],
        },
      ],
    },
  },
  distributions: {
    note: "",
    features: [
      {
        split: "train",
        name: "fare",
        type: "FLOAT",
        kind: "numeric",
        distance: 0.25,
        charts: [
          { edges: [0, 2], counts: [1, 3] },
          { edges: [0, 2], counts: [4, 0] },
        ],
      },
      {
        split: "train",
        name: "city",
        type: "STRING",
        kind: "categorical",
        distance: 0.5,
        labels: ["a", "b"],
        charts: [{ counts: [1, 1] }, null],
      },
      { split: "train", name: "same", type: "INT", kind: "numeric", distance: 0, charts: [] },
    ],
  },
};

export const SAMPLE: CompareDocument = {
  schema: "zenml_nb/compare@1",
  title: "Comparison",
  notes: ["a note"],
  baseline: 0,
  runs: [run("one"), run("two"), run("three")],
  metrics: [metric("auc", [0.5, 0.75, null]), metric("loss", ["NaN", 1, null])],
  parameters: [
    parameter("trainer", "lr", [0.1, 0.2, 0.3]),
    parameter("trainer", "loss", ["mse", "mae", "mse"]),
    parameter("trainer", "seed", [0, 0, 0]),
  ],
  slices: {
    runs: [0, 1],
    metrics: ["auc", "loss"],
    notes: ["left out"],
    slices: [
      {
        name: "Overall",
        counts: [9, 9],
        values: [
          [0.5, 0.75],
          [1, 1],
        ],
      },
      {
        name: "hour = 2",
        counts: [4, null],
        values: [
          [0.5, 0.25],
          [2, 1],
        ],
      },
      {
        name: "hour = 3",
        counts: [5, 5],
        values: [
          [0.5, null],
          ["NaN", 1],
        ],
      },
    ],
  },
  pairs: [PAIR],
};

export const make = (more: Partial<CompareDocument>): CompareDocument => ({ ...SAMPLE, ...more });
