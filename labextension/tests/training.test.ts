import { afterEach, expect, test } from "vitest";
import type { TrainingDocument } from "../src/contract/training";
import { all, only, show } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const make = (more: Partial<TrainingDocument> = {}): TrainingDocument => ({
  schema: "zenml_nb/training@1",
  title: "Training",
  notes: ["Run taxi.1."],
  epochs: [1, 2, 3],
  metrics: [
    {
      name: "loss",
      train: [0.9, 0.5, 0.25],
      eval: [0.8, 0.4, null],
      best: { epoch: 2, value: 0.4 },
    },
    { name: "lr", train: [0.1, 0.1, 0.1], eval: [], best: null },
  ],
  ...more,
});

test("each metric has a curve of each side that reported it", () => {
  const el = show(make());
  const charts = all(el, "svg.znb-ev-chart");
  expect(charts.map((chart) => chart.querySelectorAll(".znb-ev-line-path").length)).toEqual([2, 1]);
  expect(charts[0]?.getAttribute("aria-label")).toContain("evaluation splits, 2 points");
  expect(only(el, ".znb-tr-metrics").textContent).toContain("0.4 in epoch 2");
});

test("arrow keys read the values of the epochs", () => {
  const el = show(make());
  const [chart] = all(el, "svg.znb-ev-chart");
  const press = (key: string): void => {
    chart?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  press("ArrowRight");
  press("ArrowRight");
  expect(all(el, ".znb-ev-readout")[0]?.textContent).toContain("epoch 2, loss 0.5");
});

test("the table of epochs is made when it is opened, with gaps where a value was not finite", () => {
  const el = show(make());
  const details = only<HTMLDetailsElement>(el, "details");
  expect(all(details, "tbody tr")).toHaveLength(0);
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  const rows = all(details, "tbody tr").map((row) => all(row, "td").map((td) => td.textContent));
  expect(rows).toEqual([
    ["1", "0.9", "0.8", "0.1"],
    ["2", "0.5", "0.4", "0.1"],
    ["3", "0.25", "—", "0.1"],
  ]);
});

test("hostile names are text", () => {
  const name = "<img src=x onerror=alert(1)>";
  const el = show(make({ title: name, metrics: [{ name, train: [1], eval: [], best: null }] }));
  expect(el.querySelector("img")).toBeNull();
  expect(el.textContent).toContain(name);
});

test("without metrics there are notes alone", () => {
  const el = show(make({ metrics: [], epochs: [], notes: ["No metric was reported."] }));
  expect(el.querySelector("svg, details")).toBeNull();
  expect(el.textContent).toContain("No metric was reported.");
});
