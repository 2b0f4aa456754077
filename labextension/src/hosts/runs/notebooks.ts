// From a run to cells of a notebook.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { Api } from "../../api";
import { Problem } from "../../problem";
import type { RunAddress } from "./run-page";

export class Notebooks {
  readonly #app: JupyterFrontEnd;
  readonly #tracker: INotebookTracker | null;
  readonly #api: Api;

  constructor(app: JupyterFrontEnd, tracker: INotebookTracker | null, api: Api) {
    this.#app = app;
    this.#tracker = tracker;
    this.#api = api;
  }

  /** Whether a new notebook can be made here. */
  get canCreate(): boolean {
    return this.#app.commands.hasCommand("notebook:create-new");
  }

  /** Makes a notebook with the kernel that Jupyter takes by itself. @throws Problem - that is not possible here */
  async create(): Promise<NotebookPanel> {
    const made: unknown = this.canCreate
      ? await this.#app.commands.execute("notebook:create-new", { kernelName: this.#kernel })
      : undefined;
    if (made instanceof NotebookPanel) return made;
    throw new Problem("No notebook is open.", null, "Open a notebook first, then try again.");
  }

  /** Writes the cells of a run below the active cell of the notebook that was used last, or into a new one. */
  async insert(address: RunAddress, kind: "open" | "again"): Promise<void> {
    const current = this.#tracker?.currentWidget ?? undefined;
    // Asked before a notebook is made, so that a run without cells leaves no empty notebook.
    if (!current) await this.#sources(address, kind);
    const panel = current ?? (await this.create());
    await panel.context.ready;
    insertBelow(panel, await this.#sources(address, kind, folderOf(panel)));
    this.#app.shell.activateById(panel.id);
  }

  #sources({ store, run }: RunAddress, kind: "open" | "again", folder?: string): Promise<string[]> {
    return this.#api.cells(store, run, kind, folder);
  }

  get #kernel(): string {
    return this.#app.serviceManager.kernelspecs.specs?.default ?? "python3";
  }
}

/** The folder of a notebook below Jupyter's. */
function folderOf(panel: NotebookPanel): string {
  return panel.context.localPath.split("/").slice(0, -1).join("/");
}

/** An empty cell gives its place to the first of the new ones. */
function insertBelow({ content: notebook }: NotebookPanel, sources: readonly string[]): void {
  const model = notebook.model?.sharedModel;
  if (!model) throw new Problem("The notebook has no cells yet.", null, "Try again in a moment.");
  const at = notebook.activeCellIndex;
  const active = model.cells[at];
  const isEmpty = active?.cell_type === "code" && active.getSource().trim() === "";
  const first = isEmpty ? at : at + 1;
  const cells = sources.map((source) => ({ cell_type: "code" as const, source, metadata: {} }));
  model.transact(() => {
    model.insertCells(first, cells);
    if (isEmpty) model.deleteCell(first + cells.length);
  });
  notebook.activeCellIndex = first;
  notebook.deselectAll();
}
