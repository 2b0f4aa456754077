// What the parts of the view of a schema share.
import type { SchemaFeature } from "../../contract/schema";
import { element } from "../dom";
import { clipped } from "../long";

/** What a feature is counted under. */
export const kindOf = ({ kind, type }: SchemaFeature): string => type || kind;

/** A table that needs no sorting; nothing where it would be empty. */
export function facts(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLElement[] {
  if (rows.length === 0) return [];
  const table = element("table", "znb-table");
  const heads = element("tr");
  heads.append(...head.map((word) => element("th", "znb-plain", word)));
  const top = element("thead");
  top.append(heads);
  const body = element("tbody");
  for (const cells of rows) {
    const row = element("tr");
    row.append(...cells.map((cell) => element("td", "znb-wrap", clipped(cell))));
    body.append(row);
  }
  table.append(element("caption", "znb-hidden", title), top, body);
  const section = element("section", "znb-section");
  section.append(element("h4", "znb-caption", title), scroller(title, table));
  return [section];
}

/** A box that scrolls a table, with the keyboard too. */
export function scroller(title: string, table: HTMLElement): HTMLElement {
  const box = element("div", "znb-scroll");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", title);
  box.append(table);
  return box;
}
