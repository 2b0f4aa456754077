import { expect, test } from "vitest";
import { makeRun, makeRuns } from "../runs";
import { HEIGHT, prepare, ROW, serverOf, settle, shown, type Stage } from "./stage";

prepare();

const MANY = 10_000;
/** Six rows above and below those in sight. */
const OVERSCAN = 6;

function offsets(stage: Stage): (string | null)[] {
  return stage.server.to("runs").map((query) => query.get("offset"));
}

test("of ten thousand runs only the rows in sight, and a few around them, are in the page", async () => {
  const stage = await shown(serverOf(makeRuns(MANY)));
  expect(stage.rows).toHaveLength(HEIGHT / ROW + OVERSCAN);
  const plane = stage.list.firstElementChild as HTMLElement;
  expect(plane.style.height).toBe(`${String(MANY * ROW)}px`);
  for (const index of [37, 5000, MANY - 10]) {
    await stage.scroll(index * ROW);
    expect(stage.rows.length).toBeLessThanOrEqual(HEIGHT / ROW + 2 * OVERSCAN + 1);
    expect(stage.row(index).style.transform).toBe(`translateY(${String(index * ROW)}px)`);
    expect(stage.row(index).textContent).toContain(`run-${String(index)}`);
  }
});

test("pages are asked for as they come into sight, each once, and those passed by are not", async () => {
  const stage = await shown(serverOf(makeRuns(MANY)), { settings: { interval: 60 } });
  expect(offsets(stage)).toEqual(["0"]);
  expect(stage.server.to("runs")[0]?.get("limit")).toBe("50");
  await stage.scroll(30 * ROW);
  expect(offsets(stage)).toEqual(["0"]);
  await stage.scroll(45 * ROW);
  expect(offsets(stage)).toEqual(["0", "50"]);
  await stage.scroll(8000 * ROW);
  expect(offsets(stage)).toEqual(["0", "50", "8000"]);
  await stage.scroll(0);
  expect(offsets(stage)).toEqual(["0", "50", "8000"]);
});

test("a page that is passed by before it has come is not waited for", async () => {
  const stage = await shown(serverOf(makeRuns(MANY)), { settings: { interval: 60 } });
  stage.server.gate = new Promise(() => undefined);
  await stage.scroll(2000 * ROW);
  await stage.scroll(8000 * ROW);
  const aborted = stage.server.asked.slice(-2).map(({ signal }) => signal?.aborted);
  expect(aborted).toEqual([true, false]);
});

test("a row whose run is on its way is a blank one that says so", async () => {
  const stage = await shown(serverOf(makeRuns(200)));
  let answer: () => void = () => undefined;
  stage.server.gate = new Promise((resolve) => {
    answer = resolve;
  });
  await stage.scroll(120 * ROW);
  expect(stage.row(120).getAttribute("aria-label")).toBe("Loading");
  expect(stage.row(120).textContent).toBe("");
  answer();
  await settle();
  expect(stage.row(120).textContent).toContain("run-120");
  expect(stage.row(120).classList).not.toContain("znb-run-awaited");
});

test("the newest run is the first row, and says when it started and what came of it", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  expect(stage.rows.map((row) => row.querySelector("time")?.textContent)).toEqual([
    "55 s ago",
    "1 min ago",
    "2 min ago",
  ]);
  expect(stage.row(0).textContent).toContain("Complete");
  expect(stage.row(0).textContent).toContain("12.0 s");
  expect(stage.row(0).textContent).toContain("accuracy0.5");
  expect(stage.footer).toBe("3 runs");
});

test("a new run comes in at the top, and whoever reads further down keeps their place", async () => {
  const stage = await shown(serverOf(makeRuns(200)));
  stage.server.runs = [makeRun(0, { id: "taxi.newest" }), ...stage.server.runs];
  stage.server.revision++;
  await settle(2000);
  expect(stage.row(0).textContent).toContain("newest");
  await stage.scroll(20 * ROW);
  expect(stage.row(20).textContent).toContain("run-19");
  stage.server.runs = [makeRun(0, { id: "taxi.newer" }), ...stage.server.runs];
  stage.server.revision++;
  await settle(2000);
  expect(stage.list.scrollTop).toBe(21 * ROW);
  expect(stage.row(21).textContent).toContain("run-19");
  expect(stage.footer).toBe("202 runs");
});

test("to a screen reader it is a listbox of all runs, with the place of each", async () => {
  const stage = await shown(serverOf(makeRuns(MANY)));
  const { list } = stage;
  expect(list.getAttribute("role")).toBe("listbox");
  expect(list.getAttribute("aria-label")).toBe("Runs");
  expect(list.getAttribute("aria-multiselectable")).toBe("true");
  expect(list.tabIndex).toBe(0);
  await stage.scroll(5000 * ROW);
  const row = stage.row(5000);
  expect(row.getAttribute("role")).toBe("option");
  expect(row.getAttribute("aria-setsize")).toBe(String(MANY));
  expect(row.getAttribute("aria-posinset")).toBe("5001");
  expect(row.getAttribute("aria-selected")).toBe("false");
  expect(row.getAttribute("aria-label")).toBe(
    "taxi, Complete, started 3 d ago, took 12.0 s, accuracy 0.5",
  );
  const ids = stage.rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("while the store is still read the list goes on below what is known, and the footer says so", async () => {
  const server = serverOf(makeRuns(120));
  server.indexing = true;
  const stage = await shown(server);
  expect(stage.footer).toBe("Reading the store: 120 runs so far");
  await stage.scroll(60 * ROW);
  await stage.scroll(110 * ROW);
  expect(stage.row(119).textContent).toContain("run-119");
  server.indexing = false;
  server.revision++;
  await settle(2000);
  expect(stage.footer).toBe("120 runs");
  expect(stage.row(119).getAttribute("aria-setsize")).toBe("120");
});

test("refreshing asks for the stores and the runs again, and leaves the list where it is", async () => {
  const stage = await shown(serverOf(makeRuns(MANY)), { settings: { interval: 60 } });
  await stage.scroll(5000 * ROW);
  const asked = stage.server.asked.length;
  stage.button("Refresh").click();
  await settle();
  const again = stage.server.asked.slice(asked).map(({ url }) => url.pathname);
  expect(again).toEqual(["/base/zenml-nb/stores", "/base/zenml-nb/runs"]);
  expect(stage.list.scrollTop).toBe(5000 * ROW);
  expect(stage.row(5000).textContent).toContain("run-5000");
});

test("rows are as high as the settings say, and show the metrics that are chosen", async () => {
  const run = makeRun(0, {
    metrics: ["a", "b", "c"].map((name, index) => ({ name, value: index + 0.12345 })),
  });
  const stage = await shown(serverOf([run]));
  expect(stage.row(0).style.height).toBe("62px");
  const facts = (): string | null | undefined =>
    stage.row(0).querySelector(".znb-run-facts")?.textContent;
  expect(facts()).toBe("a0.1235b1.1235");
  stage.sidebar.configure({ interval: 1.5, metrics: ["c", "none"], density: "compact" });
  expect(stage.row(0).style.height).toBe("42px");
  expect(facts()).toBe("c2.1235");
});

test("a failed run says at which step, and why", async () => {
  const failed = { state: "FAILED", failed_step: "trainer", error: "ValueError: no rows" } as const;
  const stage = await shown(serverOf([makeRun(0, failed)]));
  expect(stage.row(0).textContent).toContain("Failed");
  expect(stage.row(0).textContent).toContain("at trainer: ValueError: no rows");
  expect(stage.row(0).dataset.level).toBe("error");
  expect(stage.row(0).getAttribute("aria-label")).toContain("failed at trainer");
});

test("the time that a going run has taken, goes on", async () => {
  const stage = await shown(serverOf([makeRun(0, { state: "RUNNING", seconds: 5 })]));
  const taken = (): string | null | undefined =>
    stage.row(0).querySelector(".znb-run-taken")?.textContent;
  expect(taken()).toBe("5 s");
  stage.server.gate = new Promise(() => undefined);
  await settle(3000);
  expect(taken()).toBe("8 s");
  expect(stage.row(0).querySelector("time")?.textContent).toBe("58 s ago");
});
