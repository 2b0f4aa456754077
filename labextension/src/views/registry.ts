// Which function draws which kind of document. A new schema file makes `Renderers` incomplete, so
// the compiler asks for its renderer here.
import type { ViewDocument } from "../contract";
import { renderAnomalies } from "./anomalies";
import { renderCompare } from "./compare";
import { element } from "./dom";
import { renderEvaluation } from "./evaluation";
import { renderImages } from "./images";
import { renderSchema } from "./schema";
import type { Renderer, Scope, Update } from "./scope";
import { renderSequences } from "./sequences";
import { renderStatistics } from "./statistics";
import { renderSteps } from "./steps";
import { renderTables } from "./tables";
import { renderTraining } from "./training";

type Schema = ViewDocument["schema"];
type Renderers = { readonly [S in Schema]: Renderer<Extract<ViewDocument, { schema: S }>> };

const renderers: Renderers = {
  "zenml_nb/anomalies@1": renderAnomalies,
  "zenml_nb/compare@1": renderCompare,
  "zenml_nb/evaluation@1": renderEvaluation,
  "zenml_nb/images@1": renderImages,
  "zenml_nb/schema@1": renderSchema,
  "zenml_nb/sequences@1": renderSequences,
  "zenml_nb/statistics@1": renderStatistics,
  "zenml_nb/steps@1": renderSteps,
  "zenml_nb/tables@1": renderTables,
  "zenml_nb/training@1": renderTraining,
};

/**
 * Draws any document; a kind that is not known, or a broken document, becomes a message.
 *
 * @returns how a newer document of the same kind is shown, where the renderer can do that
 */
export function draw(
  root: HTMLElement,
  document: unknown,
  scope: Scope,
): Update<unknown> | undefined {
  if (!isKnown(document)) {
    root.append(...unknown(document));
    return undefined;
  }
  const { schema } = document;
  // The compiler cannot see that the renderer under this key is the one for this document.
  const render: Renderer<never> = renderers[schema];
  const update = guarded(root, schema, () => render(root, document as never, scope));
  if (!update) return undefined;
  return (next) => {
    guarded(root, schema, () => {
      update(next as never);
    });
  };
}

function guarded<T>(root: HTMLElement, schema: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    root.replaceChildren();
    root.append(problem(`This ${schema} document is broken: ${String(error)}.`));
    return undefined;
  }
}

/** The kind and version of a document; undefined for anything else. */
export function schemaOf(document: unknown): unknown {
  return typeof document === "object" && document !== null && "schema" in document
    ? document.schema
    : undefined;
}

function isKnown(document: unknown): document is ViewDocument {
  const schema = schemaOf(document);
  return typeof schema === "string" && Object.hasOwn(renderers, schema);
}

function unknown(document: unknown): HTMLElement[] {
  const schema = schemaOf(document);
  if (typeof schema !== "string") return [problem("This view has no document to show.")];
  const known = Object.keys(renderers).join(", ");
  return [
    problem(`This version of zenml_nb cannot show documents of the kind ${schema.slice(0, 100)}.`),
    element("p", "znb-note", `It knows: ${known}. A newer zenml_nb may know more.`),
  ];
}

function problem(text: string): HTMLElement {
  const made = element("p", "znb-problem", text);
  made.setAttribute("role", "alert");
  return made;
}
