import { expect, test } from "vitest";
import { activeFilters, filterQuery, type Filters, NO_FILTERS } from "../../src/sidebar/filters";
import { all, only, type } from "../helpers";
import { makeRun, makeRuns } from "../runs";
import { choose, NOW, prepare, serverOf, settle, shown, type Stage } from "./stage";

prepare();

async function opened(): Promise<Stage> {
  const runs = [makeRun(0, { state: "FAILED" }), ...makeRuns(30).slice(1)];
  return shown(serverOf(runs), { state: { filtersAreOpen: true } });
}

/** The last question, without what every question has. */
async function asked(stage: Stage): Promise<string[][]> {
  await settle();
  const query = stage.server.to("runs").at(-1);
  return [...(query ?? [])].filter(([name]) => !["store", "offset", "limit"].includes(name));
}

function tick(stage: Stage, legend: string, label: string): void {
  const group = all(stage.element, "fieldset").find(
    (each) => only(each, "legend").textContent === legend,
  );
  const options = all(group ?? stage.element, "label");
  options
    .find((option) => option.querySelector(".znb-choice-name")?.textContent === label)
    ?.click();
}

function chips(stage: Stage): string[] {
  return all(stage.element, ".znb-chip").map(({ textContent }) => textContent);
}

test("filters are folded away until they are wanted", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  const panel = only(stage.element, ".znb-filters");
  const button = stage.button("Filters");
  expect([panel.hidden, button.getAttribute("aria-expanded")]).toEqual([true, "false"]);
  button.click();
  expect([panel.hidden, button.getAttribute("aria-expanded")]).toEqual([false, "true"]);
  expect(stage.remember.mock.lastCall?.[0].filtersAreOpen).toBe(true);
  button.click();
  expect(panel.hidden).toBe(true);
});

test("pipelines and states have their numbers of runs, and several can be chosen", async () => {
  const stage = await opened();
  const counted = all(stage.element, ".znb-choice").map(({ textContent }) => textContent);
  expect(counted).toEqual(["Failed1", "Complete29", "taxi30", "accuracy", "loss"]);
  tick(stage, "State", "Failed");
  expect(await asked(stage)).toEqual([["state", "FAILED"]]);
  expect(stage.footer).toBe("1 of 30 runs");
  expect(stage.rows).toHaveLength(1);
  tick(stage, "State", "Complete");
  tick(stage, "Pipeline", "taxi");
  expect(await asked(stage)).toEqual([
    ["pipeline", "taxi"],
    ["state", "FAILED"],
    ["state", "COMPLETE"],
  ]);
  tick(stage, "Pipeline", "taxi");
  tick(stage, "State", "Failed");
  expect(await asked(stage)).toEqual([["state", "COMPLETE"]]);
});

test("a state of another tool, which the server cannot be asked for, is not offered", async () => {
  const runs = [makeRun(0, { state: "odd" })];
  const stage = await shown(serverOf(runs), { state: { filtersAreOpen: true } });
  expect(all(stage.element, ".znb-choice").map((it) => it.textContent)).not.toContain("odd1");
});

test("a span of time is asked for by its beginning, to the minute", async () => {
  const stage = await opened();
  choose(stage.field<HTMLSelectElement>("Started"), "day");
  const since = new Date(NOW - 24 * 3600 * 1000).toISOString();
  expect(await asked(stage)).toEqual([["since", since]]);
  expect(chips(stage)).toEqual(["last 24 hours"]);
  expect(stage.field("From").closest<HTMLElement>(".znb-pair")?.hidden).toBe(true);
});

test("between two times of the person's own clock", async () => {
  const stage = await opened();
  choose(stage.field<HTMLSelectElement>("Started"), "custom");
  expect(stage.field("From").closest<HTMLElement>(".znb-pair")?.hidden).toBe(false);
  choose(stage.field("From"), "2026-01-01T08:30");
  choose(stage.field("Until"), "2026-01-02T09:00");
  expect(await asked(stage)).toEqual([
    ["since", new Date(2026, 0, 1, 8, 30).toISOString()],
    ["before", new Date(2026, 0, 2, 9).toISOString()],
  ]);
  expect(chips(stage)).toEqual(["2026-01-01 08:30 to 2026-01-02 09:00"]);
});

test("a metric and its range", async () => {
  const stage = await opened();
  const range = stage.field("At least").closest<HTMLElement>(".znb-pair");
  expect(range?.hidden).toBe(true);
  choose(stage.field<HTMLSelectElement>("Metric"), "accuracy");
  expect(range?.hidden).toBe(false);
  expect(await asked(stage)).toEqual([["metric", "accuracy"]]);
  choose(stage.field("At least"), "0.5");
  choose(stage.field("At most"), "1e3");
  expect(await asked(stage)).toEqual([
    ["metric", "accuracy"],
    ["min", "0.5"],
    ["max", "1e3"],
  ]);
  expect(chips(stage)).toEqual(["0.5 ≤ accuracy ≤ 1e3"]);
  choose(stage.field<HTMLSelectElement>("Metric"), "");
  expect(await asked(stage)).toEqual([]);
  expect(range?.hidden).toBe(true);
});

test.each([
  [{ metric: "loss", minimum: "9", maximum: "10" }, ""],
  [{ metric: "loss", minimum: "10", maximum: "9" }, "No loss is at least 10 and at most 9."],
  [
    { span: "custom", since: "2026-01-02T00:00", before: "2026-01-01T00:00" } as const,
    "No time is after 2026-01-02 00:00 and before 2026-01-01 00:00.",
  ],
])("a range that nothing can lie in is told: %j", async (changed, told) => {
  const stage = await opened();
  stage.server.runs = [];
  stage.sidebar.filter({ ...NO_FILTERS, ...changed });
  await settle();
  expect(stage.card.textContent).toContain("No run matches");
  if (told) expect(stage.card.textContent).toContain(told);
  else expect(stage.card.textContent).not.toContain("at least");
});

test("a filter that the server refuses is told with its advice, and can be taken back", async () => {
  const stage = await opened();
  const body = { error: "min is no number.", where: null, hint: "Write 0.5, say." };
  stage.server.refusal = { status: 400, body, route: "runs" };
  choose(stage.field<HTMLSelectElement>("Metric"), "loss");
  await settle();
  expect(stage.card.textContent).toContain("min is no number.");
  expect(stage.card.textContent).toContain("Write 0.5, say.");
  expect(stage.list.hidden).toBe(true);
  stage.server.refusal = undefined;
  stage.button("Clear filters").click();
  await settle();
  expect(stage.list.hidden).toBe(false);
  expect(stage.rows.length).toBeGreaterThan(0);
});

test("each chip takes its filter away, and the button all of them", async () => {
  const stage = await opened();
  const filters: Filters = {
    ...NO_FILTERS,
    ...{ pipelines: ["taxi"], states: ["FAILED"], span: "hour", metric: "loss", minimum: "1" },
  };
  stage.sidebar.filter(filters);
  expect(chips(stage)).toEqual(["taxi", "failed", "last hour", "loss ≥ 1"]);
  stage.button("Remove the filter taxi").click();
  expect((await asked(stage)).map(([name]) => name)).toEqual(["state", "since", "metric", "min"]);
  expect(chips(stage)).toEqual(["failed", "last hour", "loss ≥ 1"]);
  stage.button("Clear filters").click();
  expect(await asked(stage)).toEqual([]);
  expect(stage.remember.mock.lastCall?.[0].filters).toEqual(NO_FILTERS);
  expect(stage.field("At least").value).toBe("");
});

test("what is typed is asked for after a pause, once", async () => {
  const stage = await shown(serverOf(makeRuns(30)), { settings: { interval: 60 } });
  const search = only<HTMLInputElement>(stage.element, "input[type=search]");
  search.focus();
  const before = stage.questions().length;
  for (const text of ["r", "run", "run-2", "run-29 "]) {
    type(search, text);
    await settle(150);
  }
  expect(stage.questions()).toHaveLength(before);
  await settle(100);
  expect(stage.questions()).toHaveLength(before + 1);
  expect(await asked(stage)).toEqual([["search", "run-29"]]);
  expect(search.value).toBe("run-29 ");
  expect(stage.footer).toBe("1 of 30 runs");
});

test("the metrics that rows show are chosen in the panel", async () => {
  const stage = await opened();
  tick(stage, "Metrics shown in the list", "loss");
  expect(stage.metrics.mock.calls).toEqual([[["loss"]]]);
});

test("no filter asks for nothing, and bounds without a metric are no filter", () => {
  expect(String(filterQuery(NO_FILTERS))).toBe("");
  expect(String(filterQuery({ ...NO_FILTERS, minimum: "1", search: "  " }))).toBe("");
  expect(activeFilters({ ...NO_FILTERS, minimum: "1", since: "2026-01-01T00:00" })).toEqual([]);
  expect(String(filterQuery({ ...NO_FILTERS, pipelines: ["a&b=c", "d e"] }))).toBe(
    "pipeline=a%26b%3Dc&pipeline=d+e",
  );
});

test("what there is to filter by stays when the server refuses a filter", async () => {
  const stage = await opened();
  stage.server.refusal = { status: 400, body: { error: "No such state." } };
  tick(stage, "State", "Failed");
  await settle();
  const names = all(stage.element, ".znb-choice-name").map(({ textContent }) => textContent);
  expect(names).toEqual(["Failed", "Complete", "taxi", "accuracy", "loss"]);
});

test("what was typed just before another filter is chosen counts too", async () => {
  const stage = await opened();
  type(only<HTMLInputElement>(stage.element, "input[type=search]"), "run-1");
  tick(stage, "State", "Complete");
  expect(await asked(stage)).toEqual([
    ["search", "run-1"],
    ["state", "COMPLETE"],
  ]);
});
