// Documents of statistics, and what is looked for in their view.
import type {
  StatisticsData,
  StatisticsDataset,
  StatisticsDocument,
  StatisticsFeature,
  StatisticsSection,
} from "../src/contract/statistics";
import { all, only } from "./helpers";

export type Column = StatisticsSection["columns"][number];
export const column = (
  name: string,
  kind: Column["kind"] = "number",
  of?: "rows" | "values",
): Column => ({
  name,
  label: name,
  kind,
  ...(of ? { of } : {}),
  help: `What ${name} is`,
});
export const COMMON = [column("count"), column("missing", "share", "rows")];
export const NUMERIC = [
  ...COMMON,
  column("mean"),
  column("zeros", "share", "values"),
  column("min"),
  column("max"),
  column("distance"),
];

export const dataset = (
  label: string,
  more: Partial<StatisticsDataset> = {},
): StatisticsDataset => ({
  label,
  split: label,
  slice: "",
  weighted: false,
  rows: 1000,
  shown: true,
  ...more,
});

export const numeric = (
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

export const categorical = (
  name: string,
  labels: string[] = ["cash", "card"],
): StatisticsFeature => ({
  name,
  type: "STRING",
  evenness: 0.1,
  labels,
  data: [
    { figures: [90, 10, labels[0] ?? null], counts: [60, 20], rest: [3, 10] },
    { figures: [50, 0, labels[0] ?? null], counts: [50, null] },
  ],
});

export const FARE = numeric("fare", [0, 5, 0.4]);
export const MILES = numeric("miles", [50, 1, 0.1], { evenness: 0.9 });
export const TIPS = numeric("tips", [10, 90, 0.2], { evenness: 0.1, type: "INT" });

export function make(
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

export const names = (el: ParentNode): string[] =>
  all(el, ".znb-st-open").map((b) => b.textContent);
export const row = (el: ParentNode, name: string): HTMLElement => {
  const found = all(el, ".znb-st-row").find((r) => names(r)[0] === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};
export const figures = (el: ParentNode): string[][] =>
  all(el, ".znb-st-figures tbody tr").map((r) => [...r.children].map((c) => c.textContent));
export const open = (el: ParentNode, name: string): HTMLElement => {
  only<HTMLButtonElement>(row(el, name), ".znb-st-open").click();
  return only(row(el, name), ".znb-st-details");
};
export const chip = (el: ParentNode, index: number): HTMLButtonElement => {
  const found = all<HTMLButtonElement>(el, ".znb-st-chip")[index];
  if (!found) throw new Error(`no chip ${String(index)}`);
  return found;
};
// As with `only`.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export const labelled = <E extends HTMLElement>(el: ParentNode, text: string): E => {
  const label = all(el, "label").find((l) => l.textContent.startsWith(text));
  if (!label) throw new Error(`no label ${text}`);
  return only<E>(label, "input, select");
};
export const choose = (select: HTMLSelectElement, value: string): void => {
  select.value = value;
  select.dispatchEvent(new Event("change"));
};
export const path = (el: ParentNode, selector = ".znb-st-small path"): string[] =>
  [...el.querySelectorAll(selector)].map((p) => p.getAttribute("d") ?? "");
