import { expect, test } from "vitest";
import { NO_FILTERS } from "../../src/sidebar/filters";
import {
  DEFAULT_SETTINGS,
  FIRST_STATE,
  settingsFrom,
  type SidebarState,
  stateFrom,
} from "../../src/sidebar/state";
import { only } from "../helpers";
import { makeRun, makeRuns, makeStores } from "../runs";
import { prepare, serverOf, settle, shown } from "./stage";

prepare();

const SAVED: SidebarState = {
  store: "id-two",
  filters: { ...NO_FILTERS, states: ["FAILED"], search: "run" },
  filtersAreOpen: true,
};

test("store, filters and the open panel are found again", async () => {
  const server = serverOf([makeRun(0, { state: "FAILED" }), ...makeRuns(5).slice(1)]);
  server.stores = makeStores("one", "two");
  const stage = await shown(server, { state: stateFrom(JSON.parse(JSON.stringify(SAVED))) });
  expect(stage.questions()[0]).toBe("search=run&state=FAILED&store=id-two&offset=0&limit=50");
  expect(stage.rows).toHaveLength(1);
  expect(only(stage.element, ".znb-filters").hidden).toBe(false);
  expect(only<HTMLInputElement>(stage.element, "input[type=search]").value).toBe("run");
});

test("what is recalled late is taken, unless something was chosen meanwhile", async () => {
  const server = serverOf(makeRuns(3));
  server.stores = makeStores("one", "two");
  const stage = await shown(server);
  stage.sidebar.recall(SAVED);
  await settle();
  expect(stage.sidebar.store).toBe("id-two");
  const touched = await shown(server);
  touched.sidebar.filter({ ...NO_FILTERS, search: "run-1" });
  touched.sidebar.recall(SAVED);
  await settle();
  expect(touched.sidebar.store).toBe("id-one");
  expect(touched.rows).toHaveLength(1);
});

test("a store that is gone gives way to the first one", async () => {
  const stage = await shown(serverOf(makeRuns(3)), { state: { store: "gone" } });
  expect(stage.sidebar.store).toBe("id-demo");
  expect(stage.rows).toHaveLength(3);
});

test.each([
  null,
  "text",
  [1],
  { store: 7, filters: "x", filtersAreOpen: "yes" },
  { filters: { states: "FAILED", search: 1, span: "__proto__", pipelines: [3, null] } },
])("a saved state that is none is the first one: %j", (saved) => {
  expect(stateFrom(saved)).toEqual(FIRST_STATE);
});

test("settings that are not understood are the defaults", () => {
  expect(settingsFrom(null)).toEqual(DEFAULT_SETTINGS);
  expect(settingsFrom({ interval: "x", metrics: "a", density: 3 })).toEqual(DEFAULT_SETTINGS);
  expect(settingsFrom({ interval: 0, metrics: ["a", 1], density: "compact" })).toEqual({
    interval: 0.5,
    metrics: ["a"],
    density: "compact",
  });
});

test("a sidebar that is closed asks for nothing any more", async () => {
  const server = serverOf(makeRuns(3));
  const stage = await shown(server);
  stage.sidebar.isShown = false;
  const asked = server.asked.length;
  stage.sidebar.refresh();
  await settle(60_000);
  expect(server.asked).toHaveLength(asked);
});
