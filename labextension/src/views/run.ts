// Draws zenml_nb/run@1: the page of one run, in a tab of its own. It is no part of the views of a notebook.
import type { RunDocument, RunViews } from "../contract/pages/run";
import type { StepsDocument } from "../contract/steps";
import { element } from "./dom";
import { ArtifactTable } from "./run/artifacts";
import { ArtifactView } from "./run/artifact-view";
import { Configuration } from "./run/configuration";
import { Header } from "./run/header";
import { LineageTab } from "./run/lineage-tab";
import type { RunScope } from "./run/scope";
import { Tabs } from "./run/tabs";
import { Timeline } from "./run/timeline";
import type { Update } from "./scope";
import { renderSteps } from "./steps";

export type { LoadOptions, RunHost, RunScope } from "./run/scope";

type ViewName = keyof RunViews;

const VIEWS = [
  ["statistics", "Statistics"],
  ["schema", "Schema"],
  ["anomalies", "Anomalies"],
  ["training", "Training"],
  ["evaluation", "Evaluation"],
] as const satisfies readonly (readonly [ViewName, string])[];

/** Draws the page into an empty root, which has the class `zenml-nb`; the caller clears the DOM. */
export function renderRun(
  root: HTMLElement,
  document: RunDocument,
  scope: RunScope,
): Update<RunDocument> {
  const page = new RunPage(root, document, scope);
  page.show(document);
  return (next) => {
    page.update(next);
  };
}

class RunPage {
  readonly #header: Header;
  readonly #tabs: Tabs;
  readonly #steps = element("div", "znb-rp-steps");
  readonly #timeline: Timeline;
  readonly #views: ReadonlyMap<ViewName, ArtifactView>;
  readonly #artifacts: ArtifactTable;
  readonly #lineage: LineageTab;
  readonly #configuration: Configuration;
  readonly #updateSteps: Update<StepsDocument>;
  #document: RunDocument;

  constructor(root: HTMLElement, document: RunDocument, scope: RunScope) {
    const { signal } = scope;
    this.#document = document;
    const open = (uri: string): void => {
      this.#open(uri);
    };
    const trace = (artifact: number): void => {
      this.#lineage.centre(artifact);
      this.#tabs.goTo("lineage");
    };
    this.#header = new Header(scope);
    this.#tabs = new Tabs("Parts of the run", signal);
    this.#timeline = new Timeline(signal);
    this.#views = new Map(VIEWS.map(([name]) => [name, new ArtifactView(scope, open)]));
    this.#artifacts = new ArtifactTable(scope, open, trace);
    this.#lineage = new LineageTab(scope, open);
    this.#configuration = new Configuration(scope);
    root.classList.add("znb-rp");
    root.append(this.#header.element, this.#tabs.element, this.#tabs.panels);
    this.#addTabs();
    this.#updateSteps = renderSteps(this.#steps, stepsOf(document), { signal, host: { open } });
  }

  update(document: RunDocument): void {
    this.#document = document;
    this.#updateSteps(stepsOf(document));
    this.show(document);
  }

  show(document: RunDocument): void {
    this.#header.show(document);
    // The error stands above: it is not repeated where it is the only one.
    const errors = document.steps.steps.filter(({ error }) => error).length;
    this.#steps.classList.toggle("znb-rp-told-above", document.error !== null && errors === 1);
    this.#timeline.show(document);
    this.#artifacts.show(document);
    this.#lineage.show(document);
    this.#configuration.show(document.configuration);
    for (const [name] of VIEWS) this.#tabs.offer(name, document.views[name] !== null);
    this.#tabs.count("artifacts", document.artifacts.length);
    const { chosen } = this.#tabs;
    const shown = VIEWS.find(([name]) => name === chosen)?.[0];
    if (shown) this.#load(shown);
  }

  #addTabs(): void {
    this.#tabs.add("steps", "Steps", this.#steps);
    this.#tabs.add("timeline", "Timeline", this.#timeline.element);
    for (const [name, label] of VIEWS) {
      const view = this.#views.get(name);
      if (!view) continue;
      this.#tabs.add(name, label, view.element, () => {
        this.#load(name);
      });
    }
    this.#tabs.add("artifacts", "Artifacts", this.#artifacts.element);
    this.#tabs.add("lineage", "Lineage", this.#lineage.element, () => {
      this.#lineage.load();
    });
    this.#tabs.add("configuration", "Configuration", this.#configuration.element);
  }

  #load(name: ViewName, feature?: string): void {
    const uri = this.#document.views[name];
    if (uri === null) return;
    const artifact = this.#document.artifacts.find((one) => one.uri === uri);
    const splits = name === "anomalies" ? (artifact?.splits ?? []) : [];
    const sought = feature === undefined ? {} : { feature };
    this.#views.get(name)?.show({ uri, name, splits, ...sought });
  }

  /** Opens an artifact where it has its place: in a tab, or below the table of artifacts. */
  #open(address: string): void {
    const at = address.indexOf("#");
    const uri = at < 0 ? address : address.slice(0, at);
    const feature = at < 0 ? undefined : address.slice(at + 1);
    const name = VIEWS.find(([view]) => this.#document.views[view] === uri)?.[0];
    if (name) {
      this.#load(name, feature);
      this.#tabs.goTo(name);
    } else {
      this.#tabs.goTo("artifacts");
      this.#artifacts.open(uri, feature);
    }
  }
}

/** The step graph without what stands above it. */
function stepsOf({ steps }: RunDocument): StepsDocument {
  return steps.run ? { ...steps, run: { ...steps.run, error: null } } : steps;
}
