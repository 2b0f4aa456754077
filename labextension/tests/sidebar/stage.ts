// The real sidebar in a page, before a server of runs. jsdom lays nothing out: the list has a given height here.
import { ServerConnection } from "@jupyterlab/services";
import { afterEach, beforeEach, vi } from "vitest";
import { Api } from "../../src/api";
import type { SidebarEvents } from "../../src/sidebar/events";
import { Sidebar } from "../../src/sidebar/sidebar";
import {
  DEFAULT_SETTINGS,
  FIRST_STATE,
  type SidebarSettings,
  type SidebarState,
} from "../../src/sidebar/state";
import type { Offer } from "../../src/sidebar/states";
import { all, only } from "../helpers";
import { FakeServer, VERSION } from "../runs";

/** Ten comfortable rows. */
export const HEIGHT = 620;
export const ROW = 62;
/** After the newest of the runs. */
export const NOW = Date.UTC(2026, 0, 2, 3, 5);

let ended = new AbortController();

class NoResizes implements ResizeObserver {
  observe = (): void => undefined;
  unobserve = (): void => undefined;
  disconnect = (): void => undefined;
}

/** To be called once by each file of tests. */
export function prepare(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
    vi.stubGlobal("ResizeObserver", NoResizes);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(HEIGHT);
    // jsdom knows the element of dialogs, but not how it is opened and closed.
    HTMLDialogElement.prototype.showModal = function (): void {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function (): void {
      this.open = false;
      this.dispatchEvent(new Event("close"));
    };
    ended = new AbortController();
  });
  afterEach(() => {
    ended.abort();
    document.body.replaceChildren();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}

/** Lets answers come, without letting time pass. */
export async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let turn = 0; turn < 8; turn++) await vi.advanceTimersByTimeAsync(0);
}

export interface Given {
  readonly state?: Partial<SidebarState>;
  readonly settings?: Partial<SidebarSettings>;
  readonly version?: string;
  readonly newNotebook?: Offer;
}

export class Stage {
  readonly server: FakeServer;
  readonly open = vi.fn<SidebarEvents["open"]>();
  readonly compare = vi.fn<SidebarEvents["compare"]>();
  readonly remember = vi.fn<SidebarEvents["remember"]>();
  readonly metrics = vi.fn<SidebarEvents["metrics"]>();
  readonly confirmRemoval = vi.fn<SidebarEvents["confirmRemoval"]>().mockResolvedValue(true);
  readonly sidebar: Sidebar;

  constructor(server: FakeServer, { state, settings, version, newNotebook }: Given = {}) {
    this.server = server;
    const connection = ServerConnection.makeSettings({
      baseUrl: "http://127.0.0.1:1/base/",
      token: "secret",
      fetch: (request) => server.fetch(request as Request),
    });
    const api = new Api(
      version ?? VERSION,
      (mismatch) => {
        this.sidebar.mismatch = mismatch;
      },
      connection,
    );
    const { open, compare, remember, metrics, confirmRemoval } = this;
    this.sidebar = new Sidebar(
      api,
      { open, compare, remember, metrics, confirmRemoval, newNotebook },
      { ...FIRST_STATE, ...state },
      { ...DEFAULT_SETTINGS, ...settings },
      ended.signal,
    );
    document.body.append(this.sidebar.element);
  }

  get element(): HTMLElement {
    return this.sidebar.element;
  }

  get list(): HTMLElement {
    return only(this.element, ".znb-run-list");
  }

  /** The rows that are in the page, from above to below. */
  get rows(): HTMLElement[] {
    const index = (row: HTMLElement): number => Number(row.dataset.index);
    return all(this.list, ".znb-run").sort((one, other) => index(one) - index(other));
  }

  row(index: number): HTMLElement {
    return only(this.list, `[data-index="${String(index)}"]`);
  }

  /** What stands in the place of the list. */
  get card(): HTMLElement {
    return only(this.element, ".znb-instead");
  }

  get notices(): HTMLElement {
    return only(this.element, ".znb-notices");
  }

  get footer(): string {
    return only(this.element, ".znb-footer").textContent;
  }

  button(name: string, within: HTMLElement = this.element): HTMLButtonElement {
    const named = all<HTMLButtonElement>(within, "button").filter(
      (button) => button.textContent === name || button.getAttribute("aria-label") === name,
    );
    const [found] = named;
    if (!found || named.length > 1) throw new Error(`not exactly one button ${name}`);
    return found;
  }

  // The caller knows which element has this label.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  field<E extends HTMLElement = HTMLInputElement>(label: string): E {
    return only<E>(this.element, `[aria-label="${label}"]`);
  }

  key(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    this.list.dispatchEvent(event);
    return event;
  }

  async scroll(top: number): Promise<void> {
    this.list.scrollTop = top;
    this.list.dispatchEvent(new Event("scroll"));
    await settle(20);
  }

  /** The questions for runs, as their addresses have them. */
  questions(): string[] {
    return this.server.to("runs").map(String);
  }
}

/** A sidebar that is looked at, when the first answers are there. */
export async function shown(server: FakeServer, given: Given = {}): Promise<Stage> {
  const stage = new Stage(server, given);
  stage.sidebar.isShown = true;
  await settle();
  return stage;
}

/** A sidebar of so many runs. */
export function serverOf(runs: FakeServer["runs"]): FakeServer {
  const server = new FakeServer();
  server.runs = runs;
  return server;
}

export function choose(field: HTMLSelectElement | HTMLInputElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
