// What a person has chosen in the view of an evaluation.
import type { EvaluationDocument } from "../../contract/evaluation";
import { valueOf } from "./values";

const FIRST_COLUMNS = 6;

/** A range of a metric: the slices in it are shown. */
export interface Range {
  readonly metric: number;
  readonly series: number;
  readonly low: number;
  readonly high: number;
  /** Whether the highest value belongs to it. */
  readonly isLast: boolean;
}

export class State {
  /** Metrics that are columns of the table of slices. */
  readonly columns = new Set<number>();
  /** Slices to compare; where none is chosen, the first one. */
  readonly picked = new Set<number>();
  spec: number | undefined;
  fewest = 0;
  range: Range | undefined;
  matches: (text: string) => boolean = () => true;
  readonly #listeners: (() => void)[] = [];

  constructor(readonly document: EvaluationDocument) {
    const { metrics, series } = document;
    const wanted = Math.max(1, Math.floor(FIRST_COLUMNS / Math.max(series.length, 1)));
    metrics.forEach(({ kind, is_count }, index) => {
      if (kind === "number" && !is_count && this.columns.size < wanted) this.columns.add(index);
    });
    if (this.columns.size === 0)
      metrics.slice(0, wanted).forEach((_, index) => this.columns.add(index));
  }

  /** Called after every change. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  change(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The slices that are compared. */
  get compared(): number[] {
    return this.picked.size > 0
      ? [...this.picked].sort((a, b) => a - b)
      : this.document.slices.length > 0
        ? [0]
        : [];
  }

  /** The slices that all filters but the histogram's leave. */
  filtered(): number[] {
    const found: number[] = [];
    this.document.slices.forEach(({ name, spec, count }, index) => {
      const isLarge = this.fewest <= 0 || Number(count ?? 0) >= this.fewest;
      if (isLarge && (this.spec === undefined || spec === this.spec) && this.matches(name))
        found.push(index);
    });
    return found;
  }

  /** The slices of the table. */
  shown(): number[] {
    const { range } = this;
    if (!range) return this.filtered();
    return this.filtered().filter((slice) => {
      const { value } = valueOf(this.document.slices[slice]?.values[range.metric]?.[range.series]);
      return value >= range.low && (range.isLast ? value <= range.high : value < range.high);
    });
  }
}
