// Figures of statistics: as numbers, as shares, and as short texts that fit a narrow column.
import type {
  StatisticsCell,
  StatisticsColumn,
  StatisticsData,
  StatisticsSection,
} from "../../contract/statistics";
import { formatNumber, MISSING } from "../format";

const WHOLE_BELOW = 1e7;
const SHORT_DIGITS = 4;

/** A cell as a number; what is none, or not known, is NaN. */
export function numberOf(cell: StatisticsCell | undefined): number {
  return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
}

/** A figure by the name of its column. */
export function figureOf(
  section: StatisticsSection,
  data: StatisticsData,
  name: string,
): StatisticsCell {
  const index = section.columns.findIndex((column) => column.name === name);
  return data.figures[index] ?? null;
}

/** How many values a feature has in a dataset. */
export function valuesOf(data: StatisticsData): number {
  return numberOf(data.values ?? data.figures[0]);
}

/** A count as a share of what its column names; NaN of nothing. */
export function shareOf(
  column: StatisticsColumn,
  data: StatisticsData,
  cell: StatisticsCell,
): number {
  const [count, missing] = data.figures;
  const whole = column.of === "rows" ? numberOf(count) + numberOf(missing) : valuesOf(data);
  return whole > 0 ? numberOf(cell) / whole : NaN;
}

/** A number in about eight characters; the full one belongs beside it. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return formatNumber(value);
  if (Number.isInteger(value) && size < WHOLE_BELOW) return formatNumber(value);
  if (size >= WHOLE_BELOW || size < 1e-2) {
    const [mantissa = "", exponent = ""] = value.toExponential(SHORT_DIGITS - 2).split("e");
    return `${String(Number(mantissa))}e${exponent.replace("+", "")}`;
  }
  return formatNumber(Number(value.toPrecision(SHORT_DIGITS)));
}

/** A share as a percentage with two digits behind the point at most. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return MISSING;
  const value = share * 100;
  if (value > 0 && value < 0.01) return "<0.01%";
  // What is nearly all is not all.
  if (value > 99.99 && value < 100) return ">99.99%";
  return `${String(Number(value.toFixed(2)))}%`;
}
