// Draws zenml_nb/anomalies@1.
import type { AnomaliesDocument } from "../contract/anomalies";
import { element } from "./dom";

export function renderAnomalies(root: HTMLElement, document: AnomaliesDocument): void {
  root.append(element("h3", "znb-title", document.title));
}
