// The entry point for anywidget and Panel.
import { element } from "../views/dom";
import { type Mount, mount } from "../views/mount";

/** The part of a widget model that every host has; Panel's adapter has no more. */
export interface Model {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

/** Shows `view_document`; a link in it is asked of Python by `asked`, which answers with `opened` or `problem`. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const main = element("div");
  const below = element("div");
  const problem = element("p");
  el.append(main, problem, below);
  const view = mount(main, {
    open: (uri) => {
      // The number makes a second click on the same link a change too.
      model.set("asked", { uri, number: Date.now() });
      model.save_changes();
    },
  });
  let detail: Mount | undefined;
  const listeners: Record<string, () => void> = {
    "change:view_document": () => {
      view.show(model.get("view_document"));
    },
    "change:opened": () => {
      const opened = model.get("opened");
      below.hidden = !isDocument(opened);
      if (!isDocument(opened)) return;
      detail ??= mount(below);
      detail.show(opened);
    },
    "change:problem": () => {
      const text = model.get("problem");
      problem.textContent = typeof text === "string" ? text : "";
      problem.hidden = !problem.textContent;
      if (problem.hidden) problem.removeAttribute("role");
      else problem.setAttribute("role", "alert");
    },
  };
  for (const [event, listener] of Object.entries(listeners)) {
    model.on(event, listener);
    listener();
  }
  return () => {
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
    view.dispose();
    detail?.dispose();
    for (const part of [main, problem, below]) part.remove();
  };
}

/** No document is an empty object: Panel knows no null in a dictionary's place. */
function isDocument(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schema" in value;
}

export default { render };
