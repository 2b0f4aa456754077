// Draws zenml_nb/training@1: how each metric went, epoch by epoch.
import type { TrainingDocument, TrainingMetric } from "../contract/training";
import type { TableSection } from "../contract/tables";
import { legend } from "./bars";
import { element, paragraphs } from "./dom";
import { formatNumber } from "./format";
import { clipped, folded } from "./long";
import type { Scope } from "./scope";
import { renderSection } from "./tables";
import { metricChart, SIDES } from "./training/chart";

export function renderTraining(
  root: HTMLElement,
  document: TrainingDocument,
  { signal }: Scope,
): void {
  const { title, notes, metrics, epochs } = document;
  root.append(element("h3", "znb-title", title), ...paragraphs(notes));
  if (metrics.length === 0) return;
  root.append(legend(SIDES.map(({ word, colour }) => [word, colour])));
  const grid = element("div", "znb-tr-metrics");
  grid.append(...metrics.map((metric) => section(metric, epochs, signal)));
  root.append(
    grid,
    folded("Epochs", () => renderSection(table(document), signal), signal),
  );
}

function section(
  metric: TrainingMetric,
  epochs: readonly number[],
  signal: AbortSignal,
): HTMLElement {
  const made = element("section", "znb-section");
  made.append(element("h4", "znb-caption", clipped(metric.name, 80)));
  made.append(metricChart(metric.name, epochs, metric, signal));
  const { best } = metric;
  if (best) {
    const value = formatNumber(best.value);
    const words = `Best on the evaluation splits: ${value} in epoch ${formatNumber(best.epoch)}.`;
    made.append(element("p", "znb-note", words));
  }
  return made;
}

function table({ metrics, epochs }: TrainingDocument): TableSection {
  const columns = metrics.flatMap(({ name, train, eval: evaluation }) =>
    [
      { label: `${name} (train)`, values: train },
      { label: `${name} (eval)`, values: evaluation },
    ].filter(({ values }) => values.length > 0),
  );
  return {
    title: "Metrics of each epoch",
    notes: [],
    columns: [
      { name: "epoch", label: "Epoch", kind: "number" },
      ...columns.map(({ label }) => ({ name: label, label, kind: "number" as const })),
    ],
    rows: epochs.map((epoch, at) => [epoch, ...columns.map(({ values }) => values[at] ?? null)]),
  };
}
