// Draws the MIME type of view documents in JupyterLab and Notebook: live, with the kernel gone, and in notebooks that
// are not trusted, for a document is data and is drawn as text.
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { type Mount, mount } from "../views/mount";
import type { Host } from "../views/scope";

export const MIME_TYPE = "application/vnd.zenml-nb.view.v1+json";

/** Before HTML and plain text, whose ranks are 0 and more. */
const RANK = -20;

/** One output of a cell. JupyterLab gives it a newer document when the kernel updates the output. */
export class ViewOutput extends Widget implements IRenderMime.IRenderer {
  readonly #mount: Mount;

  constructor(makeHost: (node: HTMLElement) => Host) {
    super();
    this.addClass("zenml-nb-output");
    this.#mount = mount(this.node, makeHost(this.node));
  }

  /** The document that is shown. */
  document: unknown = null;

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.document = model.data[MIME_TYPE];
    this.#mount.show(this.document);
    return Promise.resolve();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#mount.dispose();
    super.dispose();
  }
}

/**
 * @param makeHost - what the host can do for a view that is drawn in this node
 * @param created - told of every output
 */
export function rendererFactory(
  makeHost: (node: HTMLElement) => Host,
  created: (output: ViewOutput) => void,
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [MIME_TYPE],
    defaultRank: RANK,
    createRenderer: () => {
      const output = new ViewOutput(makeHost);
      created(output);
      return output;
    },
  };
}
