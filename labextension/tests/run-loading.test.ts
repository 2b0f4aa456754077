import { expect, test, vi } from "vitest";
import type { LoadOptions, RunHost } from "../src/views/run";
import { all, only, type as typeInto } from "./helpers";
import { artifact, lineageDocument, runDocument } from "./run_documents";
import { button, chosen, makeHost, panel, prepare, settled, shown, tab, table } from "./run_page";

prepare();

test("a view is loaded when its tab is first opened, and only then", async () => {
  const { el, host } = shown(runDocument());
  expect(host.loadView).not.toHaveBeenCalled();
  tab(el, "Schema").click();
  expect(only(panel(el), '[role="status"]').textContent).toBe("Loading the schema…");
  await settled();
  expect(panel(el).textContent).toContain("artifacts/schema/3");
  tab(el, "Steps").click();
  tab(el, "Schema").click();
  await settled();
  expect(host.loadView).toHaveBeenCalledTimes(1);
});

test("anomalies are shown split by split, first of the evaluation", async () => {
  const { el, host } = shown(runDocument());
  tab(el, "Anomalies").click();
  await settled();
  expect(panel(el).textContent).toContain("artifacts/anomalies/5 eval");
  const select = only<HTMLSelectElement>(panel(el), ".znb-rp-choice select");
  select.value = "train";
  select.dispatchEvent(new Event("change"));
  await settled();
  expect(panel(el).textContent).toContain("artifacts/anomalies/5 train");
  expect(vi.mocked(host.loadView).mock.calls.map(([, options]) => options?.split)).toEqual([
    "eval",
    "train",
  ]);
});

test("an answer that comes too late is not shown", async () => {
  const answers = new Map<string, (document_: unknown) => void>();
  const loadView = (_: string, options?: LoadOptions): Promise<unknown> =>
    new Promise((done) => answers.set(options?.split ?? "", done));
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Anomalies").click();
  const select = only<HTMLSelectElement>(panel(el), ".znb-rp-choice select");
  select.value = "train";
  select.dispatchEvent(new Event("change"));
  answers.get("train")?.(table("of train"));
  await settled();
  answers.get("eval")?.(table("of eval"));
  await settled();
  expect(panel(el).textContent).toContain("of train");
  expect(panel(el).textContent).not.toContain("of eval");
});

test("how far a job is, is told", async () => {
  let tell: LoadOptions["onProgress"];
  const loadView = (_: string, options?: LoadOptions): Promise<unknown> => {
    tell = options?.onProgress;
    return new Promise(() => undefined);
  };
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Schema").click();
  const bar = only(panel(el), '[role="progressbar"]');
  expect(bar.hasAttribute("aria-valuenow")).toBe(false);
  tell?.({ schema: "zenml_nb/job@1", stage: "Reading", done: 0.4, seconds: 3.2 });
  await settled();
  expect(bar.getAttribute("aria-valuenow")).toBe("40");
  expect(only(panel(el), '[role="status"]').textContent).toBe("Reading · 3.20 s");
  tell?.({ schema: "zenml_nb/job@1", stage: "Writing", done: null, seconds: 4 });
  expect(bar.hasAttribute("aria-valuenow")).toBe(false);
});

test("an error is shown with its hint, and trying again loads once more", async () => {
  const problem = Object.assign(new Error("The store is busy."), {
    where: "the store",
    hint: "Wait a little.",
  });
  const loadView = vi
    .fn<RunHost["loadView"]>()
    .mockRejectedValueOnce(problem)
    .mockResolvedValueOnce(table("at last"));
  const { el } = shown(runDocument(), makeHost({ loadView }));
  tab(el, "Schema").click();
  await settled();
  const alert = only(panel(el), '[role="alert"]').textContent;
  for (const part of ["The store is busy.", "the store", "Wait a little."]) {
    expect(alert).toContain(part);
  }
  button(panel(el), "Try again").click();
  await settled();
  expect(panel(el).textContent).toContain("at last");
  expect(all(panel(el), '[role="alert"]')).toEqual([]);
});

test("an update keeps the tab, what was loaded in it and what is searched for", async () => {
  const { el, host, update } = shown(runDocument());
  tab(el, "Schema").click();
  await settled();
  const content = only(panel(el), "table");
  update(runDocument({ run: { state: "FAILED" } }));
  await settled();
  expect(chosen(el)).toBe("Schema");
  expect(only(panel(el), "table")).toBe(content);
  expect(host.loadView).toHaveBeenCalledTimes(1);
  tab(el, "Artifacts").click();
  typeInto(only<HTMLInputElement>(panel(el), "input"), "graph");
  update(runDocument({ artifacts: [...runDocument().artifacts, artifact(11)] }));
  expect(all(panel(el), "tbody tr")).toHaveLength(1);
  expect(chosen(el)).toBe("Artifacts5");
});

test("an update with a newer artifact loads it in the open tab, and brings tabs that were not there", async () => {
  const { el, host, update } = shown(runDocument());
  tab(el, "Schema").click();
  await settled();
  const views = { ...runDocument().views, schema: "artifacts/schema/4", evaluation: "artifacts/e" };
  update(runDocument({ views }));
  await settled();
  expect(panel(el).textContent).toContain("artifacts/schema/4");
  expect(host.loadView).toHaveBeenCalledTimes(2);
  expect(tab(el, "Evaluation").hidden).toBe(false);
});

test("a link of the step graph opens the view in its tab", async () => {
  const { el, host } = shown(runDocument());
  only<HTMLButtonElement>(el, ".znb-step").click();
  only<HTMLButtonElement>(el, ".znb-step-open").click();
  expect(chosen(el)).toBe("Schema");
  expect(document.activeElement).toBe(panel(el));
  await settled();
  expect(vi.mocked(host.loadView).mock.calls.map(([uri]) => uri)).toEqual(["artifacts/schema/3"]);
});

test("an artifact opens below the table, and closes", async () => {
  const { el } = shown(runDocument());
  tab(el, "Artifacts").click();
  const view = only<HTMLButtonElement>(panel(el), '[aria-label="View of Trainer model"]');
  expect(all(panel(el), '[aria-label^="View of Trainer"]')).toEqual([view]);
  view.click();
  await settled();
  expect(view.getAttribute("aria-expanded")).toBe("true");
  expect(only(panel(el), ".znb-rp-below").textContent).toContain("artifacts/model/9");
  only<HTMLButtonElement>(panel(el), ".znb-close").click();
  expect(only(panel(el), ".znb-rp-below").hidden).toBe(true);
  expect(view.getAttribute("aria-expanded")).toBe("false");
  expect(document.activeElement).toBe(view);
});

test("artifacts are filtered by type and by text", () => {
  const { el } = shown(runDocument());
  tab(el, "Artifacts").click();
  const names = (): string[] => all(panel(el), "tbody th").map((cell) => cell.textContent);
  const select = only<HTMLSelectElement>(panel(el), "select");
  select.value = "Schema";
  select.dispatchEvent(new Event("change"));
  expect(names()).toEqual(["schema"]);
  typeInto(only<HTMLInputElement>(panel(el), "input"), "nothing like this");
  expect(names()).toEqual([]);
  expect(panel(el).textContent).toContain("No artifact matches");
});

test("the lineage is at first of the model; that of another artifact is a press away", async () => {
  const { el, host } = shown(runDocument());
  tab(el, "Lineage").click();
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 9");
  tab(el, "Artifacts").click();
  only<HTMLButtonElement>(panel(el), '[aria-label="Lineage of SplitSchema schema"]').click();
  expect(chosen(el)).toBe("Lineage");
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 3");
  expect(vi.mocked(host.loadLineage).mock.calls).toEqual([[9], [3]]);
  expect(only<HTMLSelectElement>(panel(el), "select").value).toBe("3");
});

test("an error of the lineage is shown, and trying again loads once more", async () => {
  const loadLineage = vi
    .fn<RunHost["loadLineage"]>()
    .mockRejectedValueOnce(new Error("The store is busy."))
    .mockResolvedValueOnce(lineageDocument(9));
  const { el } = shown(runDocument(), makeHost({ loadLineage }));
  tab(el, "Lineage").click();
  await settled();
  expect(only(panel(el), '[role="alert"]').textContent).toContain("The store is busy.");
  button(panel(el), "Try again").click();
  await settled();
  expect(panel(el).textContent).toContain("Lineage of 9");
});
