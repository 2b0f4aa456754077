// Fields as axes of charts, and the ranges that are chosen on them.
import { formatNumber, visible } from "../format";
import { clipped } from "../long";
import { sortBy } from "../sort";
import { type Field, numberAt, type State } from "./state";

const MOST_WORDS = 40;
const MOST_AXES = 8;
const MOST_METRICS = 3;

/** From the lower end of an axis, 0, to its upper one, 1. */
export type Range = readonly [low: number, high: number];

export class Axis {
  readonly field: Field;
  /** The values of an axis without numbers, from below. */
  readonly words: readonly string[];
  readonly low: number;
  readonly high: number;
  range: Range | undefined;

  constructor(field: Field) {
    this.field = field;
    const numbers = field.values.map((_, run) => numberAt(field, run)).filter(Number.isFinite);
    this.low = field.isNumeric ? Math.min(...numbers) : 0;
    this.high = field.isNumeric ? Math.max(...numbers) : 1;
    const words = new Set(field.values.flatMap((value) => (value === null ? [] : [String(value)])));
    this.words = field.isNumeric ? [] : sortBy([...words], (word) => word, "ascending", false);
  }

  /** Where a run is; NaN where it has no value. */
  place(run: number): number {
    if (this.field.isNumeric) return this.placeOf(numberAt(this.field, run));
    const value = this.field.values[run] ?? null;
    return value === null ? NaN : (this.words.indexOf(String(value)) + 0.5) / this.words.length;
  }

  placeOf(value: number): number {
    if (!Number.isFinite(value)) return NaN;
    return this.high > this.low ? (value - this.low) / (this.high - this.low) : 0.5;
  }

  /** The value at a place of a numeric axis. */
  valueAt(place: number): number {
    return this.low + place * (this.high - this.low);
  }

  has(run: number): boolean {
    if (!this.range) return true;
    const place = this.place(run);
    // A run that is the end of a range is in it, however its place was rounded.
    return place >= this.range[0] - 1e-9 && place <= this.range[1] + 1e-9;
  }

  /** The texts beside the axis, each with its place. */
  ticks(most: number): readonly (readonly [place: number, text: string])[] {
    if (!this.field.isNumeric) {
      const count = this.words.length;
      const each = Math.ceil(count / most);
      return this.words.flatMap((word, index) =>
        index % each === 0 ? [[(index + 0.5) / count, word] as const] : [],
      );
    }
    if (!Number.isFinite(this.low)) return [];
    const text = (value: number): string => formatNumber(Number(value.toPrecision(4)));
    if (this.high === this.low) return [[0.5, text(this.low)]];
    return [0, 0.5, 1].map((place) => [place, text(this.valueAt(place))] as const);
  }

  get title(): string {
    const { group, name, isMetric } = this.field;
    return visible(clipped(isMetric ? name : `${group}: ${name}`, 80));
  }
}

/** The fields that can be an axis: those with a number, and those with not too many words. */
export function axisFields(state: State): readonly Field[] {
  return state.fields.filter((field) => {
    if (field.isNumeric)
      return field.values.some((_, run) => Number.isFinite(numberAt(field, run)));
    const words = new Set(field.values.filter((value) => value !== null));
    return field.key !== "run started" && words.size > 0 && words.size <= MOST_WORDS;
  });
}

/** Whether an axis would have runs at two places of it; gaps have none. */
function isSpread(field: Field): boolean {
  const places = field.values.map((value, run) =>
    field.isNumeric ? numberAt(field, run) : (value ?? NaN),
  );
  return (
    new Set(places.filter((place) => typeof place === "string" || Number.isFinite(place))).size > 1
  );
}

/** What is shown until something else is chosen: parameters that differ, then metrics. */
export function likelyAxes(fields: readonly Field[]): readonly Field[] {
  const likely = fields.filter((field) => field.isLikely && isSpread(field));
  const metrics = likely.filter(({ isMetric }) => isMetric).slice(0, MOST_METRICS);
  const parameters = likely.filter(({ isMetric }) => !isMetric);
  const numeric = parameters.filter(({ isNumeric }) => isNumeric);
  const chosen = [...numeric, ...parameters.filter(({ isNumeric }) => !isNumeric)];
  const kept = new Set(chosen.slice(0, MOST_AXES - metrics.length));
  return [...parameters.filter((field) => kept.has(field)), ...metrics];
}
