// Draws zenml_nb/anomalies@1.
import type { AnomaliesDocument, Anomaly } from "../contract/anomalies";
import { distancesSection } from "./anomalies/distances";
import { reasonsSection } from "./anomalies/reasons";
import { type Bar, bars } from "./bars";
import { element, paragraphs } from "./dom";
import { formatCell } from "./format";
import { folded } from "./long";
import type { Scope } from "./scope";

/** The chart shows as many; the others are behind a line of text. */
const MOST_BARS = 20;
const COLOURS = { error: "--z-err", warning: "--z-warn", unknown: "--z-info" } as const;

export function renderAnomalies(
  root: HTMLElement,
  document: AnomaliesDocument,
  scope: Scope,
): void {
  root.append(element("h3", "znb-title", document.title));
  const { anomalies, distances } = document;
  if (anomalies.length === 0) root.append(...document.notes.map((note) => good(note)));
  else root.append(...paragraphs(document.notes));
  if (anomalies.length > 0) {
    root.append(chart("Rows affected", anomalies.map(affected), scope.signal));
    root.append(reasonsSection(document, scope));
  }
  if (distances.length > 0) root.append(distancesSection(distances));
  const checked = document.checked.map(({ feature, present }): Bar => {
    const parts = [{ share: present ?? 0, colour: "--z-series-0" }];
    return { name: feature, parts, value: formatCell(present, "percent") };
  });
  if (checked.length === 0) return;
  const title = "Features checked, with the rows that have a value";
  if (anomalies.length === 0) root.append(chart(title, checked, scope.signal));
  else {
    const section = element("section", "znb-section");
    section.append(folded(title, () => bars(checked, title), scope.signal));
    root.append(section);
  }
}

function good(note: string): HTMLElement {
  const made = element("p", "znb-good");
  made.append(element("span", "znb-badge znb-ok", "ok"), ` `, element("span", "", note));
  return made;
}

/** The reason that affects the most rows speaks for the anomaly. */
function affected({ feature, severity, reasons }: Anomaly): Bar {
  const shares = reasons.flatMap(({ share }) => (share === null ? [] : [share]));
  const name = feature ?? "(all data)";
  if (shares.length === 0) return { name, parts: [], value: "share not known" };
  const share = Math.max(...shares);
  // A few rows of millions are still worth a look.
  const parts = [{ share: share > 0 ? Math.max(share, 0.006) : 0, colour: COLOURS[severity] }];
  return { name, parts, value: formatCell(share, "percent") };
}

function chart(title: string, rows: readonly Bar[], signal: AbortSignal): HTMLElement {
  const section = element("section", "znb-section");
  section.append(element("h4", "znb-caption", title), bars(rows.slice(0, MOST_BARS), title));
  const rest = rows.slice(MOST_BARS);
  const more = `${String(rest.length)} more features`;
  if (rest.length > 0) section.append(folded(more, () => bars(rest, more), signal));
  return section;
}
