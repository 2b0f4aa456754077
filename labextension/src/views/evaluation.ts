// Draws zenml_nb/evaluation@1.
import type { EvaluationDocument } from "../contract/evaluation";
import { element } from "./dom";

export function renderEvaluation(root: HTMLElement, document: EvaluationDocument): void {
  root.append(element("h3", "znb-title", document.title));
}
