// Draws zenml_nb/schema@1.
import type { SchemaDocument } from "../contract/schema";
import { element } from "./dom";

export function renderSchema(root: HTMLElement, document: SchemaDocument): void {
  root.append(element("h3", "znb-title", document.title));
}
