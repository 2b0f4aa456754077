// The distances from other data: drift and skew, measured against what is allowed.
import type { AnomalyDistance } from "../../contract/anomalies";
import { type Bar, bars, legend } from "../bars";
import { element } from "../dom";
import { formatCell } from "../format";

export function distancesSection(distances: readonly AnomalyDistance[]): HTMLElement {
  const whole = distances.flatMap(({ value, threshold }) => [size(value), size(threshold)]);
  const most = Math.max(...whole, Number.MIN_VALUE);
  const rows = distances.map((own): Bar => {
    const words = `${formatCell(own.value, "number")} of ${formatCell(own.threshold, "number")} allowed`;
    const value = size(own.value) / most;
    const allowed = Math.min(value, size(own.threshold) / most);
    return {
      name: `${own.feature} (${own.comparison})`,
      parts: [
        { share: allowed, colour: "--z-ok" },
        { share: value - allowed, colour: "--z-err" },
      ],
      value: `${own.measure}: ${words}${own.exceeded ? ", exceeded" : ""}`,
    };
  });
  const section = element("section", "znb-section");
  const title = "Distances from other data";
  section.append(
    element("h4", "znb-caption", title),
    bars(rows, title),
    legend([
      ["allowed", "--z-ok"],
      ["beyond", "--z-err"],
    ]),
  );
  return section;
}

/** The length of a bar: what is not finite has none. */
function size(value: number | string): number {
  return typeof value === "number" ? Math.max(0, value) : 0;
}
