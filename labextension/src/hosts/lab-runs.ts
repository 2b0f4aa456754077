// The plugin of the run browser: the sidebar, the pages of runs and comparisons, and their commands.
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import {
  Clipboard,
  Dialog,
  ICommandPalette,
  MainAreaWidget,
  showDialog,
  WidgetTracker,
} from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStateDB } from "@jupyterlab/statedb";
import { Api } from "../api";
import type { SidebarEvents } from "../sidebar/events";
import { DEFAULT_SETTINGS, FIRST_STATE, settingsFrom, stateFrom } from "../sidebar/state";
import { type RunCommands, addCommands, RUN_COMMANDS } from "./runs/commands";
import { type CompareAddress, ComparePage } from "./runs/compare-page";
import { Notebooks } from "./runs/notebooks";
import type { Page } from "./runs/page";
import { bringToFront, inFront, place } from "./runs/place";
import { type RunAddress, RunPage } from "./runs/run-page";
import { SidebarWidget } from "./runs/sidebar-widget";
import { VERSION } from "./version";

const ID = "zenml-nb:runs";
/** Below the file browser and the running kernels. */
const RANK = 450;

class RunBrowser implements RunCommands {
  readonly sidebar: SidebarWidget;
  readonly runs = new WidgetTracker<MainAreaWidget<RunPage>>({ namespace: "zenml-nb-runs" });
  readonly comparisons = new WidgetTracker<MainAreaWidget<ComparePage>>({
    namespace: "zenml-nb-comparisons",
  });
  readonly notebooks: Notebooks;
  readonly #app: JupyterFrontEnd;
  readonly #api: Api;

  constructor(
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    events: Pick<SidebarEvents, "remember" | "metrics">,
  ) {
    this.#app = app;
    this.#api = new Api(VERSION, (mismatch) => {
      this.sidebar.sidebar.mismatch = mismatch;
    });
    this.notebooks = new Notebooks(app, tracker, this.#api);
    this.sidebar = new SidebarWidget(
      this.#api,
      this.#events(events),
      FIRST_STATE,
      DEFAULT_SETTINGS,
    );
  }

  show(): void {
    this.#app.shell.activateById(this.sidebar.id);
  }

  /** The run that is asked for: that of the page in front, else the one chosen in the sidebar. */
  current(): RunAddress | undefined {
    const front = inFront(this.#app.shell);
    const page = this.runs.find((widget) => widget === front);
    return page?.content.address ?? this.chosen();
  }

  chosen(): RunAddress | undefined {
    const { store, activeRun: run } = this.sidebar.sidebar;
    return store !== null && run !== undefined ? { store, run } : undefined;
  }

  openRun(address: RunAddress): void {
    const { store, run } = address;
    const open = this.runs.find(
      ({ content }) => content.address.store === store && content.address.run === run,
    );
    const make = (): RunPage =>
      new RunPage(this.#api, address, {
        openRun: (other) => {
          this.openRun(other);
        },
        insertCells: (of, kind) => this.notebooks.insert(of, kind),
      });
    this.#front(open ?? this.#added(this.runs, make()));
  }

  compare(address: CompareAddress): void {
    const key = JSON.stringify(address);
    const open = this.comparisons.find(({ content }) => JSON.stringify(content.address) === key);
    const openRun = (run: string): void => {
      this.openRun({ store: address.store, run });
    };
    const make = (): ComparePage => new ComparePage(this.#api, address, openRun);
    this.#front(open ?? this.#added(this.comparisons, make()));
  }

  async insertCells(address: RunAddress, kind: "open" | "again"): Promise<void> {
    await this.notebooks.insert(address, kind);
  }

  copyId({ run }: RunAddress): void {
    Clipboard.copyToSystem(run);
  }

  #added<P extends Page>(tracker: WidgetTracker<MainAreaWidget<P>>, content: P): MainAreaWidget<P> {
    const widget = new MainAreaWidget({ content });
    place(this.#app.shell, widget);
    void tracker.add(widget);
    return widget;
  }

  #front(widget: MainAreaWidget): void {
    bringToFront(this.#app.shell, widget);
  }

  #events(events: Pick<SidebarEvents, "remember" | "metrics">): SidebarEvents {
    const create = (): void => {
      this.notebooks.create().catch((error: unknown) => {
        console.warn(error);
      });
    };
    return {
      ...events,
      open: (store, run) => {
        this.openRun({ store, run });
      },
      compare: (store, runs) => {
        this.compare({ store, runs });
      },
      confirmRemoval: async ({ name }) => {
        const { button } = await showDialog({
          title: "Remove this store from the list?",
          body: `${name}: its runs and files stay as they are.`,
          buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: "Remove" })],
        });
        return button.accept;
      },
      newNotebook: { word: "New notebook", act: create },
    };
  }
}

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Past runs of pipelines in a sidebar: browse, open and compare them.",
  autoStart: true,
  optional: [INotebookTracker, ICommandPalette, ILayoutRestorer, ISettingRegistry, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    states: IStateDB | null,
  ) => {
    let settings: ISettingRegistry.ISettings | undefined;
    const browser = new RunBrowser(app, tracker, {
      remember: (changed) => {
        void states?.save(ID, changed as unknown as Parameters<IStateDB["save"]>[1]);
      },
      metrics: (names) => {
        void settings?.set("metrics", [...names]);
      },
    });
    const { sidebar } = browser.sidebar;
    // Neither is waited for: what is remembered can be read only after all plugins are there.
    void loaded(registry).then((found) => {
      settings = found;
      const configure = (): void => {
        if (found) sidebar.configure(settingsFrom(found.composite));
      };
      found?.changed.connect(configure);
      configure();
    });
    void states?.fetch(ID).then((saved) => {
      sidebar.recall(stateFrom(saved));
    });
    addCommands(app, browser, palette);
    app.shell.add(browser.sidebar, "left", { rank: RANK, type: "Pipeline runs" });
    if (restorer) restore(restorer, browser);
  },
};

/** The settings; without them, or with a registry that does not know them, everything is the default. */
async function loaded(
  registry: ISettingRegistry | null,
): Promise<ISettingRegistry.ISettings | undefined> {
  try {
    return await registry?.load(ID);
  } catch (error) {
    console.warn("zenml_nb: the settings of the run browser cannot be read.", error);
    return undefined;
  }
}

/** Opens again what was open when the page was left. */
function restore(restorer: ILayoutRestorer, browser: RunBrowser): void {
  restorer.add(browser.sidebar, ID);
  void restorer.restore(browser.runs, {
    command: RUN_COMMANDS.open,
    args: ({ content }) => ({ store: content.address.store, run: content.address.run }),
    name: ({ content }) => `${content.address.store}:${content.address.run}`,
  });
  void restorer.restore(browser.comparisons, {
    command: RUN_COMMANDS.compare,
    args: ({ content }) => ({
      store: content.address.store,
      runs: [...content.address.runs],
    }),
    name: ({ content }) => [content.address.store, ...content.address.runs].join(":"),
  });
}
