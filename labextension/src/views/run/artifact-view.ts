// A place on the page where one artifact is shown: loaded when it is first looked at, then drawn as in a notebook.
import { element } from "../dom";
import { draw, schemaOf } from "../registry";
import type { Update } from "../scope";
import { Loading } from "./loading";
import type { RunScope } from "./scope";

export interface Wanted {
  readonly uri: string;
  /** What is shown, as in "Loading the schema". */
  readonly name: string;
  /** The splits that are shown one by one; none where a view shows all of them together. */
  readonly splits: readonly string[];
  /** The feature that is looked for. */
  readonly feature?: string;
}

export class ArtifactView {
  readonly element = element("div", "znb-rp-view");
  readonly #choices = element("div", "znb-head");
  readonly #content = element("div", "znb-rp-content");
  readonly #loading: Loading;
  readonly #scope: RunScope;
  readonly #open: (uri: string) => void;
  #wanted: Wanted | undefined;
  #split: string | undefined;
  /** What is shown, or loaded to be shown. */
  #key = "";
  #document: unknown;
  #update: Update<unknown> | undefined;
  #drawn = new AbortController();

  /** @param open - opens what the view links to */
  constructor(scope: RunScope, open: (uri: string) => void) {
    this.#scope = scope;
    this.#open = open;
    this.#loading = new Loading(scope.signal);
    this.#choices.hidden = true;
    this.element.append(this.#choices, this.#loading.element, this.#content);
    scope.signal.addEventListener("abort", () => {
      this.#drawn.abort();
    });
  }

  /** Shows an artifact; one that is shown already stays as it is. */
  show(wanted: Wanted): void {
    const { uri, splits, feature } = wanted;
    if (uri !== this.#wanted?.uri || String(splits) !== String(this.#wanted.splits)) {
      if (!splits.includes(this.#split ?? "")) {
        this.#split = splits.includes("eval") ? "eval" : splits[0];
      }
      this.#drawChoices(splits);
    }
    this.#wanted = wanted;
    const key = JSON.stringify([uri, this.#split]);
    if (key !== this.#key) this.#load(wanted, key);
    else if (feature !== undefined && this.#document !== undefined) this.#draw(this.#document);
  }

  #load(wanted: Wanted, key: string): void {
    this.#key = key;
    const split = this.#split;
    // What was shown stays in sight until there is something new.
    this.#content.setAttribute("aria-busy", "true");
    this.#loading.run(
      `the ${wanted.name}`,
      (onProgress) =>
        this.#scope.host.loadView(
          wanted.uri,
          split === undefined ? { onProgress } : { split, onProgress },
        ),
      (document) => {
        this.#content.removeAttribute("aria-busy");
        this.#draw(document);
      },
      () => {
        this.#content.removeAttribute("aria-busy");
        this.#clear();
      },
    );
  }

  #draw(document: unknown): void {
    const feature = this.#wanted?.feature;
    const shown = feature === undefined ? document : focused(document, feature);
    if (this.#update && schemaOf(this.#document) === schemaOf(document)) this.#update(shown);
    else {
      this.#clear();
      const { signal } = this.#drawn;
      this.#update = draw(this.#content, shown, { signal, host: { open: this.#open } });
    }
    this.#document = document;
  }

  #clear(): void {
    this.#drawn.abort();
    this.#drawn = new AbortController();
    this.#content.replaceChildren();
    this.#update = undefined;
    this.#document = undefined;
  }

  #drawChoices(splits: readonly string[]): void {
    this.#choices.hidden = splits.length < 2;
    if (this.#choices.hidden) {
      this.#choices.replaceChildren();
      return;
    }
    const select = element("select", "znb-select");
    for (const split of splits) {
      const option = element("option", "", split);
      option.value = split;
      select.append(option);
    }
    select.value = this.#split ?? "";
    const choose = (): void => {
      this.#split = select.value;
      if (this.#wanted) this.show(this.#wanted);
    };
    select.addEventListener("change", choose, { signal: this.#scope.signal });
    const label = element("label", "znb-rp-choice");
    label.append(element("span", "", "Split"), select);
    this.#choices.replaceChildren(label);
  }
}

/** Statistics with the feature that is looked for. */
function focused(document: unknown, feature: string): unknown {
  const isKnown = schemaOf(document) === "zenml_nb/statistics@1";
  return isKnown ? { ...(document as object), focus: feature } : document;
}
