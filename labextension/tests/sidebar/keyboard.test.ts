import { expect, test } from "vitest";
import { makeRuns } from "../runs";
import { HEIGHT, prepare, ROW, serverOf, settle, shown, type Stage } from "./stage";

prepare();

const PAGE = HEIGHT / ROW - 1;

function active(stage: Stage): number {
  const id = stage.list.getAttribute("aria-activedescendant");
  const row = stage.rows.find((each) => each.id === id);
  if (!row?.classList.contains("znb-run-active")) throw new Error("no active row");
  return Number(row.dataset.index);
}

test.each([
  [["ArrowDown"], 1],
  [["ArrowDown", "ArrowDown", "ArrowUp"], 1],
  [["ArrowUp"], 0],
  [["PageDown"], PAGE],
  [["PageDown", "PageDown", "PageUp"], PAGE],
  [["End"], 29],
  [["End", "ArrowDown"], 29],
  [["End", "PageUp"], 29 - PAGE],
  [["End", "Home"], 0],
])("%j goes to row %i", async (keys, row) => {
  const stage = await shown(serverOf(makeRuns(30)));
  for (const key of keys) expect(stage.key(key).defaultPrevented).toBe(true);
  expect(active(stage)).toBe(row);
  expect(stage.sidebar.activeRun).toBe(`taxi.run-${String(row)}`);
});

test("the row that the keyboard is at is scrolled into sight, and its page asked for", async () => {
  const stage = await shown(serverOf(makeRuns(10_000)));
  stage.key("End");
  expect(stage.list.scrollTop).toBe(10_000 * ROW - HEIGHT);
  await settle();
  expect(stage.row(9999).textContent).toContain("run-9999");
  stage.key("Home");
  expect(stage.list.scrollTop).toBe(0);
  for (let row = 0; row < 10; row++) stage.key("ArrowDown");
  expect(stage.list.scrollTop).toBe(ROW);
});

test("Enter opens the run, Space selects it and gives it up, Escape clears the selection", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  stage.key("ArrowDown");
  stage.key("Enter");
  expect(stage.open.mock.calls).toEqual([["id-demo", "taxi.run-1"]]);
  stage.key(" ");
  expect(stage.row(1).getAttribute("aria-selected")).toBe("true");
  stage.key("ArrowDown");
  stage.key(" ");
  expect(stage.sidebar.selectedRuns).toEqual(["taxi.run-1", "taxi.run-2"]);
  stage.key(" ");
  expect(stage.sidebar.selectedRuns).toEqual(["taxi.run-1"]);
  stage.key("Escape");
  expect(stage.sidebar.selectedRuns).toEqual([]);
  expect(stage.open).toHaveBeenCalledTimes(1);
});

test("Shift and the arrows select a range, which becomes smaller again", async () => {
  const stage = await shown(serverOf(makeRuns(30)));
  const ids = (): string[] => stage.sidebar.selectedRuns.map((id) => id.replace("taxi.run-", ""));
  stage.key("ArrowDown");
  stage.key("ArrowDown", { shiftKey: true });
  stage.key("ArrowDown", { shiftKey: true });
  expect(ids()).toEqual(["1", "2", "3"]);
  stage.key("ArrowUp", { shiftKey: true });
  expect(ids()).toEqual(["1", "2"]);
});

test("other keys are left to the page", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  for (const key of ["a", "Tab", "Escape", "F5"]) {
    expect(stage.key(key).defaultPrevented).toBe(false);
  }
});

test("the keyboard goes to the list, or to the search where there is none", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  stage.sidebar.focus();
  expect(document.activeElement).toBe(stage.list);
  const empty = await shown(serverOf([]));
  empty.sidebar.focus();
  expect(document.activeElement).toBe(empty.element.querySelector("input[type=search]"));
});
