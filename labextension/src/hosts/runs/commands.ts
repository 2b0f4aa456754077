// The commands of the run browser, in the palette and in the menu of a run.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { isAborted, problemOf } from "../../problem";
import type { CompareAddress } from "./compare-page";
import { runsIcon } from "./icon";
import type { RunAddress } from "./run-page";
import type { SidebarWidget } from "./sidebar-widget";

export const RUN_COMMANDS = {
  show: "zenml-nb:show-runs",
  open: "zenml-nb:open-run",
  compare: "zenml-nb:compare-runs",
  openInNotebook: "zenml-nb:open-in-notebook",
  runAgain: "zenml-nb:run-again",
  copyId: "zenml-nb:copy-run-id",
  refresh: "zenml-nb:refresh-runs",
  addStore: "zenml-nb:add-store",
} as const;

const CATEGORY = "Pipeline runs";
/** The whole list, not its rows alone: the menu key opens the menu on what has the focus, which is the list. */
const LIST = ".zenml-nb-runs .znb-run-list";
/** From the menu of the list a command is about the run there, whatever page is in front. */
const FROM_LIST = { from: "list" } as const;

/** What the commands act on. */
export interface RunCommands {
  readonly sidebar: SidebarWidget;
  show(): void;
  current(): RunAddress | undefined;
  chosen(): RunAddress | undefined;
  openRun(address: RunAddress): void;
  compare(address: CompareAddress): void;
  insertCells(address: RunAddress, kind: "open" | "again"): Promise<void>;
  copyId(address: RunAddress): void;
}

type Args = Readonly<Record<string, unknown>>;

export function addCommands(
  app: JupyterFrontEnd,
  browser: RunCommands,
  palette: ICommandPalette | null,
): void {
  const { commands } = app;
  const { sidebar } = browser.sidebar;
  const addressOf = (args: Args): RunAddress | undefined =>
    addressIn(args) ?? (args.from === FROM_LIST.from ? browser.chosen() : browser.current());
  /** A command about one run: that of its arguments, else the current one. */
  const ofRun = (
    id: string,
    label: string,
    caption: string,
    act: (address: RunAddress) => Promise<void> | void,
  ): void => {
    commands.addCommand(id, {
      label,
      caption,
      isEnabled: (args) => addressOf(args) !== undefined,
      execute: async (args) => {
        const address = addressOf(args);
        if (address) await told(() => act(address));
      },
    });
  };
  commands.addCommand(RUN_COMMANDS.show, {
    label: "Show Pipeline Runs",
    caption: "Show the sidebar with all past runs",
    icon: runsIcon,
    execute: () => {
      browser.show();
    },
  });
  ofRun(RUN_COMMANDS.open, "Open Run", "Show what a run did and what it made", (address) => {
    browser.openRun(address);
  });
  ofRun(
    RUN_COMMANDS.openInNotebook,
    "Open Run in Notebook",
    "Insert cells that load the pipeline of a run",
    (address) => browser.insertCells(address, "open"),
  );
  ofRun(
    RUN_COMMANDS.runAgain,
    "Run Again in Notebook",
    "Insert cells with the configuration of a run",
    (address) => browser.insertCells(address, "again"),
  );
  ofRun(RUN_COMMANDS.copyId, "Copy Run ID", "Copy the id of a run", (address) => {
    browser.copyId(address);
  });
  commands.addCommand(RUN_COMMANDS.compare, {
    label: "Compare Selected Runs",
    caption: "Show the selected runs side by side",
    isEnabled: (args) => compareIn(args) !== undefined || sidebar.selectedRuns.length > 1,
    execute: (args) => {
      const address = compareIn(args);
      if (address) browser.compare(address);
      else sidebar.compare();
    },
  });
  commands.addCommand(RUN_COMMANDS.refresh, {
    label: "Refresh Pipeline Runs",
    caption: "Look for new runs and stores now",
    execute: () => {
      sidebar.refresh();
    },
  });
  commands.addCommand(RUN_COMMANDS.addStore, {
    label: "Add a Store of Runs…",
    caption: "List the runs of a further metadata store",
    execute: () => {
      browser.show();
      sidebar.addStore();
    },
  });
  for (const command of Object.values(RUN_COMMANDS)) {
    palette?.addItem({ command, category: CATEGORY });
  }
  const { open, openInNotebook, runAgain, copyId, compare } = RUN_COMMANDS;
  for (const [rank, command] of [open, openInNotebook, runAgain, copyId, compare].entries()) {
    app.contextMenu.addItem({ command, args: FROM_LIST, selector: LIST, rank });
  }
}

/** What goes wrong is told in a dialog: a command has no place of its own. */
async function told(act: () => Promise<void> | void): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isAborted(error)) return;
    const { message, where, hint } = problemOf(error);
    await showErrorMessage("This did not work", [message, where, hint].filter(Boolean).join("\n"));
  }
}

function addressIn({ store, run }: Args): RunAddress | undefined {
  return typeof store === "string" && typeof run === "string" ? { store, run } : undefined;
}

function compareIn({ store, runs }: Args): CompareAddress | undefined {
  if (typeof store !== "string" || !Array.isArray(runs)) return undefined;
  return { store, runs: runs.filter((run) => typeof run === "string") };
}
