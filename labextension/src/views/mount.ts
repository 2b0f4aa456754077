import { draw, schemaOf } from "./registry";
import type { Host, Update } from "./scope";
import { css } from "./style";

export interface Mount {
  /** Replaces what is shown; a newer document of the same kind keeps what the person has chosen. */
  show(document: unknown): void;
  /** Removes everything that was added to the element, and every listener. */
  dispose(): void;
}

/** Gives a host one place in its element where documents are shown. */
export function mount(el: HTMLElement, host: Host = {}): Mount {
  // Inside the element, because a style outside does not reach into a shadow root.
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = "zenml-nb";
  el.append(style, root);
  let shown = new AbortController();
  let schema: unknown;
  let update: Update<unknown> | undefined;
  return {
    show(document) {
      if (update && schemaOf(document) === schema) {
        update(document);
        return;
      }
      shown.abort();
      shown = new AbortController();
      root.replaceChildren();
      schema = schemaOf(document);
      update = draw(root, document, { signal: shown.signal, host });
    },
    dispose() {
      shown.abort();
      root.remove();
      style.remove();
    },
  };
}
