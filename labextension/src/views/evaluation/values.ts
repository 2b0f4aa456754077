// Cells of an evaluation as numbers and as text.
import type {
  EvaluationCell,
  EvaluationDocument,
  EvaluationNumber,
} from "../../contract/evaluation";
import { element } from "../dom";
import { formatNumber, MISSING, visible } from "../format";
import { clipped } from "../long";

/** A value with its confidence interval; NaN where there is none. */
export interface Value {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly error: number;
}

const NOWHERE: Value = { value: NaN, lower: NaN, upper: NaN, error: NaN };
const LONGEST = 120;

/** The number of a cell; NaN where there is none. */
export function numberOf(cell: EvaluationNumber | undefined): number {
  return cell === null || cell === undefined ? NaN : Number(cell);
}

export function valueOf(cell: EvaluationCell | undefined): Value {
  if (!Array.isArray(cell)) return { ...NOWHERE, value: numberOf(cell) };
  const [value, lower, upper, error] = cell.map(numberOf);
  return { value: value ?? NaN, lower: lower ?? NaN, upper: upper ?? NaN, error: error ?? NaN };
}

export function cellOf(
  document: EvaluationDocument,
  slice: number,
  metric: number,
  series: number,
): EvaluationCell {
  return document.slices[slice]?.values[metric]?.[series] ?? null;
}

/** The value as people read it; of texts the beginning. */
export function cellText(cell: EvaluationCell): string {
  const value = Array.isArray(cell) ? cell[0] : cell;
  if (value === null) return MISSING;
  return typeof value === "string" ? clipped(value, LONGEST) : formatNumber(value);
}

/** The confidence interval, `0.78 – 0.82`; empty where none was computed. */
export function intervalText(cell: EvaluationCell): string {
  const { lower, upper } = valueOf(cell);
  if (Number.isNaN(lower) || Number.isNaN(upper)) return "";
  return `${rounded(lower)} – ${rounded(upper)}`;
}

/** Value, interval and standard error in full, for a tooltip. */
export function fullText(cell: EvaluationCell): string {
  if (!Array.isArray(cell)) return visible(clipped(String(cell ?? "no value"), 1200));
  const [value, lower, upper, error] = cell.map(String);
  const words = `${String(value)}, 95% interval ${String(lower)} to ${String(upper)}`;
  return cell[3] === null ? words : `${words}, standard error ${String(error)}`;
}

/** Fewer digits, where a number stands among others. */
export function rounded(value: number): string {
  return formatNumber(Number(value.toPrecision(4)));
}

/** The CSS variable of a colour. */
export const variable = (index: number): string => `--z-series-${String(index % 8)}`;
export const colour = (index: number): string => `var(${variable(index)})`;

/** How far values of a kind reach; zero is always in sight. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

export function extentOf(values: readonly Value[]): Extent {
  let [low, high] = [0, 0];
  for (const { value, lower, upper } of values) {
    for (const end of [value, lower, upper]) {
      if (Number.isFinite(end)) [low, high] = [Math.min(low, end), Math.max(high, end)];
    }
  }
  return { low, high };
}

/** A bar from zero to the value, with its interval as a whisker. Who cannot see it reads the value. */
export function bar({ value, lower, upper }: Value, extent: Extent, fill: string): HTMLElement {
  const track = element("span", "znb-ev-bar");
  track.setAttribute("aria-hidden", "true");
  const width = extent.high - extent.low;
  const place = (at: number): number => (width ? ((at - extent.low) / width) * 100 : 0);
  const part = (className: string, from: number, to: number): HTMLElement => {
    const made = element("i", className);
    made.style.left = `${String(Math.min(place(from), place(to)))}%`;
    made.style.width = `${String(Math.abs(place(to) - place(from)))}%`;
    return made;
  };
  if (Number.isFinite(value)) {
    const filled = part("", 0, value);
    filled.style.background = fill;
    track.append(filled);
  }
  if (Number.isFinite(lower) && Number.isFinite(upper))
    track.append(part("znb-ev-whisker", lower, upper));
  return track;
}
