// Confusion matrices: binary at a threshold, of several classes, and of several labels.
import type {
  EvaluationClasses,
  EvaluationLabels,
  EvaluationPlot,
} from "../../contract/evaluation";
import { element } from "../dom";
import { formatNumber, MISSING } from "../format";
import { clipped } from "../long";
import type { Item } from "./compare";
import { region } from "./controls";
import { type Matrix, matricesOf, type Rates, ratesOf, share } from "./curves";
import { table } from "./overall";
import { numberOf, rounded } from "./values";

/** A plot with the slice and series that it is of. */
export interface Drawn {
  readonly item: Item;
  readonly plot: EvaluationPlot;
}

const RATES: readonly (readonly [keyof Rates, string])[] = [
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["f1", "F1"],
  ["accuracy", "Accuracy"],
];

const said = (value: number): string => (Number.isNaN(value) ? MISSING : rounded(value));

function nearest(matrices: readonly Matrix[], threshold: number): Matrix | undefined {
  let best: Matrix | undefined;
  for (const matrix of matrices) {
    if (!best || Math.abs(matrix.threshold - threshold) < Math.abs(best.threshold - threshold))
      best = matrix;
  }
  return best;
}

/** Binary confusion matrices beside each other, with one slider for all. */
export function atThreshold(
  drawn: readonly Drawn[],
  start: number,
  moved: (threshold: number) => void,
  signal: AbortSignal,
): HTMLElement {
  const made = element("div", "znb-ev-threshold");
  const all = drawn.flatMap(({ item, plot }) =>
    plot.thresholds ? [{ item, matrices: matricesOf(plot.thresholds) }] : [],
  );
  const bounded = all
    .flatMap(({ matrices }) => matrices.map(({ threshold }) => threshold))
    .filter(Number.isFinite);
  const low = Math.max(
    0,
    bounded.reduce((a, b) => Math.min(a, b), Infinity),
  );
  const high = bounded.reduce((a, b) => Math.max(a, b), -Infinity);
  const label = element("label", "znb-ev-slider", "Threshold ");
  const slider = element("input");
  slider.type = "range";
  slider.min = String(low);
  slider.max = String(high > 1 && high < 1.01 ? 1 : high);
  slider.step = "any";
  slider.value = String(start);
  const output = element("output");
  label.append(slider, output);
  const grids = element("div", "znb-ev-matrices");
  const draw = (): void => {
    const threshold = Number(slider.value);
    moved(threshold);
    output.textContent = rounded(threshold);
    grids.replaceChildren(
      ...all.flatMap(({ item, matrices }) => {
        const matrix = nearest(matrices, threshold);
        return matrix ? [binary(item, matrix)] : [];
      }),
    );
  };
  slider.addEventListener("input", draw, { signal });
  // "any" has no step for the arrow keys.
  slider.addEventListener(
    "keydown",
    (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      slider.value = String(Number(slider.value) + (step * (Number(slider.max) - low)) / 100);
      draw();
    },
    { signal },
  );
  draw();
  made.append(label, grids);
  return made;
}

function binary(item: Item, matrix: Matrix): HTMLElement {
  const figure = element("figure", "znb-ev-matrix");
  figure.append(caption(item, `threshold ${rounded(matrix.threshold)}`));
  const { tp, fp, tn, fn } = matrix;
  const cell = (count: number, title: string): HTMLElement =>
    heat(count, tp + fp + tn + fn, Math.max(tp, fp, tn, fn), item, title);
  const made = element("table", "znb-ev-heat");
  made.append(
    row(["", "Predicted positive", "Predicted negative"].map((word) => heading(word, "col"))),
    row([
      heading("Actual positive", "row"),
      cell(tp, "true positives"),
      cell(fn, "false negatives"),
    ]),
    row([
      heading("Actual negative", "row"),
      cell(fp, "false positives"),
      cell(tn, "true negatives"),
    ]),
  );
  const rates = ratesOf(matrix);
  const list = element("dl", "znb-ev-rates");
  for (const [name, label] of RATES)
    list.append(element("dt", "", label), element("dd", "", said(rates[name])));
  figure.append(made, list);
  return figure;
}

function caption(item: Item, more: string): HTMLElement {
  const made = element("figcaption", "", [clipped(item.name, 80), more].filter(Boolean).join(", "));
  made.style.setProperty("--z-line-colour", item.colour);
  return made;
}

function row(cells: readonly HTMLElement[]): HTMLElement {
  const made = element("tr");
  made.append(...cells);
  return made;
}

function heading(word: string, scope: "row" | "col"): HTMLElement {
  const made = element("th", "", clipped(word, 40));
  made.scope = scope;
  return made;
}

function heat(
  count: number,
  whole: number,
  most: number,
  item: Item,
  title: string,
  shown = formatNumber(count),
): HTMLElement {
  const part = share(count, whole);
  const made = element("td", "", shown);
  const percent = Math.max(0, Math.min(1, share(count, most) || 0)) * 100;
  made.style.background = `color-mix(in srgb, ${item.colour} ${(percent * 0.7).toFixed(1)}%, transparent)`;
  made.title = `${title}: ${formatNumber(count)}${Number.isFinite(part) ? `, ${rounded(part * 100)}%` : ""}`;
  return made;
}

export type Norm = "counts" | "actual" | "predicted";
export const NORMS: readonly (readonly [Norm, string])[] = [
  ["counts", "Counts"],
  ["actual", "Shares of the actual class"],
  ["predicted", "Shares of the predicted class"],
];

/** Confusion matrices of several classes at the same threshold. */
export function classes(drawn: readonly Drawn[], threshold: number, norm: Norm): HTMLElement {
  const made = element("div", "znb-ev-matrices");
  for (const { item, plot } of drawn) {
    const found = plot.classes?.[Math.min(threshold, plot.classes.length - 1)];
    if (found) made.append(square(item, found, norm));
  }
  return made;
}

function square(item: Item, found: EvaluationClasses, norm: Norm): HTMLElement {
  const figure = element("figure", "znb-ev-matrix");
  const counts = found.counts.map((cells) => cells.map(numberOf));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const columns = found.names.map((_, column) => sum(counts.map((cells) => cells[column] ?? 0)));
  const total = sum(columns);
  const largest = Math.max(...counts.flat());
  const made = element("table", "znb-ev-heat");
  made.append(
    row([
      heading("Actual ↓ predicted →", "col"),
      ...found.names.map((name) => heading(name, "col")),
    ]),
  );
  counts.forEach((cells, index) => {
    // Nothing is (none): only predictions are.
    if (sum(cells) === 0 && found.names[index] === "(none)") return;
    const name = found.names[index] ?? "";
    const tds = cells.map((count, column) => {
      const whole =
        norm === "actual" ? sum(cells) : norm === "predicted" ? (columns[column] ?? 0) : total;
      const shown =
        norm === "counts"
          ? formatNumber(count)
          : said(share(count, whole) * 100).replace(/(\d)$/, "$1%");
      return heat(
        count,
        whole,
        norm === "counts" ? largest : whole,
        item,
        `actual ${name}, predicted ${found.names[column] ?? ""}`,
        shown,
      );
    });
    made.append(row([heading(name, "row"), ...tds]));
  });
  const right = sum(counts.map((cells, index) => cells[index] ?? 0));
  const scroll = region("znb-ev-scroll", "Confusion matrix");
  scroll.append(made);
  figure.append(caption(item, `${rounded(share(right, total) * 100)}% right`), scroll);
  return figure;
}

/** Binary matrices of every pair of labels, as a table. */
export function labels(drawn: readonly Drawn[], threshold: number): HTMLElement {
  const made = element("div", "znb-ev-matrices");
  for (const { item, plot } of drawn) {
    const found = plot.labels?.[Math.min(threshold, plot.labels.length - 1)];
    if (!found) continue;
    const figure = element("figure", "znb-ev-matrix");
    figure.append(caption(item, ""), pairs(found));
    if (found.total > found.actual.length)
      figure.append(
        element("p", "znb-note", `${String(found.actual.length)} of ${String(found.total)} pairs`),
      );
    made.append(figure);
  }
  return made;
}

function pairs(found: EvaluationLabels): HTMLElement {
  const columns = [found.actual, found.predicted, found.tp, found.fp, found.tn, found.fn];
  const rows = found.actual.map((_, index) =>
    columns.map((cells) => formatNumber(numberOf(cells[index]))),
  );
  const head = ["Actual", "Predicted", "True pos.", "False pos.", "True neg.", "False neg."];
  return table(head, rows, "Multi-label confusion matrix", true);
}
