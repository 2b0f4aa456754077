// The difference from another schema: what was added, removed and changed.
import type { SchemaChange, SchemaDifference } from "../../contract/schema";
import { element } from "../dom";
import { MISSING, visible } from "../format";
import { clipped, counted, foldedValues } from "../long";
import { choice } from "../search";
import { scroller } from "./pieces";

const LEVELS = { added: "ok", removed: "error", changed: "warning" } as const;
const CHANGES = ["added", "removed", "changed"] as const;

export function differenceSection(difference: SchemaDifference, signal: AbortSignal): HTMLElement {
  const [shown, other] = difference.names;
  const section = element("section", "znb-section");
  const head = element("div", "znb-head");
  head.append(element("h4", "znb-caption", `Difference from ${clipped(other, 60)}`));
  section.append(head);
  const same = counted(difference.unchanged, "feature");
  if (difference.entries.length === 0) {
    section.append(element("p", "znb-same", `No differences: ${same} are the same.`));
    return section;
  }
  const bodies = difference.entries.map((entry) => ({ entry, element: body(entry, signal) }));
  for (const change of CHANGES) {
    const count = difference.entries.filter((entry) => entry.change === change).length;
    if (count > 0) head.append(mark(change, `${String(count)} ${change}`));
  }
  head.append(
    element("span", "znb-count", `${difference.unchanged.toLocaleString("en")} the same`),
  );
  const present = CHANGES.filter((c) => difference.entries.some(({ change }) => change === c));
  const filter = (word: string): void => {
    for (const { entry, element: own } of bodies) own.hidden = word !== "" && entry.change !== word;
  };
  if (present.length > 1) head.append(choice("Change", present, filter, signal));
  const table = element("table", "znb-table znb-difference");
  const heads = element("tr");
  const words = ["Feature", "What", `In ${clipped(other, 60)}`, `In ${clipped(shown, 60)}`];
  heads.append(...words.map((word) => element("th", "znb-plain", word)));
  const top = element("thead");
  top.append(heads);
  table.append(element("caption", "znb-hidden", "Difference"), top);
  table.append(...bodies.map(({ element: own }) => own));
  section.append(scroller("Difference", table));
  return section;
}

function mark(change: SchemaChange["change"], text: string): HTMLElement {
  return element("span", `znb-badge znb-${LEVELS[change]}`, text);
}

/** One entry: a row for each property, the name beside all of them. */
function body(entry: SchemaChange, signal: AbortSignal): HTMLTableSectionElement {
  const lines: HTMLElement[][] = entry.changes.map(({ label, old, new: now }) => [
    element("td", "znb-wrap", label),
    side(old, "znb-old"),
    side(now, "znb-new"),
  ]);
  const removed = entry.values_removed;
  const added = entry.values_added;
  if (removed.length > 0)
    lines.push([
      element("td", "", "Values removed"),
      listed(removed, "znb-old", signal),
      side(null, ""),
    ]);
  if (added.length > 0)
    lines.push([
      element("td", "", "Values added"),
      side(null, ""),
      listed(added, "znb-new", signal),
    ]);
  if (lines.length === 0) lines.push([side(null, ""), side(null, ""), side(null, "")]);
  const group = element("tbody");
  lines.forEach((cells, index) => {
    const row = element("tr");
    if (index === 0) row.append(named(entry, lines.length));
    row.append(...cells);
    group.append(row);
  });
  return group;
}

function named(entry: SchemaChange, rows: number): HTMLElement {
  const name = element("th");
  name.scope = "rowgroup";
  name.rowSpan = rows;
  const kind = entry.kind === "feature" || entry.kind === "schema" ? "" : ` (${entry.kind})`;
  const path = entry.path.join(" › ") || "The whole schema";
  name.append(
    element("div", "znb-wrap", clipped(path, 100) + kind),
    mark(entry.change, entry.change),
  );
  return name;
}

function side(text: string | null, className: string): HTMLElement {
  if (text === null) return element("td", "znb-missing", MISSING);
  return element("td", `znb-wrap ${className}`, clipped(text));
}

const FEW = 3;

function listed(values: readonly string[], className: string, signal: AbortSignal): HTMLElement {
  const cell = element("td", `znb-wrap ${className}`);
  if (values.length <= FEW)
    cell.textContent = visible(values.map((value) => clipped(value, 100)).join(", "));
  else cell.append(foldedValues(counted(values.length, "value"), values, signal));
  return cell;
}
