// The reasons of the anomalies: expected and found side by side; can be searched, filtered, sorted.
import type { AnomaliesDocument, Anomaly, AnomalyReason } from "../../contract/anomalies";
import { element } from "../dom";
import { Headings } from "../headings";
import { MISSING, formatCell, visible } from "../format";
import { clipped, counted, foldedValues } from "../long";
import type { Scope } from "../scope";
import { Search, choice } from "../search";

const LEVELS = { error: "error", warning: "warning", unknown: "info" } as const;
const SEVERITIES = ["error", "warning", "unknown"] as const;
const COLUMNS = ["Severity", "Feature", "Reason", "Expected", "Found"] as const;

/** A reason is a sentence, and longer than other texts. */
const LONGEST = 1000;

interface Row {
  readonly anomaly: Anomaly;
  readonly element: HTMLTableRowElement;
  /** One text a column, by which it is sorted. */
  readonly keys: readonly (string | number)[];
  readonly haystack: string;
}

export function reasonsSection(document: AnomaliesDocument, scope: Scope): HTMLElement {
  const table = new ReasonTable(document, scope);
  const box = element("div", "znb-scroll znb-tall");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Anomalies");
  box.append(table.element);
  const section = element("section", "znb-section");
  section.append(table.head, box);
  return section;
}

class ReasonTable {
  readonly element = element("table", "znb-table znb-reasons");
  readonly head = element("div", "znb-head");
  readonly #body = element("tbody");
  readonly #headings: Headings;
  readonly #rows: readonly Row[];
  readonly #search: Search;
  #severity = "";

  constructor(document: AnomaliesDocument, scope: Scope) {
    const { signal } = scope;
    this.#rows = document.anomalies.flatMap((anomaly) =>
      anomaly.reasons.map((reason) => makeRow(anomaly, reason, document.statistics, scope)),
    );
    const draw = (): void => {
      this.#draw();
    };
    this.#search = new Search("Search anomalies", draw, signal);
    const present = SEVERITIES.filter((s) => document.anomalies.some((a) => a.severity === s));
    const choose = (severity: string): void => {
      this.#severity = severity;
      this.#draw();
    };
    this.head.append(
      element("h4", "znb-caption", "Anomalies"),
      ...this.#search.elements,
      choice("Severity", present, choose, signal),
    );
    this.#headings = new Headings(
      COLUMNS.map((label) => ({ label })),
      draw,
      signal,
    );
    this.element.append(
      element("caption", "znb-hidden", "Anomalies"),
      this.#headings.element,
      this.#body,
    );
    this.#draw();
  }

  #draw(): void {
    const { matches } = this.#search;
    const found = this.#rows.filter(
      ({ anomaly, haystack }) =>
        (this.#severity === "" || anomaly.severity === this.#severity) && matches(haystack),
    );
    this.#body.replaceChildren(...this.#sorted(found).map((row) => row.element));
    if (found.length === 0) this.#body.append(nothing());
    const all = counted(this.#rows.length, "reason");
    const isAll = found.length === this.#rows.length;
    this.#search.tell(isAll ? all : `${found.length.toLocaleString("en")} of ${all}`);
  }

  #sorted(rows: readonly Row[]): readonly Row[] {
    return this.#headings.sorted(
      rows,
      (row, column) => row.keys[column] ?? null,
      (column) => column === 0,
    );
  }
}

function makeRow(
  anomaly: Anomaly,
  reason: AnomalyReason,
  statistics: string,
  { signal, host }: Scope,
): Row {
  const name = anomaly.feature ?? "(all data)";
  const row = element("tr");
  const severity = element("td");
  severity.append(element("span", `znb-badge znb-${LEVELS[anomaly.severity]}`, anomaly.severity));
  const feature = element("th", "", clipped(name, 100));
  feature.scope = "row";
  const { open } = host;
  if (open && statistics && anomaly.measured && anomaly.feature !== null) {
    const uri = `${statistics}#${anomaly.feature}`;
    feature.append(
      link(
        clipped(name, 60),
        () => {
          open(uri);
        },
        signal,
      ),
    );
  }
  row.append(severity, feature, why(reason), side(reason.expected), found(reason, signal));
  const rank = SEVERITIES.indexOf(anomaly.severity);
  const keys = [rank, name, reason.text, reason.expected, reason.found];
  const words = [
    anomaly.severity,
    name,
    reason.text,
    reason.type,
    reason.short,
    reason.description,
  ];
  const values = reason.values.map(({ value }) => value);
  const haystack = [...words, reason.expected, reason.found, ...values].join("\n");
  return { anomaly, element: row, keys, haystack };
}

function link(name: string, act: () => void, signal: AbortSignal): HTMLElement {
  const button = element("button", "znb-link", "Statistics");
  button.type = "button";
  button.setAttribute("aria-label", `Statistics of ${visible(name)}`);
  button.addEventListener("click", act, { signal });
  return button;
}

/** Our words, and below them those of TFDV. */
function why({ text, type, short, description }: AnomalyReason): HTMLElement {
  const cell = element("td", "znb-wrap", clipped(text, LONGEST));
  const own = [short, description].map((part) => part.trim()).filter((part) => part !== "");
  if (own.length > 0)
    cell.append(element("div", "znb-said", clipped(`TFDV: ${own.join(" – ")}`, LONGEST)));
  cell.title = visible(type);
  return cell;
}

function side(text: string): HTMLElement {
  return element("td", text ? "znb-wrap" : "znb-missing", clipped(text) || MISSING);
}

function found({ found: text, values }: AnomalyReason, signal: AbortSignal): HTMLElement {
  const cell = side(text);
  if (values.length > 1) {
    const listed = values.map(({ value, count }) => `${value} (${formatCell(count, "number")})`);
    cell.append(foldedValues(`All ${counted(values.length, "value")}`, listed, signal));
  }
  return cell;
}

function nothing(): HTMLTableRowElement {
  const cell = element("td", "znb-empty", "No anomaly matches");
  cell.colSpan = COLUMNS.length;
  const row = element("tr");
  row.append(cell);
  return row;
}
