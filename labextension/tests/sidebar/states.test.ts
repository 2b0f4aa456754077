import { expect, test, vi } from "vitest";
import { NO_FILTERS } from "../../src/sidebar/filters";
import { makeRuns, makeStores, VERSION } from "../runs";
import { prepare, serverOf, settle, shown } from "./stage";

prepare();

test("until the first answer there is a skeleton that says what it stands for", async () => {
  const server = serverOf(makeRuns(3));
  let answer: () => void = () => undefined;
  server.gate = new Promise((resolve) => {
    answer = resolve;
  });
  const stage = await shown(server);
  expect(stage.card.textContent).toBe("Loading the runs");
  expect(stage.card.firstElementChild?.getAttribute("role")).toBe("status");
  expect(stage.list.hidden).toBe(true);
  answer();
  await settle();
  expect(stage.card.hidden).toBe(true);
  expect(stage.list.hidden).toBe(false);
  expect(stage.rows).toHaveLength(3);
});

test("an empty store says how a run comes to be, and the first run takes its place", async () => {
  const act = vi.fn();
  const stage = await shown(serverOf([]), { newNotebook: { word: "New notebook", act } });
  expect(stage.card.textContent).toContain("No runs yet");
  expect(stage.card.querySelector("pre")?.textContent).toContain("\npipeline.run()");
  stage.button("New notebook").click();
  expect(act).toHaveBeenCalledTimes(1);
  stage.server.runs = makeRuns(1);
  stage.server.revision++;
  await settle(2000);
  expect(stage.card.hidden).toBe(true);
  expect(stage.footer).toBe("1 run");
});

test("while the store is still read, no run yet does not mean that there is none", async () => {
  const server = serverOf([]);
  server.indexing = true;
  const stage = await shown(server);
  expect(stage.card.textContent).toBe("Loading the runs");
});

test("where nothing matches, the filters can be cleared", async () => {
  const filters = { ...NO_FILTERS, search: "no such run" };
  const stage = await shown(serverOf(makeRuns(3)), { state: { filters } });
  expect(stage.card.textContent).toContain("No run matches");
  stage.button("Clear filters", stage.card).click();
  await settle();
  expect(stage.rows).toHaveLength(3);
  expect(stage.element.querySelector<HTMLInputElement>("input[type=search]")?.value).toBe("");
});

test("an error is told with its place and its hint, and Try again asks again", async () => {
  const server = serverOf(makeRuns(3));
  const body = { error: "The store is busy.", where: "demo/metadata.sqlite", hint: "Wait." };
  server.refusal = { status: 503, body, route: "runs" };
  const stage = await shown(server, { settings: { interval: 60 } });
  const [alert] = stage.card.children;
  expect(alert?.getAttribute("role")).toBe("alert");
  for (const text of Object.values(body)) expect(alert?.textContent).toContain(text);
  const asked = stage.questions().length;
  stage.button("Try again").click();
  await settle();
  expect(stage.questions()).toHaveLength(asked + 1);
  expect(stage.card.hidden).toBe(false);
  server.refusal = undefined;
  stage.button("Try again").click();
  await settle();
  expect(stage.card.hidden).toBe(true);
  expect(stage.rows).toHaveLength(3);
});

test("without the server extension it is told how to install it", async () => {
  const server = serverOf([]);
  server.version = null;
  server.refusal = { status: 404, body: { message: "Not Found" } };
  const stage = await shown(server);
  expect(stage.card.textContent).toContain("The server extension of zenml_nb is missing.");
  const commands = [...stage.card.querySelectorAll("code")].map((code) => code.textContent);
  expect(commands).toEqual(["pip install zenml-nb", "jupyter server extension enable zenml_nb"]);
});

test("offline from the start: it is told, and goes away by itself", async () => {
  const server = serverOf(makeRuns(3));
  server.isOffline = true;
  const stage = await shown(server);
  expect(stage.card.textContent).toContain("Jupyter's server does not answer.");
  server.isOffline = false;
  await settle(4000);
  expect(stage.card.hidden).toBe(true);
  expect(stage.rows).toHaveLength(3);
});

test("offline later on: the list stays below a banner, until there are answers again", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  expect(stage.notices.textContent).toBe("");
  stage.server.isOffline = true;
  await settle(1500);
  const [banner] = stage.notices.children;
  expect(banner?.getAttribute("role")).toBe("alert");
  expect(banner?.textContent).toContain("does not answer");
  expect(stage.rows).toHaveLength(3);
  // It is not read out again with each failure.
  await settle(10_000);
  expect(stage.notices.firstElementChild).toBe(banner);
  stage.server.isOffline = false;
  stage.button("Try again").click();
  await settle();
  expect(stage.notices.textContent).toBe("");
});

test("stores that cannot be listed again leave the list and its runs usable", async () => {
  const stage = await shown(serverOf(makeRuns(3)));
  stage.server.refusal = { status: 500, body: { error: "Out of order." }, route: "stores" };
  stage.button("Refresh").click();
  await settle();
  expect(stage.notices.textContent).toContain("Out of order.");
  stage.key("Enter");
  expect(stage.open.mock.calls).toEqual([["id-demo", "taxi.run-0"]]);
});

test("two versions are told above the list, as long as they are two", async () => {
  const stage = await shown(serverOf(makeRuns(3)), { version: "9.9.9" });
  expect(stage.notices.textContent).toContain("9.9.9");
  expect(stage.notices.textContent).toContain(VERSION);
  expect(stage.notices.firstElementChild?.getAttribute("role")).toBe("status");
  expect(stage.rows).toHaveLength(3);
  stage.server.version = "9.9.9";
  await settle(2000);
  expect(stage.notices.textContent).toBe("");
});

test("without any store one can be added; what is wrong with others is noted", async () => {
  const server = serverOf([]);
  server.stores = { ...makeStores(), notes: ["A store is left out."] };
  const stage = await shown(server);
  expect(stage.card.textContent).toContain("No store of runs");
  expect(stage.notices.textContent).toBe("A store is left out.");
  expect(stage.questions()).toEqual([]);
  stage.button("Add a store…", stage.card).click();
  expect(document.querySelector("dialog")?.open).toBe(true);
});
