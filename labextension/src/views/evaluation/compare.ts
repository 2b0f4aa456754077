// The chosen slices beside each other: one group of bars a metric.
import { element } from "../dom";
import { visible } from "../format";
import { clipped } from "../long";
import type { State } from "./state";
import {
  bar,
  cellOf,
  cellText,
  extentOf,
  fullText,
  intervalText,
  valueOf,
  variable as seriesVariable,
} from "./values";

const MOST = 24;

/** One slice in one series. */
export interface Item {
  readonly slice: number;
  readonly series: number;
  readonly name: string;
  readonly colour: string;
  /** The CSS variable of the colour. */
  readonly variable: string;
}

/** What is compared: every chosen slice in every series. */
export function itemsOf(state: State): Item[] {
  const { slices, series } = state.document;
  let next = 0;
  return state.compared.flatMap((slice) =>
    series.map(({ name, is_diff }, index) => {
      const words = [slices[slice]?.name, name].filter(Boolean);
      // A difference has no curves; a colour of its own would be one less for those that have.
      const variable = is_diff ? "--z-muted" : seriesVariable(next++);
      return {
        slice,
        series: index,
        name: words.join(" · "),
        variable,
        colour: `var(${variable})`,
      };
    }),
  );
}

export function comparison(state: State): HTMLElement {
  const { document } = state;
  const made = element("div", "znb-ev-groups");
  const items = itemsOf(state);
  const metrics = [...state.columns].sort((a, b) => a - b);
  for (const metric of metrics) {
    if (document.metrics[metric]?.kind !== "number") continue;
    const cells = items
      .slice(0, MOST)
      .map(({ slice, series }) => cellOf(document, slice, metric, series));
    const extent = extentOf(cells.map(valueOf));
    const group = element("div", "znb-ev-group");
    group.append(element("h5", "", clipped(document.metrics[metric].label, 80)));
    const list = element("ul", "znb-ev-bars");
    cells.forEach((cell, index) => {
      const item = items[index];
      if (!item) return;
      const row = element("li");
      const name = element("span", "znb-ev-name", clipped(item.name, 60));
      name.title = visible(clipped(item.name));
      const interval = intervalText(cell);
      const value = element("span", "znb-ev-number", cellText(cell));
      if (interval) value.append(element("span", "znb-ev-interval", interval));
      value.title = fullText(cell);
      row.append(name, bar(valueOf(cell), extent, item.colour), value);
      list.append(row);
    });
    group.append(list);
    made.append(group);
  }
  if (items.length > MOST)
    made.append(element("p", "znb-note", `The first ${String(MOST)} are shown.`));
  return made;
}
