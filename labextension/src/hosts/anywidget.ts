// The entry point for anywidget and Panel.
import { mount } from "../views/mount";

/** The part of a widget model that every host has; Panel's adapter has no more. */
export interface Model {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const view = mount(el);
  const show = (): void => {
    view.show(model.get("document"));
  };
  model.on("change:document", show);
  show();
  return () => {
    model.off("change:document", show);
    view.dispose();
  };
}

export default { render };
