// What of a store's runs is shown, and how the server is asked for it.

/** The span of time that is shown; `custom` is between two given times. */
export type Span = "any" | "hour" | "day" | "week" | "month" | "custom";

export interface Filters {
  readonly search: string;
  readonly pipelines: readonly string[];
  readonly states: readonly string[];
  readonly span: Span;
  /** Local times as the browser's own field gives them; empty if there is no bound. */
  readonly since: string;
  readonly before: string;
  readonly metric: string;
  readonly minimum: string;
  readonly maximum: string;
}

export const NO_FILTERS: Filters = {
  search: "",
  pipelines: [],
  states: [],
  span: "any",
  since: "",
  before: "",
  metric: "",
  minimum: "",
  maximum: "",
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const SPANS: ReadonlyMap<Span, { readonly label: string; readonly milliseconds: number }> =
  new Map([
    ["any", { label: "Any time", milliseconds: 0 }],
    ["hour", { label: "Last hour", milliseconds: HOUR }],
    ["day", { label: "Last 24 hours", milliseconds: 24 * HOUR }],
    ["week", { label: "Last 7 days", milliseconds: 7 * 24 * HOUR }],
    ["month", { label: "Last 30 days", milliseconds: 30 * 24 * HOUR }],
    ["custom", { label: "Between two times", milliseconds: 0 }],
  ]);

/** One filter that is in force, and the filters without it. */
export interface ActiveFilter {
  readonly label: string;
  readonly without: Filters;
}

/** The filters in force, but for the search, which its box shows. */
export function activeFilters(filters: Filters): ActiveFilter[] {
  const active: ActiveFilter[] = [];
  for (const name of filters.pipelines) {
    const pipelines = filters.pipelines.filter((other) => other !== name);
    active.push({ label: name, without: { ...filters, pipelines } });
  }
  for (const state of filters.states) {
    const states = filters.states.filter((other) => other !== state);
    active.push({ label: state.toLowerCase(), without: { ...filters, states } });
  }
  const time = timeLabel(filters);
  if (time)
    active.push({ label: time, without: { ...filters, span: "any", since: "", before: "" } });
  const metric = metricLabel(filters);
  if (metric) {
    active.push({ label: metric, without: { ...filters, metric: "", minimum: "", maximum: "" } });
  }
  return active;
}

/** Whether anything is filtered. */
export function isFiltered(filters: Filters): boolean {
  return filters.search.trim() !== "" || activeFilters(filters).length > 0;
}

/** Why no run at all can meet the filters, if it is for their bounds; empty otherwise. */
export function contradiction({ span, since, before, metric, minimum, maximum }: Filters): string {
  if (span === "custom" && since && before && since >= before)
    return `No time is after ${spaced(since)} and before ${spaced(before)}.`;
  if (metric && minimum && maximum && Number(minimum) > Number(maximum))
    return `No ${metric} is at least ${minimum} and at most ${maximum}.`;
  return "";
}

function spaced(time: string): string {
  return time.replace("T", " ");
}

function timeLabel({ span, since, before }: Filters): string {
  if (span === "any") return "";
  if (span !== "custom") return SPANS.get(span)?.label.toLowerCase() ?? "";
  if (since && before) return `${spaced(since)} to ${spaced(before)}`;
  if (since) return `since ${spaced(since)}`;
  return before ? `before ${spaced(before)}` : "";
}

function metricLabel({ metric, minimum, maximum }: Filters): string {
  if (!metric) return "";
  if (minimum && maximum) return `${minimum} ≤ ${metric} ≤ ${maximum}`;
  if (minimum) return `${metric} ≥ ${minimum}`;
  return maximum ? `${metric} ≤ ${maximum}` : `has ${metric}`;
}

/** The filters as the route takes them. */
export function filterQuery(filters: Filters, now: number = Date.now()): URLSearchParams {
  const query = new URLSearchParams();
  const set = (name: string, value: string): void => {
    if (value !== "") query.set(name, value);
  };
  set("search", filters.search.trim());
  for (const name of filters.pipelines) query.append("pipeline", name);
  for (const state of filters.states) query.append("state", state);
  const { since, before } = boundsOf(filters, now);
  set("since", since);
  set("before", before);
  if (filters.metric) {
    set("metric", filters.metric);
    set("min", filters.minimum);
    set("max", filters.maximum);
  }
  return query;
}

function boundsOf(
  { span, since, before }: Filters,
  now: number,
): Record<"since" | "before", string> {
  if (span === "custom") return { since: isoOf(since), before: isoOf(before) };
  const milliseconds = SPANS.get(span)?.milliseconds ?? 0;
  if (milliseconds === 0) return { since: "", before: "" };
  // Whole minutes, so that the same question is asked for a while and the answer can be "unchanged".
  const from = Math.floor((now - milliseconds) / MINUTE) * MINUTE;
  return { since: new Date(from).toISOString(), before: "" };
}

function isoOf(local: string): string {
  const time = new Date(local);
  return local === "" || Number.isNaN(time.getTime()) ? "" : time.toISOString();
}

const TEXTS = ["search", "since", "before", "metric", "minimum", "maximum"] as const;
const LISTS = ["pipelines", "states"] as const;

/** Filters from what was saved, whoever saved it; what is not understood is left out. */
export function filtersFrom(saved: unknown): Filters {
  if (typeof saved !== "object" || saved === null) return NO_FILTERS;
  const values = new Map<string, unknown>(Object.entries(saved));
  const found: Record<string, unknown> = {};
  for (const name of TEXTS)
    if (typeof values.get(name) === "string") found[name] = values.get(name);
  for (const name of LISTS) {
    const list: unknown = values.get(name);
    if (Array.isArray(list)) found[name] = list.filter((item) => typeof item === "string");
  }
  const span = values.get("span");
  if (typeof span === "string" && SPANS.has(span as Span)) found.span = span;
  return { ...NO_FILTERS, ...found };
}
