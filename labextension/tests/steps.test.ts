import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type {
  Step,
  StepArtifact,
  StepComponent,
  StepState,
  StepsDocument,
} from "../src/contract/steps";
import { mount } from "../src/views/mount";
import type { Host } from "../src/views/scope";
import { all, only } from "./helpers";

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

const component = (
  id: string,
  state: StepState,
  more: Partial<StepComponent> = {},
): StepComponent => ({
  id,
  label: id,
  state,
  seconds: 1,
  reason: "first run",
  inputs: [],
  outputs: [],
  log: [],
  ...more,
});

const step = (name: string, state: StepState = "COMPLETE", more: Partial<Step> = {}): Step => ({
  name,
  state,
  method: `add_${name}`,
  configuration: { source: `m.${name}Class`, args: [{ name: "seed", value: "1" }], changed: false },
  seconds: 1,
  rows: [],
  progress: null,
  error: null,
  components: [component(name, state)],
  ...more,
});

const steps = (list: Step[], more: Partial<StepsDocument> = {}): StepsDocument => ({
  schema: "zenml_nb/steps@1",
  title: "taxi",
  notes: [],
  run: {
    id: "taxi.1",
    state: "COMPLETE",
    started: "2026-01-02T03:04:05+00:00",
    seconds: 65,
    until: null,
    error: null,
  },
  steps: list,
  edges: list.slice(1).map(({ name }, i) => ({
    from: list[i]?.name ?? "",
    to: name,
    artifacts: ["Examples"],
  })),
  ...more,
});

const error = {
  message: "It broke.",
  place: "cell In[3], line 4",
  source: "return a / b",
  stack: "my\nstack",
  traceback: "whole\nstack",
};

function shown(
  document_: StepsDocument,
  host: Host = {},
): HTMLElement & { view: ReturnType<typeof mount> } {
  const el = document.createElement("div");
  document.body.append(el);
  const view = mount(el, host);
  view.show(document_);
  return Object.assign(el, { view });
}

const cards = (el: HTMLElement): HTMLButtonElement[] => all<HTMLButtonElement>(el, ".znb-step");
const card = (el: HTMLElement, name: string): HTMLButtonElement => {
  const found = cards(el).find((one) => one.querySelector(".znb-step-name")?.textContent === name);
  if (!found) throw new Error(`no card ${name}`);
  return found;
};
const panel = (el: HTMLElement): HTMLElement => only(el, ".znb-panel");

test("each step is a native button with its state in words, and each edge says what flows", () => {
  const list: StepState[] = [
    "COMPLETE",
    "CACHED",
    "RUNNING",
    "PENDING",
    "NOT_DECLARED",
    "FAILED",
    "CANCELED",
    "ABORTED",
    "NOT_RUN",
  ];
  const el = shown(steps(list.map((state, i) => step(`s${String(i)}`, state))));
  expect(cards(el).map((one) => one.getAttribute("aria-label"))).toEqual([
    "Step s0: COMPLETE, 1.00 s",
    "Step s1: CACHED, 1.00 s",
    "Step s2: RUNNING, 1.00 s",
    "Step s3: pending, 1.00 s",
    "Step s4: not added, 1.00 s",
    "Step s5: FAILED, 1.00 s",
    "Step s6: CANCELED, 1.00 s",
    "Step s7: ABORTED, 1.00 s",
    "Step s8: not run, 1.00 s",
  ]);
  expect(all(el, ".znb-step-state").map((one) => one.textContent)).toContain("↺CACHED");
  expect(all(el, ".znb-edge title")[0]?.textContent).toBe("s0 → s1: Examples");
  expect(all(el, ".znb-edge")).toHaveLength(8);
});

test("a card shows rows, progress and components", () => {
  const el = shown(
    steps([
      step("data", "RUNNING", {
        rows: [
          { split: "train", rows: 1200 },
          { split: "eval", rows: 344 },
        ],
        progress: { done: 3, total: 12, unit: "epochs" },
        components: [
          component("Data", "COMPLETE"),
          component("DataSchema", "RUNNING", { label: "Schema" }),
        ],
      }),
    ]),
  );
  expect(card(el, "data").textContent).toContain("train 1,200, eval 344 rows");
  expect(card(el, "data").textContent).toContain("3 of 12 epochs");
  expect(only(el, ".znb-step-bar > span").style.width).toBe("25%");
  expect(all(el, ".znb-part").map((one) => one.textContent)).toEqual([
    "✓Data1.00 s",
    "▶Schema1.00 s",
  ]);
});

test("a press opens the panel of a step, a second one closes it", () => {
  const el = shown(steps([step("data"), step("split")]));
  expect(panel(el).hidden).toBe(true);
  card(el, "split").click();
  expect(panel(el).hidden).toBe(false);
  expect(panel(el).getAttribute("aria-label")).toBe("Step split");
  expect(panel(el).textContent).toContain("m.splitClass");
  expect(panel(el).textContent).toContain("Why it ran: first run");
  expect(cards(el).map((one) => one.getAttribute("aria-expanded"))).toEqual(["false", "true"]);
  expect(all(el, ".znb-lit")).toHaveLength(1);
  card(el, "split").click();
  expect(panel(el).hidden).toBe(true);
});

test("arrow keys walk along the steps, escape closes and gives the focus back", () => {
  const el = shown(steps([step("a"), step("b"), step("c")]));
  const press = (key: string): void => {
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  card(el, "a").focus();
  press("ArrowRight");
  expect(document.activeElement).toBe(card(el, "b"));
  press("End");
  press("ArrowDown");
  expect(document.activeElement).toBe(card(el, "c"));
  press("Home");
  expect(document.activeElement).toBe(card(el, "a"));
  card(el, "a").click();
  only<HTMLButtonElement>(el, ".znb-close").focus();
  press("Escape");
  expect(panel(el).hidden).toBe(true);
  expect(document.activeElement).toBe(card(el, "a"));
});

test("a failed step opens by itself, its error first, the stacks folded", () => {
  const el = shown(steps([step("data"), step("trainer", "FAILED", { error })]));
  expect(panel(el).hidden).toBe(false);
  const alert = only(el, "[role=alert]");
  expect([...alert.children].slice(0, 3).map((one) => one.textContent)).toEqual([
    "It broke.",
    "cell In[3], line 4",
    "return a / b",
  ]);
  expect(all<HTMLDetailsElement>(alert, "details").map((one) => one.open)).toEqual([false, false]);
  expect(all(alert, "pre.znb-log").map((one) => one.textContent)).toEqual([
    "my\nstack",
    "whole\nstack",
  ]);
});

test("an update keeps what was chosen and opened, the cards and the focus", () => {
  const log = ["one", "two"];
  const split = (state: StepState): Step =>
    step("split", state, {
      components: [component("Split", state, { log }), component("Schema", state)],
    });
  const el = shown(steps([step("data"), split("CACHED"), step("trainer", "PENDING")]));
  const pressed = card(el, "split");
  pressed.click();
  pressed.focus();
  const fold = all<HTMLDetailsElement>(panel(el), "details")[0];
  if (!fold) throw new Error("no details");
  fold.open = true;
  el.view.show(steps([step("data"), split("COMPLETE"), step("trainer", "FAILED", { error })]));
  expect(card(el, "split")).toBe(pressed);
  expect(document.activeElement).toBe(pressed);
  expect(panel(el).getAttribute("aria-label")).toBe("Step split");
  expect(all<HTMLDetailsElement>(panel(el), "details")[0]?.open).toBe(true);
  expect(only(el, "[role=status]").textContent).toBe("split: COMPLETE, trainer: FAILED");
});

test("a clock that goes on does not draw the panel anew", () => {
  const running = (seconds: number): StepsDocument =>
    steps([
      step("a", "RUNNING", { seconds, components: [component("A", "RUNNING", { seconds })] }),
    ]);
  const el = shown(running(1));
  card(el, "a").click();
  const first = only(el, ".znb-panel-grid");
  el.view.show(running(2));
  expect(only(el, ".znb-panel-grid")).toBe(first);
  expect(only(panel(el), "[data-time=step]").textContent).toBe("2.00 s");
});

test("what runs goes on between updates; a saved picture stays as it is, and nothing ticks after its end", () => {
  vi.useFakeTimers();
  const running = steps([step("a", "RUNNING", { seconds: 1 })]);
  const el = shown(running);
  const time = (): string | null | undefined =>
    card(el, "a").querySelector(".znb-step-time")?.textContent;
  vi.advanceTimersByTime(3000);
  expect(time()).toBe("1.00 s");
  el.view.show(running);
  vi.advanceTimersByTime(3000);
  expect(time()).toBe("4.00 s");
  el.view.show(steps([step("a")]));
  expect(vi.getTimerCount()).toBe(0);
  el.view.show(running);
  el.view.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test("steps may come and go", () => {
  const el = shown(steps([step("a"), step("b")]));
  el.view.show(steps([step("b"), step("c"), step("a2")]));
  expect(cards(el).map((one) => one.querySelector(".znb-step-name")?.textContent)).toEqual([
    "b",
    "c",
    "a2",
  ]);
});

const statistics: StepArtifact = {
  key: "statistics",
  type: "ExampleStatistics",
  from: "Data",
  splits: ["train"],
  uri: 'a/"1"',
  view: "show(1)",
};

test("an output with a view is opened by the host", () => {
  const open = vi.fn();
  const el = shown(
    steps([
      step("data", "COMPLETE", {
        components: [component("D", "COMPLETE", { outputs: [statistics] })],
      }),
    ]),
    { open },
  );
  card(el, "data").click();
  only(el, ".znb-step-open").click();
  expect(open).toHaveBeenCalledWith('a/"1"');
});

test("without such a host there is code for it, shown where there is no clipboard", async () => {
  const el = shown(
    steps([
      step("data", "COMPLETE", {
        components: [component("D", "COMPLETE", { outputs: [statistics] })],
      }),
    ]),
  );
  card(el, "data").click();
  only(el, ".znb-step-open").click();
  await vi.waitFor(() => {
    expect(only(el, ".znb-snippet").textContent).toBe("show(1)");
  });
});

test("a pipeline that never ran says what is to be added", () => {
  const missing = step("trainer", "NOT_DECLARED", {
    configuration: null,
    seconds: null,
    components: [],
  });
  const el = shown(
    steps([missing], { run: null, notes: ["For a whole run, call add_trainer(...)."] }),
  );
  expect(el.textContent).toContain("not run yet");
  card(el, "trainer").click();
  expect(panel(el).textContent).toContain("Call add_trainer(…) to add this step.");
});

test("an error of the run itself is shown", () => {
  const document_ = steps([step("data", "NOT_RUN")]);
  if (document_.run) document_.run.error = { ...error, stack: "", traceback: "" };
  expect(only(shown(document_), "[role=alert]").textContent).toContain("It broke.");
});

const hostile = [
  "<img src=x onerror=globalThis.hacked=1>",
  "</script><script>globalThis.hacked=1</script>",
  "__proto__",
  "constructor",
  "x".repeat(10_000),
];

test.each(hostile)("the hostile text %.20s stays text", (text) => {
  const one = step(text, "FAILED", {
    error: { message: text, place: text, source: text, stack: text, traceback: text },
    configuration: { source: text, args: [{ name: text, value: text }], changed: true },
    rows: [
      { split: text, rows: 1 },
      { split: "b", rows: 1 },
    ],
    components: [
      component(text, "FAILED", {
        reason: text,
        log: [text],
        outputs: [{ ...statistics, key: text, uri: text }],
      }),
      component("other", "NOT_RUN"),
    ],
  });
  const el = shown(
    steps([one, step("b")], {
      title: text,
      notes: [text],
      edges: [
        { from: text, to: "b", artifacts: [text] },
        { from: text, to: "nowhere", artifacts: [] },
      ],
    }),
  );
  expect(all(el, "img, script, [onclick], [onerror]")).toEqual([]);
  expect(el.textContent.split(text).length).toBeGreaterThan(15);
  expect(globalThis).not.toHaveProperty("hacked");
});

test("characters that hide or reorder text are visible, in attributes too", () => {
  const el = shown(steps([step("a\u202eb\u0000"), step("c")], { title: "t\u0000" }));
  card(el, "a\\u202eb\\x00").click();
  const texts = [
    el.textContent,
    ...all(el, "[aria-label]").map((one) => one.getAttribute("aria-label") ?? ""),
  ];
  expect(texts.filter((text) => /[\0\u202e]/.test(text))).toEqual([]);
});

test("a trainer shows its loss while it goes on, and what is open in its panel stays", () => {
  const el = document.createElement("div");
  document.body.append(el);
  const view = mount(el);
  const trainer = (train: (number | null)[]): Step =>
    step("trainer", "RUNNING", {
      curve: { epochs: train.map((_, index) => index + 1), train, eval: [] },
    });
  view.show(steps([trainer([0.5])]));
  const card = only<HTMLButtonElement>(el, ".znb-step");
  card.click();
  const open = only<HTMLDetailsElement>(el, ".znb-panel details");
  open.open = false;
  view.show(steps([trainer([0.5, 0.25])]));
  expect(card.querySelectorAll(".znb-tr-spark path")).toHaveLength(1);
  expect(card.textContent).toContain("loss 0.5 → 0.25");
  expect(card.getAttribute("aria-label")).toContain("loss 0.5 → 0.25");
  const chart = only(el, ".znb-step-curve svg");
  expect(chart.getAttribute("aria-label")).toContain("training splits, 2 points");
  expect(only<HTMLDetailsElement>(el, ".znb-panel details")).toBe(open);
  expect(open.open).toBe(false);
  view.show(steps([trainer([0.5, null])]));
  expect(card.textContent).toContain("loss 0.5");
  view.dispose();
});
