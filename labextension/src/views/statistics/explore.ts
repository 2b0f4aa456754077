// The large chart of an opened feature: axes, and values under the pointer or the arrow keys.
import type { StatisticsDataset } from "../../contract/statistics";
import { element } from "../dom";
import { formatNumber, visible } from "../format";
import { clipped } from "../long";
import { path, svg } from "../svg";
import { percent, short } from "./numbers";
import { colourOf, plot, type PlotOptions } from "./plot";
import type { Bar, Chart, Series } from "./series";

const HEIGHT = 240;
const [NARROWEST, WIDEST] = [320, 900];
const MARGIN = { left: 62, right: 14, top: 10, bottom: 26 };
const LONGEST_LABEL = 120;

/** Where the keys stop: in the middle of every bar of any series. */
function stopsOf(chart: Chart): number[] {
  const middles = chart.series.flatMap(({ bars }) => bars.map(({ low, high }) => (low + high) / 2));
  return [...new Set(middles.filter(Number.isFinite))].sort((a, b) => a - b);
}

function barAt({ bars }: Series, value: number): Bar | undefined {
  return (
    bars.find(({ low, high }) => low <= value && (value < high || low === high)) ??
    bars.find(({ high }) => high === value)
  );
}

/** What is shown of one series at a value. */
function tell(chart: Chart, series: Series, value: number, name: string): HTMLElement {
  const line = element("span", "znb-st-told");
  const mark = element("i", "znb-st-dot");
  mark.style.background = colourOf(series.dataset);
  const bar = barAt(series, value);
  const range = bar && chart.form !== "labels" ? ` in ${short(bar.low)} to ${short(bar.high)}` : "";
  const share = bar && series.total > 0 ? ` (${percent(bar.count / series.total)})` : "";
  const text = bar ? `${formatNumber(bar.count)}${share}${range}` : "nothing here";
  line.append(mark, `${visible(name)}: ${text}`);
  return line;
}

/**
 * The large chart.
 *
 * @param width - of the place where it is shown; 0 where that is not known
 */
export function explorer(
  chart: Chart,
  datasets: readonly StatisticsDataset[],
  name: string,
  options: PlotOptions,
  width: number,
  signal: AbortSignal,
): HTMLElement {
  const across = Math.min(WIDEST, Math.max(NARROWEST, width || WIDEST));
  const frame = {
    left: MARGIN.left,
    right: across - MARGIN.right,
    top: MARGIN.top,
    bottom: HEIGHT - MARGIN.bottom,
  };
  const drawn = svg("svg", {
    viewBox: `0 0 ${String(across)} ${String(HEIGHT)}`,
    class: "znb-st-large",
    tabindex: 0,
    role: "img",
    "aria-label": `Chart of ${visible(clipped(name, 60))}: the arrow keys tell the values`,
  });
  const { group, x } = plot(chart, frame, options, true);
  const cursor = path("", "znb-st-cursor");
  drawn.append(
    group,
    path(`M${String(frame.left)} ${String(frame.bottom)}H${String(frame.right)}`, "znb-st-base"),
    cursor,
  );
  const told = element("p", "znb-st-readout", "Point at the chart, or use the arrow keys in it.");
  told.setAttribute("role", "status");
  const stops = stopsOf(chart);
  let place = -1;
  const show = (next: number): void => {
    const value = stops[next];
    if (value === undefined || next === place) return;
    place = next;
    cursor.setAttribute(
      "d",
      `M${x(value).toFixed(1)} ${String(frame.top)}V${String(frame.bottom)}`,
    );
    const title = chart.labels[Math.floor(value)];
    const parts = chart.series.map((series) =>
      tell(chart, series, value, datasets[series.dataset]?.label ?? ""),
    );
    const head =
      title === undefined ? [] : [element("b", "", clipped(title, LONGEST_LABEL) || "(empty)")];
    told.replaceChildren(...head, ...parts);
  };
  const keys = (event: KeyboardEvent): void => {
    const last = stops.length - 1;
    const moves = new Map([
      ["ArrowRight", Math.min(last, place + 1)],
      ["ArrowLeft", Math.max(0, place - 1)],
      ["Home", 0],
      ["End", last],
    ]);
    const next = moves.get(event.key);
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  };
  const point = (event: PointerEvent): void => {
    const box = drawn.getBoundingClientRect();
    const place_ = ((event.clientX - box.left) / box.width) * across;
    show(nearest(stops, (stop) => Math.abs(x(stop) - place_)));
  };
  drawn.addEventListener("keydown", keys, { signal });
  drawn.addEventListener("pointermove", point, { signal });
  const whole = element("div", "znb-st-explorer");
  whole.append(drawn, told);
  return whole;
}

function nearest(stops: readonly number[], distance: (stop: number) => number): number {
  let best = 0;
  stops.forEach((stop, index) => {
    if (distance(stop) < distance(stops[best] ?? stop)) best = index;
  });
  return best;
}
