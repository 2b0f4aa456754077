// Documents of a run and of a lineage, as small as they can be.
import type { LineageDocument, LineageNode } from "../src/contract/pages/lineage";
import type { RunArtifact, RunDocument, RunFacts, RunSpan } from "../src/contract/pages/run";
import type { StepsDocument } from "../src/contract/steps";

/** Markup, control characters and names of an object's own members: all of it is text. */
export const HOSTILE = `<img src=x onerror="window.hacked=1">\u202Eevil__proto__`;

/** Everything that a person sees, points at or hears. */
export function readable(el: HTMLElement): string {
  const said = ["title", "aria-label", "placeholder", "alt"].flatMap((name) =>
    [...el.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name)),
  );
  return [el.textContent, ...said].join("\n");
}

export const artifact = (id: number, more: Partial<RunArtifact> = {}): RunArtifact => ({
  id,
  component: "Trainer",
  key: "model",
  type: "Model",
  uri: `artifacts/model/${String(id)}`,
  splits: [],
  state: "COMPLETE",
  cached: false,
  view: "model",
  ...more,
});

export const span = (component: string, more: Partial<RunSpan> = {}): RunSpan => ({
  component,
  step: component.toLowerCase(),
  state: "COMPLETE",
  start: 0,
  seconds: 1,
  reason: "first run",
  ...more,
});

const steps = (uri: string): StepsDocument => ({
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
  steps: [
    {
      name: "split",
      state: "COMPLETE",
      method: null,
      configuration: null,
      seconds: 1,
      rows: [],
      progress: null,
      error: null,
      components: [
        {
          id: "SplitSchema",
          label: "Schema",
          state: "COMPLETE",
          seconds: 1,
          reason: "",
          inputs: [],
          outputs: [{ key: "schema", type: "Schema", from: "", splits: [], uri, view: "show(it)" }],
          log: [],
        },
      ],
    },
  ],
  edges: [],
});

const facts: RunFacts = {
  id: "taxi.1",
  pipeline: "taxi",
  state: "COMPLETE",
  started: "2026-01-02T03:04:05+00:00",
  finished: "2026-01-02T03:05:10+00:00",
  seconds: 65,
  user: "ada",
  host: "analytical-engine",
  git_commit: "4c304b5",
  notebook: "notebooks/taxi.ipynb",
  until: null,
  version: "0.1.0",
  config_hash: "edc4872e",
  failed_step: null,
};

export const runDocument = (
  more: Partial<Omit<RunDocument, "run">> & { run?: Partial<RunFacts> } = {},
): RunDocument => ({
  schema: "zenml_nb/run@1",
  title: "taxi",
  error: null,
  steps: steps("artifacts/schema/3"),
  configuration: { yaml: "# comment\npipeline:\n  name: taxi\n", notes: [] },
  timeline: [span("Data"), span("Trainer", { start: 1, seconds: 64 })],
  artifacts: [
    artifact(3, {
      component: "SplitSchema",
      key: "schema",
      type: "Schema",
      uri: "artifacts/schema/3",
      view: "schema",
    }),
    artifact(5, {
      component: "SplitAnomalies",
      key: "anomalies",
      type: "ExampleAnomalies",
      uri: "artifacts/anomalies/5",
      splits: ["train", "eval"],
      view: "anomalies",
    }),
    artifact(9),
    artifact(10, { key: "graph", type: "TransformGraph", view: null }),
  ],
  views: {
    statistics: null,
    schema: "artifacts/schema/3",
    anomalies: "artifacts/anomalies/5",
    training: null,
    evaluation: null,
  },
  metrics: [{ name: "auc", value: 0.9 }],
  cells: { open: true, again: true },
  ...more,
  run: { ...facts, ...more.run },
});

export const node = (id: string, depth: number, more: Partial<LineageNode> = {}): LineageNode => ({
  id,
  kind: id.startsWith("a") ? "artifact" : "execution",
  type: id.startsWith("a") ? "Model" : "Trainer",
  label: id,
  run: "taxi.1",
  uri: id.startsWith("a") ? `artifacts/${id}` : null,
  state: id.startsWith("a") ? null : "COMPLETE",
  depth,
  ...more,
});

export const lineageDocument = (
  focus: number,
  more: Partial<LineageDocument> = {},
): LineageDocument => ({
  schema: "zenml_nb/lineage@1",
  title: `Lineage of ${String(focus)}`,
  focus,
  nodes: [
    node(`a${String(focus)}`, 0),
    node("e1", -1),
    node("a1", -2, { type: "Examples", run: "taxi.0" }),
  ],
  edges: [
    { from: "a1", to: "e1" },
    { from: "e1", to: `a${String(focus)}` },
  ],
  truncated: false,
  notes: [],
  ...more,
});
