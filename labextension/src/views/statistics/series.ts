// What the chart of a feature shows: one series a dataset, of bins or of categories.
import type {
  StatisticsCell,
  StatisticsChart,
  StatisticsData,
  StatisticsFeature,
  StatisticsSection,
} from "../../contract/statistics";
import { figureOf, numberOf, valuesOf } from "./numbers";

export interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Series {
  /** Which dataset, and so which colour. */
  readonly dataset: number;
  readonly bars: readonly Bar[];
  /** All that is counted, also what no bar shows. */
  readonly total: number;
}

export interface Chart {
  readonly form: "bins" | "labels" | "quantiles";
  /** The categories; empty for bins. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

/** The edges and counts of a histogram as bars; two edges lie around bins of equal width. */
export function barsOf(edges: readonly StatisticsCell[], counts: readonly StatisticsCell[]): Bar[] {
  const known = edges.map(numberOf);
  const [first = NaN] = known;
  const last = known.at(-1) ?? NaN;
  const even = known.length === 2;
  const edge = (index: number): number => {
    if (!even) return known[index] ?? NaN;
    return index === counts.length ? last : first + ((last - first) * index) / counts.length;
  };
  return counts.map((count, index) => ({
    low: edge(index),
    high: edge(index + 1),
    count: numberOf(count),
  }));
}

/** Categories as bars, each one wide. */
function labelBars(counts: readonly StatisticsCell[]): Bar[] {
  return counts.map((count, index) => ({
    low: index,
    high: index + 1,
    count: count === null ? 0 : numberOf(count),
  }));
}

function ends(section: StatisticsSection, data: StatisticsData): StatisticsCell[] {
  return [figureOf(section, data, "min"), figureOf(section, data, "max")];
}

export function standardBars(section: StatisticsSection, data: StatisticsData): Bar[] {
  return data.bins ? barsOf(data.bin_edges ?? ends(section, data), data.bins) : [];
}

export function quantileBars(section: StatisticsSection, data: StatisticsData): Bar[] {
  const edges = data.quantiles;
  if (!edges) return [];
  const [low, high] = ends(section, data);
  const filled = edges.map((edge, index) => edge ?? (index === 0 ? low : high) ?? null);
  const bins = edges.length - 1;
  const [one, ...more] = data.quantile_counts ?? [valuesOf(data) / bins];
  const counts =
    more.length > 0 ? (data.quantile_counts ?? []) : Array<StatisticsCell>(bins).fill(one ?? null);
  return barsOf(filled, counts);
}

function sum(bars: readonly Bar[]): number {
  return bars.reduce((total, { count }) => total + count, 0);
}

/**
 * The chart of a feature.
 *
 * @param datasets - those that are shown
 * @returns undefined where no dataset has anything to draw
 */
export function chartOf(
  section: StatisticsSection,
  feature: StatisticsFeature,
  datasets: readonly number[],
  quantiles: boolean,
): Chart | undefined {
  const labels = feature.labels ?? [];
  const shown = datasets.flatMap((dataset) => {
    const data = feature.data[dataset];
    return data ? [{ dataset, data }] : [];
  });
  if (labels.length > 0) {
    const series = shown.map(({ dataset, data }) => {
      const bars = labelBars(data.counts ?? []);
      return { dataset, bars, total: sum(bars) + numberOf(data.rest?.[1] ?? 0) };
    });
    return { form: "labels", labels, series };
  }
  const series = (bars: typeof standardBars): Series[] =>
    shown
      .map(({ dataset, data }) => {
        const made = bars(section, data);
        return { dataset, bars: made, total: sum(made) };
      })
      .filter((one) => one.bars.length > 0);
  const standard = series(standardBars);
  const byQuantile = series(quantileBars);
  if (byQuantile.length > 0 && (quantiles || standard.length === 0)) {
    return { form: "quantiles", labels: [], series: byQuantile };
  }
  return standard.length > 0 ? { form: "bins", labels: [], series: standard } : undefined;
}

/** A further histogram of one dataset. */
export function extraChart(chart: StatisticsChart, dataset: number): Chart {
  const { labels, edges, counts } = chart;
  const bars = labels ? labelBars(counts) : barsOf(edges ?? [], counts);
  const series = [{ dataset, bars, total: sum(bars) }];
  return { form: labels ? "labels" : "bins", labels: labels ?? [], series };
}
