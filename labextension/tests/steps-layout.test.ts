import { expect, test } from "vitest";
import { arrange, curve } from "../src/views/steps/layout";
import { duration } from "../src/views/steps/words";

test("cards are laid out in layers, and no two of them overlap", () => {
  const size = { width: 100, height: 40 };
  const names = ["__proto__", "b", "c", "d"];
  const edges = [
    ["__proto__", "b"],
    ["b", "c"],
    ["b", "d"],
    ["x", "d"],
  ].map(([from = "", to = ""]) => ({ from, to, artifacts: [] }));
  const { places, ways, width } = arrange(new Map(names.map((name) => [name, size])), edges, "LR");
  const [a, b, c, d] = names.map((name) => places.get(name));
  expect((a?.x ?? 0) + 100).toBeLessThan(b?.x ?? 0);
  expect((b?.x ?? 0) + 100).toBeLessThan(c?.x ?? 0);
  expect(Math.abs((c?.y ?? 0) - (d?.y ?? 0))).toBeGreaterThanOrEqual(40);
  expect(ways.map((way) => way.length > 0)).toEqual([true, true, true, false]);
  expect(width).toBeGreaterThan(300);
  expect(curve(ways[0] ?? [], "LR")).toMatch(/^M[\d. ]+/);
});

test("an edge that passes a layer keeps clear of its cards, and a circle ends the layout too", () => {
  const size = { width: 100, height: 40 };
  const sizes = new Map(["a", "b", "c"].map((name) => [name, size]));
  const edge = (from: string, to: string) => ({ from, to, artifacts: [] });
  const jump = arrange(sizes, [edge("a", "b"), edge("b", "c"), edge("a", "c")], "LR");
  const b = jump.places.get("b") ?? { x: 0, y: 0 };
  const lanes = (jump.ways[2] ?? []).filter(({ x }) => x >= b.x && x <= b.x + 100);
  expect(lanes).toHaveLength(2);
  expect(lanes.every(({ y }) => y < b.y || y > b.y + 40)).toBe(true);
  const circle = arrange(sizes, [edge("a", "b"), edge("b", "a"), edge("c", "c")], "TB");
  expect(circle.places.size).toBe(3);
  expect(circle.ways.filter((way) => way.length > 0)).toHaveLength(1);
});

test.each([
  [null, "—"],
  [0.004, "0.00 s"],
  [9.99, "9.99 s"],
  [9.996, "10.0 s"],
  [59.96, "1 min 0 s"],
  [3725, "1 h 2 min"],
])("the duration %s is %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
