import { draw } from "./registry";
import { css } from "./style";

export interface Mount {
  /** Replaces what is shown. */
  show(document: unknown): void;
  /** Removes everything that was added to the element, and every listener. */
  dispose(): void;
}

/** Gives a host one place in its element where documents are shown. */
export function mount(el: HTMLElement): Mount {
  // Inside the element, because a style outside does not reach into a shadow root.
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = "zenml-nb";
  el.append(style, root);
  let shown = new AbortController();
  return {
    show(document) {
      shown.abort();
      shown = new AbortController();
      root.replaceChildren();
      draw(root, document, shown.signal);
    },
    dispose() {
      shown.abort();
      root.remove();
      style.remove();
    },
  };
}
