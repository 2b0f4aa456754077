import { expect, test } from "vitest";
import { shortId, told } from "../../src/sidebar/words";
import { all } from "../helpers";
import { makeRun, makeStores } from "../runs";
import { prepare, serverOf, shown } from "./stage";

prepare();

const MARKUP = `<img src=x onerror="document.title='hit'"><script>document.title='hit'</script>`;
// Turns the text around in a terminal and in a page.
const TURNED = "a\u202eb";

test("names of any store are drawn as text, and what is invisible in them is written out", async () => {
  const run = makeRun(0, {
    id: `${MARKUP}.${TURNED}`,
    pipeline: MARKUP,
    metrics: [{ name: MARKUP, value: "NaN" }],
  });
  const failed = makeRun(1, {
    state: "FAILED",
    failed_step: MARKUP,
    error: TURNED,
    pipeline: "__proto__",
    started: MARKUP,
  });
  const server = serverOf([run, failed]);
  server.stores = { ...makeStores(MARKUP, TURNED), notes: [MARKUP] };
  const stage = await shown(server, { state: { filtersAreOpen: true } });
  stage.sidebar.filter({
    ...{ search: "", pipelines: [MARKUP, TURNED], states: [], span: "any", since: "" },
    ...{ before: "", metric: MARKUP, minimum: "", maximum: "" },
  });
  expect(all(stage.element, "img, script")).toEqual([]);
  expect(document.title).toBe("");
  expect(stage.row(0).textContent).toContain(MARKUP);
  expect(stage.row(0).textContent).toContain("NaN");
  expect(stage.row(1).textContent).toContain("__proto__");
  expect(stage.row(1).textContent).toContain("a\\u202eb");
  const attributes = all(stage.element, "*").flatMap((each) =>
    ["title", "aria-label"].map((name) => each.getAttribute(name) ?? ""),
  );
  for (const text of [stage.element.textContent, ...attributes]) {
    expect(text).not.toContain("\u202e");
  }
});

test("the id of a row leaves out what stands beside it, and tells apart what began in one second", () => {
  const id = (given: string): string => shortId(makeRun(0, { id: given }));
  expect(id("taxi.20260102T030405-1a2b")).toBe("1a2b");
  expect(id("taxi.20260102T030405-3c4d")).toBe("3c4d");
  expect(id("taxi.2026-01-02T03:04:05.123")).toBe("2026-01-02T03:04:05.123");
  expect(id("other-tool-run-7")).toBe("other-tool-run-7");
  expect(id(`taxi.${TURNED}`)).toBe("a\\u202eb");
});

test("every state has a word and a sign, and one of another tool is shown as it is", () => {
  const states = ["RUNNING", "COMPLETE", "CACHED", "FAILED", "CANCELED", "ABORTED"];
  expect(states.map((state) => told(state).word)).toEqual([
    ...["Running", "Complete", "Cached", "Failed", "Canceled", "Aborted"],
  ]);
  expect(told("constructor").word).toBe("constructor");
  expect(told("").word).toBe("Unknown");
});
