// What the sidebar shows in place of the list: why there is none, and what to do.
import type { Problem } from "../problem";
import { element } from "../views/dom";
import { wordButton } from "./icons";

export interface Offer {
  readonly word: string;
  readonly act: () => void;
}

/** Grey rows in place of those that are on their way. */
export function loading(rows: number): HTMLElement {
  const whole = element("div", "znb-skeleton");
  whole.setAttribute("role", "status");
  whole.append(element("span", "znb-hidden", "Loading the runs"));
  for (let row = 0; row < rows; row++) whole.append(element("div", "znb-bone"));
  return whole;
}

/** A heading, some lines, and buttons. */
function card(
  title: string,
  lines: readonly (string | HTMLElement)[],
  ...buttons: HTMLElement[]
): HTMLElement {
  const whole = element("div", "znb-card");
  const parts = lines.map((line) => (typeof line === "string" ? element("p", "", line) : line));
  whole.append(element("h3", "", title), ...parts);
  if (buttons.length > 0) {
    const row = element("div", "znb-buttons");
    row.append(...buttons);
    whole.append(row);
  }
  return whole;
}

/** No run has been made yet. */
export function noRuns(signal: AbortSignal, newNotebook?: Offer): HTMLElement {
  const code = element("pre", "znb-code");
  // `element` writes line ends as escapes; a program needs them.
  code.textContent =
    'from zenml_nb import TrainingPipeline\n\npipeline = TrainingPipeline(\n    name="first")\n# add_datasource(...), ...\npipeline.run()';
  const buttons = newNotebook ? [wordButton(newNotebook.word, newNotebook.act, signal)] : [];
  return card(
    "No runs yet",
    ["A run appears here as soon as a pipeline starts:", code],
    ...buttons,
  );
}

/**
 * The filters leave nothing over.
 *
 * @param why - what is wrong with them, if anything is
 */
export function nothingMatches(why: string, clear: () => void, signal: AbortSignal): HTMLElement {
  return card(
    "No run matches",
    [why || "Other runs are hidden by the search and the filters."],
    wordButton("Clear filters", clear, signal),
  );
}

/** Jupyter's folder belongs to no project, and no other store was added. */
export function noStores(add: () => void, signal: AbortSignal): HTMLElement {
  return card(
    "No store of runs",
    [
      "Jupyter's folder has no zenml_nb project yet: the first run of a pipeline makes one.",
      "Runs of any other TFX pipeline can be shown too: add its ML Metadata store.",
    ],
    wordButton("Add a store…", add, signal, "znb-accept"),
  );
}

/** The server gives no answer, or says what is wrong. */
export function failed(problem: Problem, again: () => void, signal: AbortSignal): HTMLElement {
  const lines: HTMLElement[] = [];
  if (problem.kind === "missing") lines.push(...installation());
  else {
    if (problem.where) lines.push(element("p", "znb-where", problem.where));
    if (problem.hint) lines.push(element("p", "", problem.hint));
  }
  const whole = card(problem.message, lines, wordButton("Try again", again, signal, "znb-accept"));
  whole.setAttribute("role", "alert");
  whole.classList.add("znb-failed");
  return whole;
}

function installation(): HTMLElement[] {
  const steps: readonly (readonly [string, string?])[] = [
    ["Install it where the Jupyter server runs:", "pip install zenml-nb"],
    ["Enable it, in case it is switched off:", "jupyter server extension enable zenml_nb"],
    ["Restart the Jupyter server, and reload this page."],
  ];
  const list = element("ol", "znb-steps");
  for (const [text, command] of steps) {
    const item = element("li", "", text);
    if (command) item.append(element("code", "znb-code", command));
    list.append(item);
  }
  return [
    element(
      "p",
      "",
      "The list of runs comes from the Jupyter server, which does not know zenml_nb yet.",
    ),
    list,
  ];
}

/** A line above the list; the list stays. */
export function banner(
  problem: Problem,
  level: "warning" | "error",
  ...buttons: HTMLElement[]
): HTMLElement {
  const whole = element("div", `znb-banner znb-banner-${level}`);
  whole.setAttribute("role", level === "error" ? "alert" : "status");
  const text = element("div");
  text.append(element("p", "znb-strong", problem.message));
  if (problem.where) text.append(element("p", "znb-where", problem.where));
  if (problem.hint) text.append(element("p", "", problem.hint));
  whole.append(text, ...buttons);
  return whole;
}
