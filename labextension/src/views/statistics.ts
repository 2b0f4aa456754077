// Draws zenml_nb/statistics@1.
import type { StatisticsDocument } from "../contract/statistics";
import { element } from "./dom";

export function renderStatistics(root: HTMLElement, document: StatisticsDocument): void {
  root.append(element("h3", "znb-title", document.title));
}
