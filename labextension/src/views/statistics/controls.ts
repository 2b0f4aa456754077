// What can be chosen above the features.
import type { StatisticsDocument } from "../../contract/statistics";
import { element } from "../dom";
import { formatCell, visible } from "../format";
import { clipped } from "../long";
import { choice } from "../search";
import { ORDERS } from "./order";
import { colourOf } from "./plot";
import type { Order, Settings } from "./settings";

export const FLAGGED = "with anomalies";

const ASCENDING: ReadonlySet<Order> = new Set(["order", "name"]);

type Changed = () => void;

/** Switches of the charts: the name of the setting and its label. */
const SWITCHES = [
  ["log", "Log scale", "Heights grow with the logarithm of the counts"],
  ["percent", "Percentages", "Shares of each dataset instead of counts"],
  ["quantiles", "Quantiles", "Equal parts of the values instead of bins of equal width"],
] as const;

export function switches(settings: Settings, changed: Changed, signal: AbortSignal): HTMLElement[] {
  return SWITCHES.map(([name, text, title]) => {
    const box = element("input");
    box.type = "checkbox";
    box.checked = settings[name];
    const label = element("label", "znb-st-switch");
    label.title = title;
    label.append(box, element("span", "", text));
    const change = (): void => {
      settings[name] = box.checked;
      changed();
    };
    box.addEventListener("change", change, { signal });
    return label;
  });
}

/** By what the features are ordered, and in which direction. */
export function ordering(
  document: StatisticsDocument,
  settings: Settings,
  changed: Changed,
  signal: AbortSignal,
): HTMLElement[] {
  const has = (name: string): boolean =>
    document.sections.some(({ columns }) => columns.some((column) => column.name === name));
  const select = element("select", "znb-select");
  for (const [order, text] of ORDERS) {
    if ((order === "distance" || order === "zeros") && !has(order)) continue;
    const option = element("option", "", text);
    option.value = order;
    select.append(option);
  }
  select.value = settings.order;
  const label = element("label", "znb-st-switch");
  label.append(element("span", "", "Sort by"), select);
  const button = element("button", "znb-toggle");
  button.type = "button";
  const turn = (): void => {
    const up = settings.direction === "ascending";
    button.textContent = up ? "↑" : "↓";
    button.title = up ? "Ascending" : "Descending";
    button.setAttribute(
      "aria-label",
      up ? "Ascending; change to descending" : "Descending; change to ascending",
    );
  };
  turn();
  const order = (): void => {
    settings.order = select.value as Order;
    settings.direction = ASCENDING.has(settings.order) ? "ascending" : "descending";
    turn();
    changed();
  };
  const reverse = (): void => {
    settings.direction = settings.direction === "ascending" ? "descending" : "ascending";
    turn();
    changed();
  };
  select.addEventListener("change", order, { signal });
  button.addEventListener("click", reverse, { signal });
  return [label, button];
}

/** A choice among the types that there are. */
export function typeChoice(
  document: StatisticsDocument,
  settings: Settings,
  changed: Changed,
  signal: AbortSignal,
): HTMLElement[] {
  const features = document.sections.flatMap((section) => section.features);
  const words = [...new Set(features.map(({ type }) => type))];
  if (features.some(({ flags }) => flags)) words.push(FLAGGED);
  if (!words.includes(settings.type)) settings.type = "";
  if (words.length < 2) return [];
  const choose = (word: string): void => {
    settings.type = word;
    changed();
  };
  const made = choice("Type", words, choose, signal);
  if (made instanceof HTMLSelectElement) made.value = settings.type;
  return [made];
}

/** The datasets with their colours; each can be switched on and off. */
export function legend(
  document: StatisticsDocument,
  isShown: (index: number) => boolean,
  settings: Settings,
  changed: Changed,
  signal: AbortSignal,
): HTMLElement {
  const whole = element("div", "znb-st-legend");
  whole.setAttribute("role", "group");
  whole.setAttribute("aria-label", "Datasets");
  document.datasets.forEach(({ label, rows }, index) => {
    const chip = element("button", "znb-st-chip");
    chip.type = "button";
    const mark = element("i", "znb-st-dot");
    mark.style.background = colourOf(index);
    const unit = document.datasets[index]?.weighted ? "by weight" : "rows";
    chip.append(
      mark,
      element("b", "", clipped(label, 60)),
      element("span", "", ` ${formatCell(rows, "number")} ${unit}`),
    );
    chip.title = visible(clipped(label, 500));
    chip.setAttribute("aria-pressed", String(isShown(index)));
    const toggle = (): void => {
      settings.switched.set(label, !isShown(index));
      chip.setAttribute("aria-pressed", String(isShown(index)));
      changed();
    };
    chip.addEventListener("click", toggle, { signal });
    whole.append(chip);
  });
  return whole;
}
