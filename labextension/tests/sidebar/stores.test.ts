import { expect, test } from "vitest";
import { only } from "../helpers";
import { makeRuns, makeStores } from "../runs";
import { choose, prepare, serverOf, settle, shown, type Stage } from "./stage";

prepare();

function chooser(stage: Stage): HTMLSelectElement {
  return stage.field<HTMLSelectElement>("Store of runs");
}

function dialog(): HTMLDialogElement {
  return only<HTMLDialogElement>(document, "dialog");
}

function fill(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    only<HTMLInputElement>(dialog(), `[name="${name}"]`).value = value;
  }
}

async function submit(stage: Stage): Promise<void> {
  stage.button("Add store", dialog()).click();
  await settle();
}

function posted(stage: Stage): unknown {
  const question = stage.server.asked.find(({ method }) => method === "POST");
  return question && JSON.parse(question.body);
}

async function twoStores(): Promise<Stage> {
  const server = serverOf(makeRuns(3));
  server.stores = makeStores("one", "two");
  return shown(server);
}

test("the first store is shown, another one is chosen and remembered", async () => {
  const stage = await twoStores();
  expect([...chooser(stage).options].map(({ text }) => text)).toEqual(["one", "two"]);
  expect(chooser(stage).title).toBe("SQLite file: one/metadata.sqlite");
  expect(stage.server.to("runs")[0]?.get("store")).toBe("id-one");
  choose(chooser(stage), "id-two");
  await settle();
  expect(stage.server.to("runs").at(-1)?.get("store")).toBe("id-two");
  expect(stage.remember.mock.lastCall?.[0].store).toBe("id-two");
  stage.key("Enter");
  expect(stage.open.mock.calls).toEqual([["id-two", "taxi.run-0"]]);
});

test("the runs of one store are not taken for runs of the next while these are on their way", async () => {
  const stage = await twoStores();
  stage.key(" ");
  stage.server.gate = new Promise(() => undefined);
  choose(chooser(stage), "id-two");
  await settle();
  stage.key("Enter");
  expect(stage.open).not.toHaveBeenCalled();
  expect(stage.sidebar.activeRun).toBeUndefined();
  expect(stage.sidebar.selectedRuns).toEqual([]);
  expect(stage.card.textContent).toBe("Loading the runs");
});

test("two stores of one name are told apart by their places", async () => {
  const server = serverOf([]);
  const [one, two] = makeStores("x", "y").stores;
  if (!one || !two) throw new Error("two stores are wanted");
  server.stores = { ...makeStores(), stores: [one, { ...two, name: "x" }] };
  const stage = await shown(server);
  expect([...chooser(stage).options].map(({ text }) => text)).toEqual([
    "x (x/metadata.sqlite)",
    "x (y/metadata.sqlite)",
  ]);
});

const DATABASE = { host: "db", database: "mlmd", username: "me" };

test.each([
  ["sqlite", { uri: " a/metadata.sqlite " }, { uri: "a/metadata.sqlite" }],
  ["mysql", DATABASE, DATABASE],
  [
    "postgresql",
    { ...DATABASE, port: "5433", password_env: "PGPASSWORD" },
    { ...DATABASE, port: 5433, password_env: "PGPASSWORD" },
  ],
  ["grpc", { host: "h", port: "8080" }, { host: "h", port: 8080 }],
])("a store of type %s is added with its own fields, and shown", async (type, typed, sent) => {
  const stage = await twoStores();
  stage.button("Add a store…").click();
  choose(only<HTMLSelectElement>(dialog(), "select"), type);
  fill(typed);
  await submit(stage);
  expect(posted(stage)).toEqual({ connection: { type, ...sent } });
  expect(document.querySelector("dialog")).toBeNull();
  expect(chooser(stage).value).toBe("id-added");
  expect(stage.server.to("runs").at(-1)?.get("store")).toBe("id-added");
});

test("a name and folders of artifacts are sent if they are given", async () => {
  const stage = await twoStores();
  stage.button("Add a store…").click();
  fill({ uri: "a.sqlite", name: " mine " });
  only<HTMLTextAreaElement>(dialog(), "textarea").value = " a/b \n\nc\n";
  await submit(stage);
  expect(posted(stage)).toEqual({
    connection: { type: "sqlite", uri: "a.sqlite" },
    name: "mine",
    roots: ["a/b", "c"],
  });
});

test("what is missing is asked for, and no field takes a password", async () => {
  const stage = await twoStores();
  stage.button("Add a store…").click();
  await submit(stage);
  expect(posted(stage)).toBeUndefined();
  const select = only<HTMLSelectElement>(dialog(), "select");
  for (const { value } of select.options) {
    choose(select, value);
    const fields = [...dialog().querySelectorAll("input")];
    expect(fields.map(({ type }) => type)).not.toContain("password");
    expect(fields.map(({ name }) => name)).not.toContain("password");
  }
});

test("another type takes over what was typed where they share a field", async () => {
  const stage = await twoStores();
  stage.button("Add a store…").click();
  const select = only<HTMLSelectElement>(dialog(), "select");
  choose(select, "mysql");
  fill({ host: "db" });
  choose(select, "grpc");
  expect(only<HTMLInputElement>(dialog(), "[name=host]").value).toBe("db");
});

test("why a store cannot be added is told as text, and the dialog stays for another try", async () => {
  const stage = await twoStores();
  const body = { error: "<b>No</b> such file.", where: "x.sqlite", hint: "Look at the name." };
  stage.server.refusal = { status: 400, body, route: "stores" };
  stage.button("Add a store…").click();
  fill({ uri: "x.sqlite" });
  await submit(stage);
  const alert = only(dialog(), "[role=alert]");
  for (const text of Object.values(body)) expect(alert.textContent).toContain(text);
  expect(alert.querySelector("b")).toBeNull();
  stage.server.refusal = undefined;
  await submit(stage);
  expect(document.querySelector("dialog")).toBeNull();
});

test("Cancel adds nothing, and keys in the dialog are not the page's", async () => {
  const stage = await twoStores();
  stage.button("Add a store…").click();
  let heard = 0;
  const hear = (): void => {
    heard++;
  };
  document.body.addEventListener("keydown", hear);
  dialog().dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true }));
  document.body.removeEventListener("keydown", hear);
  expect(heard).toBe(0);
  stage.button("Cancel", dialog()).click();
  expect(document.querySelector("dialog")).toBeNull();
  expect(posted(stage)).toBeUndefined();
});

async function removable(): Promise<Stage> {
  const server = serverOf(makeRuns(3));
  const [first, second] = makeStores("one", "two").stores;
  if (!first || !second) throw new Error("two stores are wanted");
  const mine = { ...second, origin: "user" as const, removable: true };
  server.stores = { ...makeStores(), stores: [first, mine] };
  const stage = await shown(server);
  choose(chooser(stage), "id-two");
  await settle();
  return stage;
}

const REMOVE = "Remove this store from the list";

test("only a store that the person added can be removed, and they are asked before", async () => {
  const stage = await removable();
  expect(stage.button(REMOVE).hidden).toBe(false);
  stage.confirmRemoval.mockResolvedValueOnce(false);
  stage.button(REMOVE).click();
  await settle();
  expect(stage.server.asked.some(({ method }) => method === "DELETE")).toBe(false);
  stage.button(REMOVE).click();
  await settle();
  const removed = stage.server.asked.find(({ method }) => method === "DELETE");
  expect(removed?.url.search).toBe("?store=id-two");
  expect(chooser(stage).value).toBe("id-one");
  expect(stage.button(REMOVE).hidden).toBe(true);
  expect(stage.server.to("runs").at(-1)?.get("store")).toBe("id-one");
});

test("why a store cannot be removed is told once, until it can", async () => {
  const stage = await removable();
  stage.server.refusal = { status: 500, body: { error: "Cannot write." }, route: "stores" };
  for (let time = 0; time < 2; time++) {
    stage.button(REMOVE).click();
    await settle();
  }
  expect(stage.notices.textContent.split("Cannot write.")).toHaveLength(2);
  stage.server.refusal = undefined;
  stage.button(REMOVE).click();
  await settle();
  expect(stage.notices.textContent).toBe("");
});
