// A view in a widget of its own: a tab of JupyterLab's main area, or a part of another widget.
import { Widget } from "@lumino/widgets";
import { type Mount, mount } from "../views/mount";
import type { Host } from "../views/scope";

export class ViewPanel extends Widget {
  readonly #mount: Mount;

  constructor(host: Host = {}) {
    super();
    this.addClass("zenml-nb-panel");
    this.node.style.overflow = "auto";
    this.node.tabIndex = -1;
    this.#mount = mount(this.node, host);
  }

  /** Replaces what is shown. */
  showDocument(document: unknown): void {
    this.#mount.show(document);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#mount.dispose();
    super.dispose();
  }
}
