import { expect, test } from "vitest";
import type { TableCell, TableColumn } from "../src/contract/tables";
import { formatCell, formatNumber, stateLevel, visible } from "../src/views/format";
import { shared } from "./helpers";

const cases = shared("display_cases.json") as {
  numbers: [number, string][];
  cells: [TableCell, TableColumn["kind"], string][];
  visible: [string, string][];
  levels: [string, string][];
};

test.each(cases.numbers)("the number %d is shown as in Python", (value, shown) => {
  expect(formatNumber(value)).toBe(shown);
});

test.each(cases.cells)("the cell %j of kind %s is shown as in Python", (cell, kind, shown) => {
  expect(formatCell(cell, kind)).toBe(shown);
});

test.each(cases.visible)("the text %j is shown as in Python", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each(cases.levels)("the state %s has the level it has in Python", (word, level) => {
  expect(stateLevel(word)).toBe(level);
});
