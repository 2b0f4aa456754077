import { expect, test, vi } from "vitest";
import { makeRun, makeRuns } from "../runs";
import { prepare, serverOf, settle, shown, Stage } from "./stage";

prepare();

/** How many times the list is asked for in so many milliseconds. */
async function asked(stage: Stage, milliseconds: number): Promise<number> {
  const before = stage.questions().length;
  await settle(milliseconds);
  return stage.questions().length - before;
}

function setVisibility(state: DocumentVisibilityState): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

test("the list is asked for again and again, by its tag", async () => {
  const stage = await shown(serverOf(makeRuns(3)), { settings: { interval: 2 } });
  expect(await asked(stage, 1900)).toBe(0);
  expect(await asked(stage, 8200)).toBe(5);
  const [first, ...more] = stage.server.asked.filter(({ url }) => url.pathname.endsWith("/runs"));
  expect(first?.etag).toBeNull();
  expect(new Set(more.map(({ etag }) => etag))).toEqual(
    new Set([`"1-${first?.url.search ?? ""}"`]),
  );
  expect(stage.server.to("stores")).toHaveLength(1);
});

test("nothing is asked for while the sidebar is hidden, and at once when it is shown", async () => {
  const stage = new Stage(serverOf(makeRuns(3)));
  await settle(5000);
  expect(stage.server.asked).toEqual([]);
  stage.sidebar.isShown = true;
  await settle();
  expect(stage.rows).toHaveLength(3);
  stage.sidebar.isShown = false;
  expect(await asked(stage, 60_000)).toBe(0);
  stage.sidebar.isShown = true;
  expect(await asked(stage, 0)).toBe(1);
});

test("nothing is asked for while the browser shows another tab", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  setVisibility("hidden");
  expect(await asked(stage, 60_000)).toBe(0);
  setVisibility("visible");
  expect(await asked(stage, 0)).toBe(1);
});

test("while a run is going the list is asked for more often", async () => {
  const stage = await shown(serverOf([makeRun(0, { state: "RUNNING" })]), {
    settings: { interval: 10 },
  });
  expect(await asked(stage, 10_000)).toBe(10);
  stage.server.runs = makeRuns(1);
  stage.server.revision++;
  // For a while after a change there may be another one.
  await settle(40_000);
  expect(await asked(stage, 20_000)).toBe(2);
});

test("a shorter interval of the settings holds for going runs too", async () => {
  const stage = await shown(serverOf([makeRun(0, { state: "RUNNING" })]), {
    settings: { interval: 0.5 },
  });
  expect(await asked(stage, 5000)).toBe(10);
});

test("after errors the waits double, up to half a minute, and are short again after an answer", async () => {
  const stage = await shown(serverOf(makeRuns(3)), { settings: { interval: 1 } });
  stage.server.isOffline = true;
  await settle(1000);
  const times: number[] = [];
  for (let second = 1; second <= 125; second++) {
    if ((await asked(stage, 1000)) > 0) times.push(second);
  }
  const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
  expect(waits).toEqual([2, 4, 8, 16, 30, 30, 30]);
  stage.server.isOffline = false;
  stage.button("Try again").click();
  await settle();
  expect(await asked(stage, 5000)).toBe(5);
});

test("whoever tries again is given short waits again, even if there is still no answer", async () => {
  const stage = await shown(serverOf(makeRuns(3)), { settings: { interval: 1 } });
  stage.server.isOffline = true;
  await settle(120_000);
  stage.button("Try again").click();
  await settle();
  const before = stage.server.asked.length;
  await settle(6000);
  expect(stage.server.asked.length - before).toBe(2);
});

test("one question is asked at a time, however slow the server is", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  stage.server.gate = new Promise(() => undefined);
  expect(await asked(stage, 60_000)).toBe(1);
});

test("new filters are asked for at once, even while an older question has no answer", async () => {
  const stage = await shown(serverOf(makeRuns(30)), { settings: { interval: 60 } });
  let answer: () => void = () => undefined;
  stage.server.gate = new Promise((resolve) => {
    answer = resolve;
  });
  const search = (text: string): void => {
    const input = stage.element.querySelector<HTMLInputElement>("input[type=search]");
    if (!input) throw new Error("no search");
    input.value = text;
    input.dispatchEvent(new Event("input"));
  };
  search("run-1");
  await settle(200);
  search("run-29");
  await settle(200);
  answer();
  stage.server.gate = undefined;
  await settle();
  expect(stage.server.to("runs").at(-1)?.get("search")).toBe("run-29");
  expect(stage.rows).toHaveLength(1);
  expect(stage.row(0).textContent).toContain("run-29");
});
