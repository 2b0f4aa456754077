// Draws zenml_nb/steps@1.
import type { StepsDocument } from "../contract/steps";
import { element } from "./dom";

export function renderSteps(root: HTMLElement, document: StepsDocument): void {
  root.append(element("h3", "znb-title", document.title));
}
