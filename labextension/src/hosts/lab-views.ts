// Draws saved views, opens what they link to, and shows a view in a tab of its own.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { MainAreaWidget } from "@jupyterlab/apputils";
import { INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { Host } from "../views/scope";
import { rendererFactory, type ViewOutput } from "./mime";
import { ViewPanel } from "./panel";

const OPEN_IN_TAB = "zenml-nb:open-in-tab";

/** The notebook that an output belongs to, and the place of its cell. */
function cellOf(
  notebooks: INotebookTracker,
  node: HTMLElement,
): { panel: NotebookPanel; index: number } | undefined {
  const panel = notebooks.find((candidate) => candidate.content.node.contains(node));
  const index = panel?.content.widgets.findIndex((cell) => cell.node.contains(node)) ?? -1;
  return panel && index >= 0 ? { panel, index } : undefined;
}

/** The cell that shows an artifact. JSON's notation of text is Python's too. */
export function sourceOf(uri: string): string {
  return `from zenml_nb.views import show\n\nshow(${JSON.stringify(uri)})`;
}

function hostFor(notebooks: INotebookTracker | null): (node: HTMLElement) => Host {
  return (node) => {
    if (!notebooks) return {};
    return {
      open: (uri) => {
        const place = cellOf(notebooks, node);
        if (place) void runBelow(place.panel, place.index, sourceOf(uri));
      },
    };
  };
}

/** Adds a cell below another, and runs it. */
async function runBelow(panel: NotebookPanel, index: number, source: string): Promise<void> {
  panel.content.model?.sharedModel.insertCell(index + 1, { cell_type: "code", source });
  panel.content.activeCellIndex = index + 1;
  panel.content.deselectAll();
  await NotebookActions.run(panel.content, panel.sessionContext);
}

function titleOf(document: unknown): string {
  const title =
    typeof document === "object" && document !== null && "title" in document ? document.title : "";
  return typeof title === "string" && title ? title.slice(0, 60) : "View";
}

function openInTab(app: JupyterFrontEnd, document: unknown): void {
  const content = new ViewPanel();
  content.showDocument(document);
  const widget = new MainAreaWidget({ content });
  widget.title.label = titleOf(document);
  widget.title.closable = true;
  app.shell.add(widget, "main", { mode: "split-right" });
}

/** The outputs by their node: a context menu knows only where it was opened. */
const outputs = new WeakMap<HTMLElement, ViewOutput>();

export const viewsPlugin: JupyterFrontEndPlugin<void> = {
  id: "zenml-nb:views",
  description: "Draws the views of zenml_nb.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    notebooks: INotebookTracker | null,
  ) => {
    const factory = rendererFactory(hostFor(notebooks), (output) => {
      outputs.set(output.node, output);
    });
    rendermime.addFactory(factory);
    const clicked = (): ViewOutput | undefined => {
      const node = app.contextMenuHitTest((hit) => outputs.has(hit));
      return node && outputs.get(node);
    };
    app.commands.addCommand(OPEN_IN_TAB, {
      label: "Open View in a Tab",
      caption: "Show this view of zenml_nb beside the notebook",
      isVisible: () => clicked() !== undefined,
      execute: () => {
        const output = clicked();
        if (output) openInTab(app, output.document);
      },
    });
    app.contextMenu.addItem({
      command: OPEN_IN_TAB,
      selector: ".zenml-nb-output",
      rank: 0,
    });
  },
};
