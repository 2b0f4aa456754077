// Draws zenml_nb/statistics@1.
import type { StatisticsDocument, StatisticsFeature } from "../contract/statistics";
import { element, paragraphs } from "./dom";
import { counted } from "./long";
import type { Scope, Update } from "./scope";
import { Search } from "./search";
import { FLAGGED, legend, ordering, switches, typeChoice } from "./statistics/controls";
import { type Details, flagList } from "./statistics/details";
import { FeatureList } from "./statistics/list";
import { Settings } from "./statistics/settings";

export function renderStatistics(
  root: HTMLElement,
  document: StatisticsDocument,
  { signal }: Scope,
): Update<StatisticsDocument> {
  const view = new StatisticsView(root, signal);
  view.show(document);
  return (next) => {
    view.show(next);
  };
}

class StatisticsView {
  readonly #root: HTMLElement;
  readonly #signal: AbortSignal;
  readonly #settings = new Settings();
  readonly #search: Search;
  readonly #nothing = element("p", "znb-note", "No feature matches.");
  /** Ends what belongs to the shown document. */
  #shown = new AbortController();
  #lists: readonly FeatureList[] = [];
  #total = 0;

  constructor(root: HTMLElement, signal: AbortSignal) {
    this.#root = root;
    this.#signal = signal;
    this.#search = new Search(
      "Search features",
      () => {
        this.#arrange();
      },
      signal,
    );
    signal.addEventListener("abort", () => {
      this.#shown.abort();
    });
  }

  show(document: StatisticsDocument): void {
    this.#shown.abort();
    this.#shown = new AbortController();
    const { signal } = this.#shown;
    if (this.#signal.aborted) return;
    const settings = this.#settings;
    const isShown = (index: number): boolean => {
      const dataset = document.datasets[index];
      return dataset !== undefined && (settings.switched.get(dataset.label) ?? dataset.shown);
    };
    const common = (): Omit<Details, "section" | "feature"> => ({
      datasets: document.datasets,
      shown: document.datasets.flatMap((_, index) => (isShown(index) ? [index] : [])),
      options: settings,
    });
    const redraw = (): void => {
      for (const list of this.#lists) list.invalidate();
    };
    const arrange = (): void => {
      this.#arrange();
    };
    this.#total = document.sections.reduce((sum, { features }) => sum + features.length, 0);
    this.#lists = document.sections.map(
      (section) => new FeatureList(section, settings, common, signal),
    );
    const tools = element("div", "znb-head znb-st-tools");
    tools.append(
      ...this.#search.elements,
      ...typeChoice(document, settings, arrange, signal),
      ...ordering(document, settings, arrange, signal),
      ...switches(settings, redraw, signal),
    );
    this.#root.replaceChildren(
      element("h3", "znb-title", document.title),
      ...paragraphs(document.notes),
      ...(document.flags.length > 0 ? [flagList(document.flags)] : []),
      legend(document, isShown, settings, redraw, signal),
      ...(this.#total > 0 ? [tools] : []),
      ...this.#lists.map((list) => list.element),
      this.#nothing,
    );
    this.#arrange();
  }

  #arrange(): void {
    const { type } = this.#settings;
    const passes = (feature: StatisticsFeature): boolean =>
      this.#search.matches(feature.name) &&
      (type === "" || (type === FLAGGED ? feature.flags !== undefined : feature.type === type));
    const found = this.#lists.reduce((sum, list) => sum + list.arrange(passes), 0);
    const all = counted(this.#total, "feature");
    this.#search.tell(found === this.#total ? all : `${found.toLocaleString("en")} of ${all}`);
    this.#nothing.hidden = found > 0;
    this.#nothing.textContent =
      this.#total > 0 ? "No feature matches." : "These statistics have no features.";
  }
}
