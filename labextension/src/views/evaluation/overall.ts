// The metrics of the whole data, and how they did against their thresholds.
import type {
  EvaluationCheck,
  EvaluationDocument,
  EvaluationEntry,
  EvaluationValidation,
} from "../../contract/evaluation";
import { element, paragraphs } from "../dom";
import { visible } from "../format";
import { clipped, counted, folded } from "../long";
import { region } from "./controls";
import { cellOf, cellText, fullText, intervalText } from "./values";

const STATES = { passed: "znb-ok", failed: "znb-error", unchecked: "znb-info" };

export function overall(document: EvaluationDocument): HTMLElement | undefined {
  const slice = document.slices.findIndex(({ name, spec }) => name === "Overall" && spec === 0);
  if (slice < 0) return undefined;
  const made = section("Overall");
  const error = document.slices[slice]?.error;
  if (error) made.append(element("p", "znb-problem", clipped(error)));
  const numbers = document.metrics.flatMap(({ kind }, index) => (kind === "number" ? [index] : []));
  const texts = document.metrics.flatMap(({ kind }, index) => (kind === "text" ? [index] : []));
  if (document.series.length === 1) made.append(cards(document, slice, numbers));
  else if (numbers.length > 0) made.append(sideBySide(document, slice, numbers));
  if (texts.length > 0) made.append(texted(document, slice, texts));
  return made;
}

export function section(title: string): HTMLElement {
  const made = element("section", "znb-section");
  made.append(element("h4", "znb-caption", title));
  return made;
}

function cards(document: EvaluationDocument, slice: number, metrics: number[]): HTMLElement {
  const list = element("dl", "znb-ev-cards");
  for (const metric of metrics) {
    const cell = cellOf(document, slice, metric, 0);
    const card = element("div", "znb-ev-card");
    const value = element("dd", "znb-ev-value", cellText(cell));
    value.title = fullText(cell);
    card.append(element("dt", "", clipped(document.metrics[metric]?.label ?? "", 80)), value);
    const interval = intervalText(cell);
    if (interval) card.append(element("dd", "znb-ev-interval", interval));
    list.append(card);
  }
  return list;
}

function sideBySide(document: EvaluationDocument, slice: number, metrics: number[]): HTMLElement {
  const rows = metrics.map((metric) => [
    document.metrics[metric]?.label ?? "",
    ...document.series.map((_, series) => {
      const cell = cellOf(document, slice, metric, series);
      const interval = intervalText(cell);
      const box = element("span", "", cellText(cell));
      box.title = fullText(cell);
      if (interval) box.append(element("span", "znb-ev-interval", interval));
      return box;
    }),
  ]);
  return table(
    ["Metric", ...document.series.map(({ name }) => name)],
    rows,
    "Overall metrics",
    true,
  );
}

function texted(document: EvaluationDocument, slice: number, metrics: number[]): HTMLElement {
  const list = element("dl", "znb-ev-facts");
  for (const metric of metrics) {
    document.series.forEach(({ name }, series) => {
      const cell = cellOf(document, slice, metric, series);
      if (cell === null) return;
      const label = `${document.metrics[metric]?.label ?? ""}${name ? `, ${name}` : ""}`;
      const text = typeof cell === "string" ? clipped(cell, 600) : cellText(cell);
      list.append(element("dt", "", clipped(label, 80)), element("dd", "", text));
    });
  }
  return list;
}

/** A plain table; cells are text or elements. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | HTMLElement)[])[],
  label: string,
  isNumeric = false,
): HTMLElement {
  const made = element("table", "znb-table");
  made.append(element("caption", "znb-hidden", label));
  const top = element("tr");
  head.forEach((word, index) => {
    const cell = element("th", "znb-plain", clipped(word, 80));
    cell.scope = "col";
    if (isNumeric && index > 0) cell.classList.add("znb-number");
    top.append(cell);
  });
  const thead = element("thead");
  thead.append(top);
  const body = element("tbody");
  for (const cells of rows) {
    const row = element("tr");
    cells.forEach((content, index) => {
      const cell = element(
        index === 0 && isNumeric ? "th" : "td",
        isNumeric && index ? "znb-number" : "",
      );
      if (typeof content === "string") cell.textContent = visible(clipped(content));
      else cell.append(content);
      row.append(cell);
    });
    body.append(row);
  }
  made.append(thead, body);
  const scroll = region("znb-scroll", label);
  scroll.append(made);
  return scroll;
}

/** What is known of an evaluation, and its validation. */
export function entry(one: EvaluationEntry, isNamed: boolean, signal: AbortSignal): HTMLElement {
  const made = element("div", "znb-ev-entry");
  const facts = folded(
    isNamed ? `About ${clipped(one.name, 80)}` : "About",
    () => {
      const list = element("dl", "znb-ev-facts");
      for (const { label, value } of one.facts)
        list.append(element("dt", "", clipped(label, 80)), element("dd", "", clipped(value)));
      return list;
    },
    signal,
  );
  if (one.validation) made.append(validation(one.validation, isNamed ? one.name : "", signal));
  made.append(facts);
  return made;
}

function validation(found: EvaluationValidation, name: string, signal: AbortSignal): HTMLElement {
  const made = element("div", "znb-ev-validation");
  const failed = found.checks.filter(({ state }) => state === "failed").length;
  const passed = found.checks.length - failed + found.more;
  const line = element("p", "znb-ev-line");
  const word = found.state === "unchecked" ? "Not validated" : `Validation ${found.state}`;
  line.append(
    element(
      "span",
      `znb-badge ${STATES[found.state]}`,
      name ? `${clipped(name, 60)}: ${word}` : word,
    ),
  );
  if (found.checks.length > 0)
    line.append(` ${counted(failed, "check")} failed, ${passed.toLocaleString("en")} passed`);
  made.append(line, ...paragraphs(found.notes));
  if (found.missing.length > 0) {
    const slices = found.missing.map((slice) => clipped(slice, 80)).join("; ");
    made.append(element("p", "znb-problem", `No data for the slices with thresholds: ${slices}`));
  }
  if (found.checks.length > 0) {
    const details = folded("Thresholds", () => checks(found), signal);
    made.append(details);
    if (failed > 0) {
      (details as HTMLDetailsElement).open = true;
      details.dispatchEvent(new Event("toggle"));
    }
  }
  return made;
}

function checks({ checks, more }: EvaluationValidation): HTMLElement {
  const rows = checks.map((check: EvaluationCheck) => {
    const badge = element("span", `znb-badge ${STATES[check.state]}`, check.state);
    return [
      badge,
      check.slice,
      check.metric,
      check.threshold,
      cellText(check.value),
      check.message,
    ];
  });
  const head = ["State", "Slice", "Metric", "Threshold", "Value", "Remark"];
  const hasRemarks = checks.some(({ message }) => message);
  const width = hasRemarks ? 6 : 5;
  const made = element("div");
  made.append(
    table(
      head.slice(0, width),
      rows.map((row) => row.slice(0, width)),
      "Checks against thresholds",
    ),
  );
  if (more > 0)
    made.append(element("p", "znb-note", `${more.toLocaleString("en")} more checks passed.`));
  return made;
}
