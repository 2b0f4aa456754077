// The artifacts of a run as a table, and below it the view of the one that was opened.
import type { RunArtifact, RunDocument } from "../../contract/pages/run";
import { element } from "../dom";
import { MISSING, visible } from "../format";
import { Headings } from "../headings";
import { clipped } from "../long";
import { Search, choice } from "../search";
import { told } from "../steps/words";
import { ArtifactView } from "./artifact-view";
import type { RunScope } from "./scope";

const COLUMNS = ["Artifact", "Type", "Component", "Splits", "State", "Location"] as const;

export class ArtifactTable {
  readonly element = element("div", "znb-rp-artifacts");
  readonly #scope: RunScope;
  readonly #lineage: (artifact: number) => void;
  readonly #search: Search;
  readonly #types = element("span");
  readonly #headings: Headings;
  readonly #body = element("tbody");
  readonly #below = element("section", "znb-rp-below");
  readonly #title = element("h3", "znb-caption");
  readonly #view: ArtifactView;
  #artifacts: readonly RunArtifact[] = [];
  #rows = new Map<RunArtifact, HTMLTableRowElement>();
  #type = "";
  #opened: string | undefined;
  #drawn = "";

  /**
   * @param open - opens what a view links to
   * @param lineage - shows the lineage of an artifact
   */
  constructor(scope: RunScope, open: (uri: string) => void, lineage: (artifact: number) => void) {
    this.#scope = scope;
    this.#lineage = lineage;
    const draw = (): void => {
      this.#draw();
    };
    this.#search = new Search("Search artifacts", draw, scope.signal);
    this.#headings = new Headings(
      COLUMNS.map((label) => ({ label })),
      draw,
      scope.signal,
    );
    const actions = element("th", "znb-rp-row-actions");
    actions.scope = "col";
    actions.append(element("span", "znb-hidden", "Actions"));
    this.#headings.element.querySelector("tr")?.append(actions);
    this.#view = new ArtifactView(scope, open);
    this.#lay();
  }

  show({ artifacts }: RunDocument): void {
    const drawn = JSON.stringify(artifacts);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#artifacts = artifacts;
    this.#rows = new Map(artifacts.map((artifact) => [artifact, this.#row(artifact)]));
    this.#offerTypes();
    this.#draw();
  }

  /** Shows the view of an artifact below the table; also of one that another run wrote. */
  open(uri: string, feature?: string): void {
    const artifact = this.#artifacts.find((one) => one.uri === uri);
    this.#opened = uri;
    const name = artifact ? `${artifact.component} · ${artifact.key || artifact.type}` : uri;
    this.#title.textContent = visible(clipped(name, 200));
    this.#below.hidden = false;
    this.#view.show({
      uri,
      name: artifact?.view ?? "artifact",
      splits: artifact?.view === "anomalies" ? artifact.splits : [],
      ...(feature === undefined ? {} : { feature }),
    });
    this.#mark();
    this.#below.scrollIntoView({ block: "nearest" });
  }

  #close(): void {
    const button = this.#body.querySelector<HTMLElement>('[aria-expanded="true"]');
    this.#opened = undefined;
    this.#below.hidden = true;
    this.#mark();
    button?.focus();
  }

  #lay(): void {
    const head = element("div", "znb-head");
    head.append(...this.#search.elements, this.#types);
    const table = element("table", "znb-table");
    table.append(element("caption", "znb-hidden", "Artifacts"), this.#headings.element, this.#body);
    const box = element("div", "znb-scroll znb-rp-wide");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Artifacts");
    box.append(table);
    const close = element("button", "znb-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", "Close the view of the artifact");
    const act = (): void => {
      this.#close();
    };
    close.addEventListener("click", act, { signal: this.#scope.signal });
    const title = element("div", "znb-head");
    title.append(this.#title, close);
    this.#below.hidden = true;
    this.#below.append(title, this.#view.element);
    this.element.append(head, box, this.#below);
  }

  #offerTypes(): void {
    const types = [...new Set(this.#artifacts.map(({ type }) => type))].sort();
    if (!types.includes(this.#type)) this.#type = "";
    const choose = (type: string): void => {
      this.#type = type;
      this.#draw();
    };
    const made = choice("Type", types, choose, this.#scope.signal);
    if (made instanceof HTMLSelectElement) made.value = this.#type;
    this.#types.replaceChildren(...(types.length > 1 ? [made] : []));
  }

  #draw(): void {
    const found = this.#artifacts.filter(
      (artifact) =>
        (this.#type === "" || artifact.type === this.#type) &&
        this.#search.matches(cellsOf(artifact).join("\n")),
    );
    const sorted = this.#headings.sorted(
      found,
      (artifact, column) => cellsOf(artifact)[column] ?? null,
      () => false,
    );
    this.#body.replaceChildren(...sorted.flatMap((artifact) => this.#rows.get(artifact) ?? []));
    if (found.length === 0) this.#body.append(nothing(this.#artifacts.length > 0));
    const all = this.#artifacts.length;
    const noun = all === 1 ? "artifact" : "artifacts";
    const isAll = found.length === all;
    this.#search.tell(`${isAll ? "" : `${String(found.length)} of `}${String(all)} ${noun}`);
    this.#mark();
  }

  #mark(): void {
    for (const [{ uri }, row] of this.#rows) {
      const isOpen = uri === this.#opened;
      row.classList.toggle("znb-rp-open", isOpen);
      row.querySelector("[aria-expanded]")?.setAttribute("aria-expanded", String(isOpen));
    }
  }

  #row(artifact: RunArtifact): HTMLTableRowElement {
    const [key = "", ...rest] = cellsOf(artifact);
    const row = element("tr");
    const name = element("th", "", clipped(key, 100));
    name.scope = "row";
    const cells = rest.map((value) =>
      element("td", value ? "" : "znb-missing", clipped(value, 200) || MISSING),
    );
    const { sign, word, level } = told(artifact.state);
    cells[3]?.replaceChildren(element("span", `znb-sign znb-${level}`, sign), word);
    const place = element("code", "znb-rp-uri", clipped(artifact.uri, 300));
    place.title = visible(clipped(artifact.uri, 1000));
    cells[4]?.replaceChildren(place);
    row.append(name, ...cells, this.#actions(artifact));
    return row;
  }

  #actions(artifact: RunArtifact): HTMLElement {
    const cell = element("td", "znb-rp-row-actions");
    const { uri, id, view } = artifact;
    const what = visible(clipped(`${artifact.component} ${artifact.key}`, 100));
    const add = (label: string, act: () => void): HTMLButtonElement => {
      const button = element("button", "znb-rp-small", label);
      button.type = "button";
      button.setAttribute("aria-label", `${label} of ${what}`);
      button.addEventListener("click", act, { signal: this.#scope.signal });
      cell.append(button);
      return button;
    };
    if (view) {
      const toggle = (): void => {
        if (this.#opened === uri) this.#close();
        else this.open(uri);
      };
      add("View", toggle).setAttribute("aria-expanded", "false");
    }
    add("Lineage", () => {
      this.#lineage(id);
    });
    return cell;
  }
}

/** One text a column, by which it is sorted and searched. */
function cellsOf({ key, type, component, splits, state, uri }: RunArtifact): string[] {
  return [key || type, type, component, splits.join(", "), state, uri];
}

function nothing(hasSome: boolean): HTMLTableRowElement {
  const words = hasSome ? "No artifact matches" : "The run has written nothing yet";
  const cell = element("td", "znb-empty", words);
  cell.colSpan = COLUMNS.length + 1;
  const row = element("tr");
  row.append(cell);
  return row;
}
