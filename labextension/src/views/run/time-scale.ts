// A scale of seconds whose ticks are what people count in: seconds, minutes, hours.
import type { AxisScale } from "../svg";

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
];
const MOST_TICKS = 30;

/** From zero to the end, on a way from left to right. */
export function timeScale(end: number, left: number, right: number): AxisScale {
  const scale = (seconds: number): number => left + (seconds / end) * Math.max(1, right - left);
  const ticks = (count = 8): number[] => {
    const step = stepFor(end, Math.max(1, Math.min(MOST_TICKS, count)));
    const found: number[] = [];
    for (let index = 0; index * step <= end; index += 1) found.push(index * step);
    return found;
  };
  return Object.assign(scale, { ticks });
}

function stepFor(end: number, count: number): number {
  const least = end / count;
  if (least < 1) return round(least);
  return STEPS.find((step) => step >= least) ?? round(least / 86400) * 86400;
}

/** The next of 1, 2, 5 times a power of ten. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 2, 5].find((one) => one * power >= value) ?? 10;
  return digit * power;
}
