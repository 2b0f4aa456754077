// The comparison of runs in the main area.
import type { Api } from "../../api";
import { type Mount, mount } from "../../views/mount";
import { runsIcon } from "./icon";
import { Page } from "./page";

/** Runs of a store that are compared: what a tab shows, and finds again when the page is loaded anew. */
export interface CompareAddress {
  readonly store: string;
  readonly runs: readonly string[];
}

export class ComparePage extends Page {
  readonly address: CompareAddress;
  readonly #api: Api;
  readonly #openRun: (run: string) => void;
  #mount: Mount | undefined;

  constructor(api: Api, address: CompareAddress, openRun: (run: string) => void) {
    super();
    this.#api = api;
    this.address = address;
    this.#openRun = openRun;
    this.title.icon = runsIcon;
    this.title.label = `Compare ${String(address.runs.length)} runs`;
    this.title.caption = this.title.label;
    this.title.closable = true;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#mount?.dispose();
    super.dispose();
  }

  protected override async load(): Promise<boolean> {
    const { store, runs } = this.address;
    const document = await this.#api.compare(store, runs, this.signal);
    this.#mount ??= mount(this.content, { openRun: this.#openRun });
    this.#mount.show(document);
    return false;
  }
}
