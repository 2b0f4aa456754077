// Scales of charts: from values to places.
import type { AxisScale } from "../svg";

type Pair = readonly [number, number];

/** Steps of 1, 2 or 5 times a power of ten. */
function niceStep(width: number, count: number): number {
  const rough = width / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((step) => step * power >= rough * 0.999) ?? 10;
  return factor * power;
}

export function linear([from, to]: Pair, [start, end]: Pair): AxisScale {
  const width = to - from || 1;
  const scale = (value: number): number => start + ((value - from) / width) * (end - start);
  const ticks = (count = 5): number[] => {
    const step = niceStep(width, count);
    const made: number[] = [];
    for (let index = Math.ceil(from / step); index * step <= to + width * 1e-9; index++) {
      const value = Number((index * step).toPrecision(12));
      // A range so far from zero that its steps drown in the digits would never end.
      if (made.at(-1) === value || made.length > 50) break;
      made.push(value);
    }
    return made;
  };
  return Object.assign(scale, { ticks });
}

/** A logarithmic scale that begins at zero, which a count may be. */
export function logarithmic(to: number, [start, end]: Pair, unit: number): AxisScale {
  const whole = Math.log10(1 + to / unit) || 1;
  const scale = (value: number): number =>
    start + (Math.log10(1 + value / unit) / whole) * (end - start);
  const ticks = (count = 5): number[] => {
    const most = Math.floor(Math.log10(to / unit));
    const each = Math.max(1, Math.ceil((most + 1) / count));
    const made = [0];
    for (let power = 0; power <= most; power += each) made.push(unit * 10 ** power);
    return made;
  };
  return Object.assign(scale, { ticks });
}
