// The lineage of one artifact of the run; at first that of its model, or of the last thing that it wrote.
import type { LineageDocument } from "../../contract/pages/lineage";
import type { RunArtifact, RunDocument } from "../../contract/pages/run";
import { element } from "../dom";
import { clipped } from "../long";
import { renderLineage } from "../lineage";
import type { Update } from "../scope";
import { Loading } from "./loading";
import type { RunScope } from "./scope";

export class LineageTab {
  readonly element = element("div", "znb-rp-lineage");
  readonly #scope: RunScope;
  readonly #open: (uri: string) => void;
  readonly #select = element("select", "znb-select");
  readonly #loading: Loading;
  readonly #content = element("div");
  readonly #empty = element("p", "znb-note", "The run has written nothing yet.");
  #artifacts: readonly RunArtifact[] = [];
  #run = "";
  #wanted: number | undefined;
  /** What is shown, or loaded to be shown. */
  #asked: number | undefined;
  #update: Update<LineageDocument> | undefined;

  /** @param open - opens the view of an artifact */
  constructor(scope: RunScope, open: (uri: string) => void) {
    this.#scope = scope;
    this.#open = open;
    this.#loading = new Loading(scope.signal);
    const choose = (): void => {
      if (this.#select.value !== "") this.centre(Number(this.#select.value));
    };
    this.#select.addEventListener("change", choose, { signal: scope.signal });
    const label = element("label", "znb-rp-choice");
    label.append(element("span", "", "Artifact"), this.#select);
    const head = element("div", "znb-head");
    head.append(label);
    this.element.append(head, this.#loading.element, this.#empty, this.#content);
  }

  show({ run, artifacts }: RunDocument): void {
    this.#run = run.id;
    if (JSON.stringify(artifacts) === JSON.stringify(this.#artifacts)) return;
    this.#artifacts = artifacts;
    this.#empty.hidden = artifacts.length > 0;
    this.#offer();
  }

  /** Called when the tab is opened. */
  load(): void {
    const model = this.#artifacts.filter(({ type }) => type === "Model").at(-1);
    const first = this.#wanted ?? (model ?? this.#artifacts.at(-1))?.id;
    if (first !== undefined) this.centre(first);
  }

  /** Puts an artifact into the middle. */
  centre(artifact: number): void {
    this.#wanted = artifact;
    this.#offer();
    if (artifact === this.#asked) return;
    this.#asked = artifact;
    this.#loading.run(
      "the lineage",
      () => this.#scope.host.loadLineage(artifact),
      (document) => {
        this.#draw(document);
      },
      () => {
        this.#asked = undefined;
      },
    );
  }

  #draw(document: LineageDocument): void {
    if (this.#update) {
      this.#update(document);
      return;
    }
    const { openRun } = this.#scope.host;
    const centre = (artifact: number): void => {
      this.centre(artifact);
    };
    this.#update = renderLineage(this.#content, document, {
      signal: this.#scope.signal,
      host: { centre, open: this.#open, run: this.#run, ...(openRun ? { openRun } : {}) },
    });
  }

  /** The artifacts of this run; one of another run can be in the middle too. */
  #offer(): void {
    const options = this.#artifacts.map(({ id, component, key, type }) => {
      const option = element("option", "", clipped(`${component} · ${key || type}`, 80));
      option.value = String(id);
      return option;
    });
    const isOurs = this.#artifacts.some(({ id }) => id === this.#wanted);
    if (!isOurs) {
      const other = this.#wanted === undefined ? "" : `Another run's, ${String(this.#wanted)}`;
      const option = element("option", "", other || "(choose)");
      option.value = "";
      options.unshift(option);
    }
    this.#select.replaceChildren(...options);
    this.#select.value = isOurs ? String(this.#wanted) : "";
  }
}
