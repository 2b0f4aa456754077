import { ServerConnection } from "@jupyterlab/services";
import { beforeEach, expect, test, vi } from "vitest";
import { Api } from "../src/api";
import { Problem } from "../src/problem";
import { FakeServer, makeRuns, VERSION } from "./runs";

let server: FakeServer;
let mismatches: (Problem | undefined)[];
let api: Api;

function connect(version = VERSION): Api {
  const settings = ServerConnection.makeSettings({
    baseUrl: "http://127.0.0.1:1/base/",
    token: "secret",
    fetch: (request) => server.fetch(request as Request),
  });
  return new Api(version, (mismatch) => mismatches.push(mismatch), settings);
}

beforeEach(() => {
  server = new FakeServer();
  mismatches = [];
  api = connect();
});

async function problemOfStores(): Promise<Problem> {
  const thrown: unknown = await api.stores().catch((error: unknown) => error);
  if (!(thrown instanceof Problem)) throw new Error(`no problem: ${String(thrown)}`);
  return thrown;
}

test("questions go below the base address, with the token and nothing of JupyterLab's own", async () => {
  await api.runs(new URLSearchParams({ store: "a b", pipeline: "x&y" }), null);
  const url = server.asked[0]?.url;
  expect(url?.pathname).toBe("/base/zenml-nb/runs");
  expect([...(url?.searchParams ?? [])]).toEqual([
    ["store", "a b"],
    ["pipeline", "x&y"],
  ]);
});

test("a document that has not changed is not sent again", async () => {
  server.runs = makeRuns(3);
  const query = new URLSearchParams({ store: "s" });
  const first = await api.runs(query, null);
  if (first === "unchanged") throw new Error("the first answer has a document");
  expect(first.document.total).toBe(3);
  expect(await api.runs(query, first.etag)).toBe("unchanged");
  server.revision++;
  expect(await api.runs(query, first.etag)).not.toBe("unchanged");
  expect(server.asked.map(({ etag }) => etag)).toEqual([null, first.etag, first.etag]);
});

test("an error of the server is told as it is: what, where and what to do", async () => {
  server.refusal = { status: 503, body: { error: "Busy.", where: "a/b", hint: "Wait." } };
  const { message, where, hint, kind } = await problemOfStores();
  expect([message, where, hint, kind]).toEqual(["Busy.", "a/b", "Wait.", "server"]);
});

test.each([
  { status: 500, body: "<html>" },
  { status: 502, body: null },
  { status: 500, body: [1] },
])("an error that says nothing has a hint: %j", async (refusal) => {
  server.refusal = refusal;
  const { message, hint } = await problemOfStores();
  expect(message).toContain(String(refusal.status));
  expect(hint).toContain("log");
});

test("a route that Jupyter does not know means that the server extension is missing", async () => {
  server.version = null;
  server.refusal = { status: 404, body: { message: "Not Found" } };
  const { message, hint, kind } = await problemOfStores();
  expect(kind).toBe("missing");
  expect(message).toContain("missing");
  expect(hint).toContain("Install");
  // The same status from our own server is about a thing, not about the server.
  server.version = VERSION;
  server.refusal = { status: 404, body: { error: "There is no such run." } };
  expect((await problemOfStores()).kind).toBe("server");
});

test("a server that answers nothing, and one that lets nobody in", async () => {
  server.isOffline = true;
  expect((await problemOfStores()).kind).toBe("offline");
  server.isOffline = false;
  server.version = null;
  server.refusal = { status: 403, body: { message: "Forbidden" } };
  const { kind, hint } = await problemOfStores();
  expect(kind).toBe("denied");
  expect(hint).toContain("Reload");
});

test("two versions are told apart once, and the advice is for the older side", async () => {
  api = connect("1.10.0");
  await api.stores();
  await api.stores();
  expect(mismatches).toHaveLength(1);
  expect(mismatches[0]?.message).toContain("1.10.0");
  expect(mismatches[0]?.message).toContain(VERSION);
  expect(mismatches[0]?.hint).toContain("Restart the Jupyter server");
  server.version = "1.11.0";
  await api.stores();
  expect(mismatches[1]?.hint).toContain("Reload the page");
  server.version = "1.10.0";
  await api.stores();
  expect(mismatches[2]).toBeUndefined();
});

test("an artifact that takes long is asked for until it is there", async () => {
  vi.useFakeTimers();
  const answers = [
    { status: 202, body: { schema: "zenml_nb/job@1", stage: "Reading", done: 0.5, seconds: 1 } },
    { status: 202, body: { schema: "zenml_nb/job@1", stage: "Drawing", done: 0.9, seconds: 2 } },
    { status: 200, body: { schema: "zenml_nb/tables@1" } },
  ];
  server.fetch = (request) => {
    server.asked.push({ method: "GET", url: new URL(request.url), body: "", etag: null });
    const { status, body } = answers[server.asked.length - 1] ?? { status: 500, body: {} };
    return Promise.resolve(server.answer(status, body));
  };
  const stages: string[] = [];
  const address = { store: "s", run: "r", uri: "a/b", split: "eval" };
  const asked = api.artifact(address, ({ stage }) => stages.push(stage));
  await vi.runAllTimersAsync();
  expect(await asked).toEqual({ schema: "zenml_nb/tables@1" });
  expect(stages).toEqual(["Reading", "Drawing"]);
  expect(String(server.to("artifact")[0])).toBe("store=s&run=r&uri=a%2Fb&split=eval");
  vi.useRealTimers();
});

test("nobody waits for an artifact that is not looked at any more", async () => {
  server.refusal = { status: 202, body: { stage: "Reading", done: null, seconds: 0 } };
  const ended = new AbortController();
  const progress = (): void => {
    ended.abort();
  };
  const asked = api.artifact({ store: "s", run: "r", uri: "u" }, progress, ended.signal);
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  expect(server.asked).toHaveLength(1);
});

test("stores are added, removed, and nothing else is sent", async () => {
  const connection = { type: "sqlite", uri: "x.sqlite" };
  await api.addStore({ connection });
  await api.removeStore("id");
  const [added, removed] = server.asked;
  expect(added?.method).toBe("POST");
  expect(JSON.parse(added?.body ?? "")).toEqual({ connection });
  expect(removed?.method).toBe("DELETE");
  expect(removed?.url.search).toBe("?store=id");
});

test("runs to compare keep their order, and cells know the folder of their notebook", async () => {
  await api.compare("s", ["b", "a"]);
  expect(server.to("compare")[0]?.getAll("run")).toEqual(["b", "a"]);
  server.refusal = { status: 200, body: { cells: ["x = 1"] } };
  expect(await api.cells("s", "r", "again", "deep/er")).toEqual(["x = 1"]);
  expect(String(server.to("cells")[0])).toBe("store=s&run=r&kind=again&folder=deep%2Fer");
});
