// The sidebar: the runs of a metadata store, with what narrows them and what is done with them. It knows nothing of
// JupyterLab but the address of its server.
import type { Api, NewStore } from "../api";
import type { RunsDocument } from "../contract/pages/runs";
import type { StoresDocument } from "../contract/pages/stores";
import { isAborted, type Problem, problemOf } from "../problem";
import { element } from "../views/dom";
import type { SidebarEvents } from "./events";
import { FilterPanel } from "./filter-panel";
import { type Filters, NO_FILTERS } from "./filters";
import { counted } from "./counted";
import { instead, type Situation, type WaysOut } from "./instead";
import { NO_ROWS, RunList } from "./list";
import { Notices } from "./notices";
import { questions, RunPages } from "./pages";
import { wordButton } from "./icons";
import { Polling } from "./polling";
import { SearchBar } from "./search-bar";
import { SelectionBar } from "./selection-bar";
import type { SidebarSettings, SidebarState } from "./state";
import { StoreChooser, type StoreRow } from "./store-chooser";
import { askForStore } from "./store-dialog";
import { sidebarStyle } from "./style";

const ROW_HEIGHTS = { comfortable: 62, compact: 42 } as const;
/** Milliseconds between two questions at most while a run is going. */
const BUSY = 1000;

export class Sidebar {
  readonly element = element("div", "znb-sidebar");
  readonly #api: Api;
  readonly #events: SidebarEvents;
  readonly #signal: AbortSignal;
  readonly #chooser: StoreChooser;
  readonly #search: SearchBar;
  readonly #filters: FilterPanel;
  readonly #selected: SelectionBar;
  readonly #list: RunList;
  readonly #polling: Polling;
  readonly #ways: WaysOut;
  readonly #notices = new Notices();
  readonly #instead = element("div", "znb-instead");
  readonly #footer = element("div", "znb-footer");
  #settings: SidebarSettings;
  #state: SidebarState;
  #isTouched = false;
  #stores: StoresDocument | undefined;
  /** The stores are to be asked for, at first or again. */
  #storesAreOld = true;
  #storesProblem: Problem | undefined;
  #removalProblem: Problem | undefined;
  #mismatch: Problem | undefined;
  /** The runs that are asked for, and those that are shown until these are there. */
  #pages: RunPages | undefined;
  #shown: RunPages | undefined;
  /** The store that these runs are of. */
  #pagedStore: string | null = null;
  /** The newest answer of this store, which says what there is to filter by. */
  #known: RunsDocument | undefined;
  /** What is shown in the place of the list. */
  #drawn = "";

  constructor(
    api: Api,
    events: SidebarEvents,
    state: SidebarState,
    settings: SidebarSettings,
    signal: AbortSignal,
  ) {
    this.#api = api;
    this.#events = events;
    this.#state = state;
    this.#settings = settings;
    this.#signal = signal;
    this.#ways = this.#makeWays();
    this.#chooser = this.#makeChooser();
    const filter = (filters: Filters): void => {
      this.filter(filters);
    };
    const toggle = (isOpen: boolean): void => {
      this.#remember({ filtersAreOpen: isOpen });
      this.#drawFilters();
    };
    this.#search = new SearchBar({ filter, toggle }, signal);
    const narrow = (filters: Filters): void => {
      // What was typed a moment ago, and not yet asked for, counts too.
      this.filter({ ...filters, search: this.#search.text });
    };
    const { clear } = this.#ways;
    this.#filters = new FilterPanel({ filter: narrow, clear, metrics: events.metrics }, signal);
    this.#list = this.#makeList();
    const compare = (): void => {
      this.compare();
    };
    const unselect = (): void => {
      this.#list.selection.clear();
    };
    this.#selected = new SelectionBar({ compare, clear: unselect }, signal);
    this.#polling = new Polling(
      () => this.#ask(),
      () => this.#wait,
      signal,
    );
    this.#build();
    signal.addEventListener("abort", () => {
      this.#pages?.dispose();
      this.#shown?.dispose();
    });
    this.#draw();
  }

  /** Whether it can be seen: only then the server is asked. */
  set isShown(shown: boolean) {
    this.#polling.isShown = shown;
    if (shown) this.#list.draw();
  }

  get store(): string | null {
    return this.#store?.id ?? null;
  }

  /** The run that the keyboard or the mouse was at last. */
  get activeRun(): string | undefined {
    return this.#list.activeId;
  }

  get selectedRuns(): readonly string[] {
    return this.#list.selection.ids;
  }

  /** Opens the comparison of the selected runs. */
  compare(): void {
    if (this.store !== null && this.selectedRuns.length > 1) {
      this.#events.compare(this.store, this.selectedRuns);
    }
  }

  /** Asks for everything again. */
  refresh(): void {
    this.#storesAreOld = true;
    this.#polling.now();
  }

  configure(settings: SidebarSettings): void {
    this.#settings = settings;
    this.#list.style(ROW_HEIGHTS[settings.density], settings.metrics);
    this.#drawFilters();
  }

  /** Takes what was remembered, unless a person has chosen something meanwhile. */
  recall(state: SidebarState): void {
    if (this.#isTouched) return;
    this.#state = state;
    this.#lookNow();
  }

  /** The front-end and the server are of two versions, or of one again. */
  set mismatch(mismatch: Problem | undefined) {
    this.#mismatch = mismatch;
    this.#drawNotices();
  }

  /** Shows the dialog for a new store. */
  addStore(): void {
    askForStore((store) => this.#add(store));
  }

  filter(filters: Filters): void {
    this.#remember({ filters });
    this.#lookNow();
  }

  focus(): void {
    if (this.#list.element.hidden) this.#search.focus();
    else this.#list.element.focus();
  }

  get #store(): StoreRow | undefined {
    const stores = this.#stores?.stores ?? [];
    return stores.find(({ id }) => id === this.#state.store) ?? stores[0];
  }

  get #wait(): number {
    const interval = this.#settings.interval * 1000;
    return this.#pages?.isBusy ? Math.min(interval, BUSY) : interval;
  }

  #makeChooser(): StoreChooser {
    const choose = (store: string): void => {
      this.#remember({ store });
      this.#lookNow();
    };
    const { again: refresh, addStore: add } = this.#ways;
    const remove = (store: StoreRow): void => {
      void this.#remove(store);
    };
    return new StoreChooser({ choose, add, refresh, remove }, this.#signal);
  }

  #makeWays(): WaysOut {
    const clear = (): void => {
      this.filter(NO_FILTERS);
    };
    const again = (): void => {
      this.refresh();
    };
    const addStore = (): void => {
      this.addStore();
    };
    return { again, addStore, clear, newNotebook: this.#events.newNotebook };
  }

  #makeList(): RunList {
    const open = (id: string): void => {
      if (this.store !== null) this.#events.open(this.store, id);
    };
    const selected = (ids: readonly string[]): void => {
      this.#selected.show(ids.length);
    };
    const list = new RunList(ROW_HEIGHTS[this.#settings.density], { open, selected }, this.#signal);
    list.style(ROW_HEIGHTS[this.#settings.density], this.#settings.metrics);
    return list;
  }

  #build(): void {
    const style = document.createElement("style");
    style.textContent = sidebarStyle;
    this.#footer.setAttribute("role", "status");
    const head = element("div", "znb-sidebar-head");
    head.append(this.#chooser.element, this.#search.element);
    this.element.append(
      style,
      head,
      this.#filters.element,
      this.#notices.element,
      this.#selected.element,
      this.#instead,
      this.#list.element,
      this.#footer,
    );
  }

  #remember(changed: Partial<SidebarState>): void {
    this.#isTouched = true;
    this.#state = { ...this.#state, ...changed };
    this.#events.remember(this.#state);
  }

  async #ask(): Promise<void> {
    if (this.#storesAreOld) await this.#loadStores();
    await this.#pages?.refresh();
  }

  async #loadStores(): Promise<void> {
    try {
      this.#takeStores(await this.#api.stores(this.#signal));
    } catch (error) {
      if (isAborted(error)) return;
      this.#storesProblem = problemOf(error);
      this.#draw();
      throw error;
    }
  }

  #takeStores(stores: StoresDocument): void {
    const before = this.store;
    this.#stores = stores;
    this.#storesAreOld = false;
    this.#storesProblem = undefined;
    this.#chooser.show(stores.stores, this.store);
    if (this.store !== before || !this.#pages) this.#look();
    else this.#draw();
  }

  async #add(store: NewStore): Promise<void> {
    const known = new Set(this.#stores?.stores.map(({ id }) => id));
    const stores = await this.#api.addStore(store);
    const added = stores.stores.find(({ id }) => !known.has(id));
    if (added) this.#remember({ store: added.id });
    this.#takeStores(stores);
    this.#polling.now();
  }

  async #remove(store: StoreRow): Promise<void> {
    if (!(await this.#events.confirmRemoval(store))) return;
    this.#removalProblem = undefined;
    try {
      this.#takeStores(await this.#api.removeStore(store.id));
      this.#polling.now();
    } catch (error) {
      if (isAborted(error)) return;
      this.#removalProblem = problemOf(error);
      this.#drawNotices();
    }
  }

  #lookNow(): void {
    this.#look();
    if (this.store !== null) this.#polling.now();
  }

  /**
   * Turns to the runs of the chosen store that meet the filters, which the next question is for. Runs of the same
   * store stay until they are there.
   */
  #look(): void {
    const { store } = this;
    if (this.#pages !== this.#shown) this.#pages?.dispose();
    this.#pages = undefined;
    if (store !== this.#pagedStore) this.#leaveStore();
    this.#pagedStore = store;
    this.#chooser.show(this.#stores?.stores ?? [], store);
    if (store !== null) {
      const pages = new RunPages(questions(this.#api, store, this.#state.filters), (shift) => {
        this.#changed(pages, shift);
      });
      this.#pages = pages;
      this.#list.element.setAttribute("aria-busy", "true");
    }
    this.#draw();
  }

  /** No run of one store may be taken for one of another. */
  #leaveStore(): void {
    this.#shown?.dispose();
    this.#shown = undefined;
    this.#known = undefined;
    this.#removalProblem = undefined;
    this.#list.show(NO_ROWS);
    this.#list.selection.clear();
  }

  #changed(pages: RunPages, shift: number): void {
    this.#known = pages.document ?? this.#known;
    if (pages === this.#shown) this.#list.update(shift);
    else if (pages === this.#pages && (pages.isLoaded || pages.problem)) {
      this.#shown?.dispose();
      this.#shown = pages;
      this.#list.element.removeAttribute("aria-busy");
      this.#list.show(pages);
    }
    this.#draw();
  }

  #draw(): void {
    this.#drawFilters();
    this.#drawNotices();
    const [kind, make] = instead(this.#situation, this.#ways, this.#signal);
    this.#list.element.hidden = kind !== "";
    this.#instead.hidden = kind === "";
    if (kind !== this.#drawn) {
      this.#drawn = kind;
      this.#instead.replaceChildren(...make());
      if (kind === "") this.#list.draw();
    }
    this.#drawFooter();
  }

  get #situation(): Situation {
    const shown = this.#shown?.isLoaded ? this.#shown : undefined;
    return {
      problem: shown ? undefined : (this.#storesProblem ?? this.#shown?.problem),
      hasNoStore: this.#stores !== undefined && this.store === null,
      isLoading: !shown || shown !== this.#pages || shown.document?.indexing === true,
      count: shown?.count ?? 0,
      filters: this.#state.filters,
    };
  }

  #drawFilters(): void {
    const { filters, filtersAreOpen } = this.#state;
    this.#search.show(filters, filtersAreOpen);
    this.#filters.element.hidden = !filtersAreOpen;
    if (!filtersAreOpen) return;
    this.#filters.show(filters, this.#known, this.#settings.metrics);
  }

  #drawNotices(): void {
    const problem = this.#shown?.isLoaded
      ? (this.#storesProblem ?? this.#pages?.problem)
      : undefined;
    const button = wordButton("Try again", this.#ways.again, this.#signal);
    this.#notices.show(
      [
        { problem: this.#mismatch, kind: "warning" },
        { problem: this.#removalProblem, kind: "error" },
        { problem, kind: "error", button },
      ],
      [...(this.#stores?.notes ?? []), ...(this.#shown?.document?.notes ?? [])],
    );
  }

  #drawFooter(): void {
    const document = this.#shown?.isLoaded ? this.#shown.document : undefined;
    const text =
      document && !this.#list.element.hidden ? counted(document, this.#state.filters) : "";
    if (this.#footer.textContent !== text) this.#footer.textContent = text;
    this.#footer.hidden = text === "";
  }
}
