import { expect, test } from "vitest";
import { only } from "../helpers";
import { makeRun, makeRuns } from "../runs";
import { prepare, ROW, serverOf, settle, shown, type Stage } from "./stage";

prepare();

function click(stage: Stage, row: number, more: MouseEventInit = {}, part = ""): void {
  const target = part ? only(stage.row(row), part) : stage.row(row);
  target.dispatchEvent(new MouseEvent("click", { bubbles: true, ...more }));
}

function bar(stage: Stage): HTMLElement {
  return only(stage.element, ".znb-selection");
}

test("a click opens a run; its box, or Ctrl and a click, selects it", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  click(stage, 2);
  expect(stage.open.mock.calls).toEqual([["id-demo", "taxi.run-2"]]);
  expect(stage.sidebar.selectedRuns).toEqual([]);
  click(stage, 3, {}, ".znb-run-check");
  click(stage, 1, { ctrlKey: true });
  click(stage, 0, { metaKey: true });
  expect(stage.sidebar.selectedRuns).toEqual(["taxi.run-3", "taxi.run-1", "taxi.run-0"]);
  click(stage, 3, {}, ".znb-run-check");
  expect(stage.sidebar.selectedRuns).toEqual(["taxi.run-1", "taxi.run-0"]);
  expect(stage.open).toHaveBeenCalledTimes(1);
});

test("Shift and a click selects what lies between", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  click(stage, 1, { ctrlKey: true });
  click(stage, 4, { shiftKey: true });
  expect(stage.sidebar.selectedRuns).toHaveLength(4);
  click(stage, 2, { shiftKey: true });
  expect([...stage.sidebar.selectedRuns].sort()).toEqual(["taxi.run-1", "taxi.run-2"]);
});

test("two runs can be compared, one cannot, and more than 200 cannot", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  expect(bar(stage).hidden).toBe(true);
  click(stage, 4, { ctrlKey: true });
  expect(bar(stage).hidden).toBe(false);
  expect(bar(stage).textContent).toContain("1 selected");
  const compare = stage.button("Compare");
  expect(compare.disabled).toBe(true);
  compare.click();
  stage.sidebar.compare();
  expect(stage.compare).not.toHaveBeenCalled();
  click(stage, 2, { ctrlKey: true });
  expect(compare.disabled).toBe(false);
  compare.click();
  expect(stage.compare.mock.calls).toEqual([["id-demo", ["taxi.run-4", "taxi.run-2"]]]);
  stage.button("Clear the selection").click();
  expect(bar(stage).hidden).toBe(true);
  expect(stage.row(4).getAttribute("aria-selected")).toBe("false");
});

test("more runs than a comparison has room for cannot be compared, and the button says why", async () => {
  const stage = await shown(serverOf(makeRuns(250)));
  for (let top = 0; top < 250; top += 40) await stage.scroll(top * ROW);
  stage.key("Home");
  await settle();
  stage.key("End", { shiftKey: true });
  expect(stage.sidebar.selectedRuns).toHaveLength(250);
  expect(stage.button("Compare").disabled).toBe(true);
  expect(stage.button("Compare").title).toContain("200");
});

test("a selected run stays selected when newer ones come in above it", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  click(stage, 0, { ctrlKey: true });
  stage.server.runs = [makeRun(0, { id: "taxi.new" }), ...stage.server.runs];
  stage.server.revision++;
  await settle(2000);
  const selected = [0, 1].map((row) => stage.row(row).getAttribute("aria-selected"));
  expect(selected).toEqual(["false", "true"]);
  // The range goes on from the run, not from its old place.
  click(stage, 2, { shiftKey: true });
  expect(stage.sidebar.selectedRuns).toEqual(["taxi.run-0", "taxi.run-1"]);
});

test("in a list of other runs a range begins anew, and what was selected before stays", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  click(stage, 5, { ctrlKey: true });
  click(stage, 7, { shiftKey: true });
  stage.server.runs.push(makeRun(30, { state: "FAILED" }), makeRun(31, { state: "FAILED" }));
  stage.sidebar.filter({
    ...{ search: "", pipelines: [], states: ["FAILED"], span: "any", since: "", before: "" },
    ...{ metric: "", minimum: "", maximum: "" },
  });
  await settle();
  click(stage, 1, { shiftKey: true });
  expect(stage.sidebar.selectedRuns).toEqual([
    "taxi.run-5",
    "taxi.run-6",
    "taxi.run-7",
    "taxi.run-30",
    "taxi.run-31",
  ]);
});

test("a menu is about the run that it was opened on", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  stage.row(3).dispatchEvent(new MouseEvent("contextmenu", { bubbles: true }));
  expect(stage.sidebar.activeRun).toBe("taxi.run-3");
});
