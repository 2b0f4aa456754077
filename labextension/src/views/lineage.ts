// Draws zenml_nb/lineage@1: where an artifact comes from, and what was made of it.
import type { LineageDocument, LineageNode } from "../contract/pages/lineage";
import { element, paragraphs } from "./dom";
import { visible } from "./format";
import { LineageGraph } from "./lineage/graph";
import { shortRun, stateOf } from "./lineage/node";
import { clipped } from "./long";
import type { Update } from "./scope";

/** What a host can do for the graph; it shows nothing that its host cannot do. */
export interface LineageHost {
  /** Puts another artifact into the middle. */
  readonly centre?: (artifact: number) => void;
  readonly openRun?: (run: string) => void;
  /** The run that is on the page already. */
  readonly run?: string;
  /** Opens the view of an artifact. */
  readonly open?: (uri: string) => void;
}

export interface LineageScope {
  readonly signal: AbortSignal;
  readonly host: LineageHost;
}

/** The types of artifacts that have a view. */
const VIEWED = new Set([
  "ExampleStatistics",
  "Schema",
  "ExampleAnomalies",
  "ModelEvaluation",
  "Examples",
  "Model",
]);

export function renderLineage(
  root: HTMLElement,
  document: LineageDocument,
  scope: LineageScope,
): Update<LineageDocument> {
  const view = new LineageView(root, scope);
  view.show(document);
  return (next) => {
    view.show(next);
  };
}

class LineageView {
  readonly #scope: LineageScope;
  readonly #title = element("h3", "znb-title");
  readonly #notes = element("div");
  readonly #graph: LineageGraph;
  readonly #details = element("section", "znb-ln-details");
  #document: LineageDocument | undefined;
  #selected = "";

  constructor(root: HTMLElement, scope: LineageScope) {
    this.#scope = scope;
    this.#graph = new LineageGraph(scope.signal, (id) => {
      this.#select(id);
    });
    this.#details.setAttribute("aria-live", "polite");
    root.append(this.#title, this.#notes, this.#graph.element, this.#details);
  }

  /** A newer document of the same artifact keeps what is selected; of another one, that is selected. */
  show(document: LineageDocument): void {
    const middle = `a${String(document.focus)}`;
    const isSame = document.focus === this.#document?.focus;
    const isThere = document.nodes.some(({ id }) => id === this.#selected);
    this.#document = document;
    this.#title.textContent = visible(clipped(document.title, 200));
    this.#notes.replaceChildren(...paragraphs(document.notes));
    this.#graph.show(document, !isSame);
    this.#select(isSame && isThere ? this.#selected : middle);
  }

  #select(id: string): void {
    this.#selected = id;
    this.#graph.select(id);
    const node = this.#document?.nodes.find((one) => one.id === id);
    this.#details.hidden = !node;
    if (node) this.#drawDetails(node);
  }

  #drawDetails(node: LineageNode): void {
    const head = element("div", "znb-head");
    head.append(element("h4", "znb-caption", clipped(node.label, 200) || "(no name)"));
    if (node.state !== null) {
      const { sign, word, level } = stateOf(node.state);
      head.append(element("span", `znb-state znb-${level}`, `${sign} ${word}`));
    }
    head.append(...this.#actions(node));
    const list = element("dl", "znb-args");
    const facts: (readonly [string, string | null])[] = [
      [node.kind === "artifact" ? "Artifact" : "Execution", `${node.type} ${node.id.slice(1)}`],
      ["Run", node.run],
      ["Location", node.uri],
    ];
    for (const [name, value] of facts) {
      if (value) list.append(element("dt", "", name), element("dd", "", clipped(value, 500)));
    }
    this.#details.replaceChildren(head, list);
  }

  #actions({ id, kind, type, uri, run }: LineageNode): HTMLElement[] {
    const { centre, openRun, open, run: shown } = this.#scope.host;
    const number = Number(id.slice(1));
    const made: HTMLElement[] = [];
    const add = (label: string, act: () => void): void => {
      const button = element("button", "znb-rp-small", label);
      button.type = "button";
      button.addEventListener("click", act, { signal: this.#scope.signal });
      made.push(button);
    };
    if (open && uri && VIEWED.has(type)) {
      add("Open view", () => {
        open(uri);
      });
    }
    if (centre && kind === "artifact" && number !== this.#document?.focus) {
      add("Centre here", () => {
        centre(number);
      });
    }
    if (openRun && run && run !== shown) {
      add(`Open run ${clipped(shortRun(run), 40)}`, () => {
        openRun(run);
      });
    }
    return made;
  }
}
