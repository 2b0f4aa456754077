// The evaluation that the tests are about, and what is looked for in its view.
import { beforeEach } from "vitest";
import type { EvaluationDocument } from "../src/contract/evaluation";
import { all, only, shared } from "./helpers";

export let sample: EvaluationDocument;

/** To be called once by each file of tests. */
export function prepare(): void {
  beforeEach(() => {
    document.body.replaceChildren();
    sample = structuredClone(shared("evaluation_sample.json")) as EvaluationDocument;
  });
}

/** The table of slices, row by row; numbers without their intervals. */
export const rows = (el: ParentNode): string[][] =>
  all(only(el, ".znb-ev-slices"), "tbody tr").map((row) =>
    [...row.children].slice(1).map((cell) => cell.firstChild?.textContent ?? ""),
  );
export const names = (el: ParentNode): (string | undefined)[] => rows(el).map(([name]) => name);
// The caller knows what the label is of.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export const labelled = <E extends HTMLElement>(el: ParentNode, label: string): E =>
  only<E>(el, `[aria-label="${label}"]`);
export const tab = (el: ParentNode, title: string): HTMLElement => {
  const found = all(el, ".znb-ev-tabs button").find(({ textContent }) => textContent === title);
  if (!found) throw new Error(`no tab ${title}`);
  return found;
};
export const pick = (el: ParentNode, slice: string): void => {
  labelled(el, `Compare ${slice}`).click();
};
export const choose = (el: ParentNode, label: string, option: string): void => {
  const select = labelled<HTMLSelectElement>(el, label);
  select.selectedIndex = [...select.options].findIndex(({ textContent }) => textContent === option);
  select.dispatchEvent(new Event("change"));
};
export const section = (el: ParentNode, title: string): HTMLElement => {
  const found = all(el, "section").find((one) => one.firstChild?.textContent === title);
  if (!found) throw new Error(`no section ${title}`);
  return found;
};
