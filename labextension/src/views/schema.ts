// Draws zenml_nb/schema@1.
import type { SchemaDocument, SchemaFeature } from "../contract/schema";
import { type Bar, bars, legend } from "./bars";
import { element, paragraphs } from "./dom";
import { differenceSection } from "./schema/difference";
import { featuresSection } from "./schema/features";
import { facts, kindOf } from "./schema/pieces";
import type { Scope } from "./scope";

const LEVELS = [
  ["required", "--z-series-0"],
  ["partial", "--z-series-1"],
  ["optional", "--z-series-2"],
] as const;

export function renderSchema(root: HTMLElement, document: SchemaDocument, { signal }: Scope): void {
  root.append(element("h3", "znb-title", document.title), ...paragraphs(document.notes));
  if (document.features.length > 0) root.append(chart(document.features));
  if (document.difference) root.append(differenceSection(document.difference, signal));
  root.append(featuresSection(document, signal));
  const tensors = document.tensors.map(({ group, name, kind, text }) => [group, name, kind, text]);
  root.append(...facts("Tensors", ["Group", "Tensor", "Kind", "Made of"], tensors));
  const settings = document.settings.map(({ label, text }) => [label, text]);
  root.append(...facts("The whole schema", ["Setting", "Value"], settings));
}

/** How many features have each type, and how many of these are required. */
function chart(features: readonly SchemaFeature[]): HTMLElement {
  const groups = new Map<string, SchemaFeature[]>();
  for (const feature of features) {
    const kind = kindOf(feature);
    groups.set(kind, [...(groups.get(kind) ?? []), feature]);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const most = sorted[0]?.[1].length ?? 1;
  const rows = sorted.map(([name, group]): Bar => {
    const counts = LEVELS.map(([level, colour]) => {
      const count = group.filter(({ presence }) => presence.level === level).length;
      return { level, colour, count };
    }).filter(({ count }) => count > 0);
    const value = counts.map(({ level, count }) => `${String(count)} ${level}`).join(", ");
    const parts = counts.map(({ count, colour }) => ({ share: count / most, colour }));
    return { name, parts, value };
  });
  const whole = element("div", "znb-chart");
  const used = LEVELS.filter(([level]) => features.some((f) => f.presence.level === level));
  whole.append(bars(rows, "Features by type and presence"), legend(used));
  return whole;
}
