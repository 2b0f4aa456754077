// The points of the curves of a plot.
import type {
  EvaluationBuckets,
  EvaluationPlot,
  EvaluationThresholds,
} from "../../contract/evaluation";
import { numberOf, rounded } from "./values";

export interface Point {
  readonly x: number;
  readonly y: number;
  /** What the point says. */
  readonly text: string;
  /** Of a bar: where it ends. */
  readonly to?: number;
}

export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly kind: "line" | "points" | "bars";
  /** Where a perfect or a useless model lies. */
  readonly guide?: "diagonal" | "zero";
  /** Both axes are shares: from zero to one. */
  readonly isShare: boolean;
  readonly points: (plot: EvaluationPlot) => readonly Point[];
}

/** A binary confusion matrix. */
export interface Matrix {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** A share; NaN where nothing can be shared. */
export const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);

export function matricesOf(found: EvaluationThresholds): Matrix[] {
  return found.threshold.map((threshold, index) => ({
    threshold: numberOf(threshold),
    tp: numberOf(found.tp[index]),
    fp: numberOf(found.fp[index]),
    tn: numberOf(found.tn[index]),
    fn: numberOf(found.fn[index]),
  }));
}

export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly accuracy: number;
  readonly falsePositiveRate: number;
}

export function ratesOf({ tp, fp, tn, fn }: Matrix): Rates {
  return {
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    accuracy: share(tp + tn, tp + fp + tn + fn),
    falsePositiveRate: share(fp, fp + tn),
  };
}

interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly weight: number;
  readonly label: number;
  readonly prediction: number;
}

function bucketsOf(found: EvaluationBuckets): Bucket[] {
  return found.lower.map((lower, index) => ({
    lower: numberOf(lower),
    upper: numberOf(found.upper[index]),
    weight: numberOf(found.weight[index]),
    label: numberOf(found.label[index]),
    prediction: numberOf(found.prediction[index]),
  }));
}

const isPoint = ({ x, y }: Point): boolean => Number.isFinite(x) && Number.isFinite(y);

function alongThresholds(
  x: (matrix: Matrix, rates: Rates) => number,
  y: (rates: Rates) => number,
): Curve["points"] {
  return ({ thresholds }) =>
    thresholds
      ? matricesOf(thresholds)
          .map((matrix) => {
            const rates = ratesOf(matrix);
            return {
              x: x(matrix, rates),
              y: y(rates),
              text: `threshold ${rounded(matrix.threshold)}`,
            };
          })
          .filter(isPoint)
      : [];
}

function alongBuckets(
  make: (bucket: Bucket, total: number, width: number) => Point,
): Curve["points"] {
  return ({ buckets }) => {
    if (!buckets) return [];
    const found = bucketsOf(buckets);
    const total = found.reduce((sum, { weight }) => sum + weight, 0);
    const widths = found.map(({ lower, upper }) => upper - lower).filter(Number.isFinite);
    const width = widths.reduce((a, b) => Math.max(a, b), 0) || 0.02;
    return found.map((bucket) => make(bucket, total, width)).filter(isPoint);
  };
}

const examples = ({ weight }: Bucket): string => `${rounded(weight)} examples`;

/** A bar; the buckets beyond both ends have no end of their own. */
function bin(bucket: Bucket, total: number, width: number): Point {
  const { lower, upper, weight } = bucket;
  const from = Number.isFinite(lower) ? lower : upper - width / 2;
  const to = Number.isFinite(upper) ? upper : lower + width / 2;
  return { x: from, to, y: share(weight, total), text: examples(bucket) };
}

export const CURVES: readonly Curve[] = [
  {
    id: "roc",
    title: "ROC",
    x: "False positive rate",
    y: "True positive rate",
    kind: "line",
    guide: "diagonal",
    isShare: true,
    points: alongThresholds(
      (_, { falsePositiveRate }) => falsePositiveRate,
      ({ recall }) => recall,
    ),
  },
  {
    id: "pr",
    title: "Precision–recall",
    x: "Recall",
    y: "Precision",
    kind: "line",
    isShare: true,
    points: alongThresholds(
      (_, { recall }) => recall,
      ({ precision }) => precision,
    ),
  },
  {
    id: "gain",
    title: "Gain",
    x: "Share predicted positive",
    y: "Share of the positives found",
    kind: "line",
    guide: "diagonal",
    isShare: true,
    points: alongThresholds(
      ({ tp, fp, tn, fn }) => share(tp + fp, tp + fp + tn + fn),
      ({ recall }) => recall,
    ),
  },
  {
    id: "calibration",
    title: "Calibration",
    x: "Mean prediction",
    y: "Mean label",
    kind: "points",
    guide: "diagonal",
    isShare: false,
    points: alongBuckets((bucket) => ({
      x: share(bucket.prediction, bucket.weight),
      y: share(bucket.label, bucket.weight),
      text: examples(bucket),
    })),
  },
  {
    id: "distribution",
    title: "Predictions",
    x: "Prediction",
    y: "Share of the examples",
    kind: "bars",
    isShare: false,
    points: alongBuckets(bin),
  },
  {
    id: "residual",
    title: "Residuals",
    x: "Mean prediction",
    y: "Mean label − mean prediction",
    kind: "points",
    guide: "zero",
    isShare: false,
    points: alongBuckets((bucket) => ({
      x: share(bucket.prediction, bucket.weight),
      y: share(bucket.label - bucket.prediction, bucket.weight),
      text: examples(bucket),
    })),
  },
];
