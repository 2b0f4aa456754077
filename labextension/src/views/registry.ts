// Which function draws which kind of document. A new schema file makes `Renderers` incomplete, so
// the compiler asks for its renderer here.
import type { ViewDocument } from "../contract";
import { element } from "./dom";
import { renderTables } from "./tables";

/**
 * Draws a document into an empty root. Whatever it registers (listeners, observers, timers) ends
 * with the signal; the DOM is cleared by the caller.
 */
export type Renderer<D> = (root: HTMLElement, document: D, signal: AbortSignal) => void;

type Schema = ViewDocument["schema"];
type Renderers = { readonly [S in Schema]: Renderer<Extract<ViewDocument, { schema: S }>> };

const renderers: Renderers = {
  "zenml_nb/tables@1": renderTables,
};

/** Draws any document; a kind that is not known, or a broken document, becomes a message. */
export function draw(root: HTMLElement, document: unknown, signal: AbortSignal): void {
  if (!isKnown(document)) {
    root.append(...unknown(document));
    return;
  }
  try {
    // The compiler cannot see that the renderer under this key is the one for this document.
    const render: Renderer<never> = renderers[document.schema];
    render(root, document as never, signal);
  } catch (error) {
    root.replaceChildren();
    root.append(problem(`This ${document.schema} document is broken: ${String(error)}.`));
  }
}

function schemaOf(document: unknown): unknown {
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
