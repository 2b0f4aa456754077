// Draws the chart of a feature as SVG: one path a series.
import { visible } from "../format";
import { clipped } from "../long";
import { axis, type AxisScale, label, path, svg } from "../svg";
import { percent, short } from "./numbers";
import { linear, logarithmic } from "./scale";
import type { Bar, Chart, Series } from "./series";

export interface PlotOptions {
  readonly log: boolean;
  readonly percent: boolean;
}

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Plot {
  readonly group: SVGGElement;
  readonly x: AxisScale;
}

const SERIES_COLOURS = 8;
/** So many bars can stand side by side; more are drawn over each other. */
const SIDE_BY_SIDE = 60;
const GLYPH = 6.5;

export function colourOf(dataset: number): string {
  return `var(--z-series-${String(dataset % SERIES_COLOURS)})`;
}

const isDrawn = ({ low, high }: Bar): boolean => Number.isFinite(low) && Number.isFinite(high);

/** The range of a chart's values, and the highest bar. */
function extent(chart: Chart, height: (bar: Bar, series: Series) => number): readonly number[] {
  let [low, high, top] = [Infinity, -Infinity, 0];
  for (const series of chart.series) {
    for (const bar of series.bars.filter(isDrawn)) {
      low = Math.min(low, bar.low);
      high = Math.max(high, bar.high);
      top = Math.max(top, height(bar, series) || 0);
    }
  }
  // All values may be the same one.
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return low < high ? [low, high, top] : [0, 1, top];
}

/** Bars of one series as one path; `slot` of `slots` tells which part of a bar's width is its own. */
function outline(
  bars: readonly Bar[],
  x: AxisScale,
  y: (bar: Bar) => number,
  base: number,
  slot: number,
  slots: number,
): string {
  let d = "";
  for (const bar of bars.filter(isDrawn)) {
    const width = Math.max(x(bar.high) - x(bar.low), 1.5);
    // A little room between the categories, none between bins.
    const gap = slots > 0 ? Math.min(width * 0.2, 6) : 0;
    const part = (width - gap) / Math.max(1, slots);
    const left = x(bar.low) + gap / 2 + slot * part;
    const height = base - y(bar);
    if (height > 0) d += `M${at(left)} ${at(base)}v${at(-height)}h${at(part)}v${at(height)}z`;
  }
  return d;
}

const at = (place: number): string => String(Math.round(place * 10) / 10);

function drawBars(chart: Chart, frame: Frame, options: PlotOptions, axes: boolean): Plot {
  const heightOf = (bar: Bar, series: Series): number =>
    options.percent ? (series.total > 0 ? bar.count / series.total : 0) : bar.count;
  const [low = 0, high = 1, top = 0] = extent(chart, heightOf);
  const x = linear([low, high], [frame.left, frame.right]);
  const range = [frame.bottom, frame.top] as const;
  const y = options.log
    ? logarithmic(top, range, options.percent ? 1e-4 : 1)
    : linear([0, top], range);
  const group = svg("g");
  if (axes) {
    const format = options.percent ? percent : short;
    const grid = frame.right - frame.left;
    group.append(axis(y, { side: "left", at: frame.left, grid, ticks: 5, format }));
    group.append(chart.form === "labels" ? names(chart, x, frame) : valueAxis(x, frame));
  }
  const grouped =
    chart.form === "labels" && chart.labels.length * chart.series.length <= SIDE_BY_SIDE;
  chart.series.forEach((series, slot) => {
    const height = (bar: Bar): number => y(heightOf(bar, series) || 0);
    const slots = grouped ? chart.series.length : 0;
    const d = outline(series.bars, x, height, frame.bottom, grouped ? slot : 0, slots);
    const drawn = path(d, grouped ? "znb-st-bars" : "znb-st-area");
    drawn.style.color = colourOf(series.dataset);
    group.append(drawn);
  });
  return { group, x };
}

/** One strip a dataset; neighbouring parts between quantiles differ in strength. */
function drawQuantiles(chart: Chart, frame: Frame, axes: boolean): Plot {
  const [low = 0, high = 1] = extent(chart, () => 0);
  const x = linear([low, high], [frame.left, frame.right]);
  const group = svg("g");
  if (axes) group.append(valueAxis(x, frame));
  const each = (frame.bottom - frame.top) / chart.series.length;
  const height = Math.min(each * 0.7, 40);
  chart.series.forEach((series, place) => {
    const base = frame.top + each * place + (each + height) / 2;
    const strips = [0, 1].map((odd) => {
      const own = series.bars.filter((_, index) => index % 2 === odd);
      const d = outline(own, x, () => base - height, base, 0, 0);
      return path(d, odd ? "znb-st-odd" : "znb-st-even");
    });
    for (const strip of strips) strip.style.color = colourOf(series.dataset);
    group.append(...strips);
  });
  return { group, x };
}

function valueAxis(x: AxisScale, frame: Frame): SVGGElement {
  const ticks = Math.max(2, Math.floor((frame.right - frame.left) / 90));
  // Ticks of a narrow range far from zero would look alike with few digits.
  const values = x.ticks(ticks);
  const alike = new Set(values.map(short)).size < values.length;
  return axis(x, { side: "bottom", at: frame.bottom, ticks, format: alike ? String : short });
}

/** The names of the categories as far as there is room for them; else how many there are. */
function names(chart: Chart, x: AxisScale, frame: Frame): SVGGElement {
  const group = svg("g", { class: "znb-axis", "aria-hidden": "true" });
  const room = Math.floor((x(1) - x(0)) / GLYPH);
  const middle = (frame.left + frame.right) / 2;
  if (room < 4) {
    const text = `${String(chart.labels.length)} values, the most frequent first`;
    group.append(label(middle, frame.bottom + 15, text));
    return group;
  }
  chart.labels.forEach((name, index) => {
    const shown = name.length > room ? `${name.slice(0, room - 1)}…` : name;
    group.append(label(x(index + 0.5), frame.bottom + 15, shown));
  });
  return group;
}

export function plot(chart: Chart, frame: Frame, options: PlotOptions, axes: boolean): Plot {
  return chart.form === "quantiles"
    ? drawQuantiles(chart, frame, axes)
    : drawBars(chart, frame, options, axes);
}

const SMALL = { width: 220, height: 60 };

/** The chart in the row of a feature; what it shows is also in the figures and the table. */
export function smallPlot(chart: Chart, options: PlotOptions, name: string): SVGSVGElement {
  const frame = { left: 0, right: SMALL.width, top: 3, bottom: SMALL.height - 1 };
  const drawn = svg("svg", {
    viewBox: `0 0 ${String(SMALL.width)} ${String(SMALL.height)}`,
    preserveAspectRatio: "none",
    class: "znb-st-small",
    role: "img",
    "aria-label": `Distribution of ${visible(clipped(name, 60))}`,
  });
  drawn.append(plot(chart, frame, options, false).group);
  drawn.append(path(`M0 ${String(frame.bottom)}H${String(SMALL.width)}`, "znb-st-base"));
  return drawn;
}
