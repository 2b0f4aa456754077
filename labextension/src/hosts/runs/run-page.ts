// The page of one run in the main area.
import { Clipboard } from "@jupyterlab/apputils";
import type { Api } from "../../api";
import type { RunDocument } from "../../contract/pages/run";
import { element } from "../../views/dom";
import { visible } from "../../views/format";
import { renderRun, type RunHost } from "../../views/run";
import type { Update } from "../../views/scope";
import { css } from "../../views/style";
import { runCss } from "../../views/style/run";
import { runsIcon } from "./icon";
import { Page } from "./page";

/** A run of a store: what a tab shows, and finds again when the page is loaded anew. */
export interface RunAddress {
  readonly store: string;
  readonly run: string;
}

export interface RunActions {
  openRun(address: RunAddress): void;
  insertCells(address: RunAddress, kind: "open" | "again"): Promise<void>;
}

export class RunPage extends Page {
  readonly address: RunAddress;
  readonly #api: Api;
  readonly #actions: RunActions;
  #etag: string | null = null;
  #update: Update<RunDocument> | undefined;
  #isRunning = true;

  constructor(api: Api, address: RunAddress, actions: RunActions) {
    super();
    this.#api = api;
    this.address = address;
    this.#actions = actions;
    this.title.icon = runsIcon;
    this.title.label = visible(address.run).slice(0, 60);
    this.title.caption = visible(address.run);
    this.title.closable = true;
  }

  protected override async load(): Promise<boolean> {
    const { store, run } = this.address;
    const reply = await this.#api.run(store, run, this.#etag, this.signal);
    if (reply !== "unchanged") {
      this.#etag = reply.etag;
      this.#show(reply.document);
    }
    return this.#isRunning;
  }

  #show(document_: RunDocument): void {
    this.#isRunning = document_.run.state === "RUNNING";
    if (this.#update) {
      this.#update(document_);
      return;
    }
    const style = document.createElement("style");
    style.textContent = css + runCss;
    const root = element("div", "zenml-nb");
    this.content.append(style, root);
    this.#update = renderRun(root, document_, { signal: this.signal, host: this.#host() });
  }

  #host(): RunHost {
    const { store, run } = this.address;
    return {
      loadView: (uri, { split, onProgress } = {}) =>
        this.#api.artifact(
          { store, run, uri, split },
          onProgress ?? (() => undefined),
          this.signal,
        ),
      loadLineage: (artifact) => this.#api.lineage(store, artifact, this.signal),
      openRun: (other) => {
        this.#actions.openRun({ store, run: other });
      },
      insertCells: (kind) => this.#actions.insertCells(this.address, kind),
      copy: (text) => {
        Clipboard.copyToSystem(text);
      },
    };
  }
}
