// How a run is told in few words.
import type { RunsDocument } from "../contract/pages/runs";
import { formatNumber, type Level, MISSING, visible } from "../views/format";
import { duration } from "../views/steps/words";

export type RunRow = RunsDocument["runs"][number];

interface Told {
  readonly sign: string;
  readonly word: string;
  readonly level: Level | "idle";
}

const STATES: ReadonlyMap<string, Told> = new Map([
  ["RUNNING", { sign: "", word: "Running", level: "info" }],
  ["COMPLETE", { sign: "✓", word: "Complete", level: "ok" }],
  ["CACHED", { sign: "↺", word: "Cached", level: "ok" }],
  ["FAILED", { sign: "✗", word: "Failed", level: "error" }],
  ["CANCELED", { sign: "■", word: "Canceled", level: "warning" }],
  ["ABORTED", { sign: "!", word: "Aborted", level: "error" }],
] as const);

/** Whether runs can be asked for by this state. */
export function isState(state: string): boolean {
  return STATES.has(state);
}

/** A state that is not known is shown as the store has it. */
export function told(state: string): Told {
  return STATES.get(state) ?? { sign: "?", word: visible(state) || "Unknown", level: "idle" };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How long ago, in a few characters; a date where that is longer than a week. */
export function ago(started: string, now: number = Date.now()): string {
  const time = new Date(started);
  const seconds = (now - time.getTime()) / 1000;
  if (Number.isNaN(seconds)) return visible(started);
  // Clocks differ a little.
  if (seconds < 5) return "just now";
  if (seconds < MINUTE) return `${String(Math.floor(seconds))} s ago`;
  if (seconds < HOUR) return `${String(Math.floor(seconds / MINUTE))} min ago`;
  if (seconds < DAY) return `${String(Math.floor(seconds / HOUR))} h ago`;
  if (seconds < WEEK) return `${String(Math.floor(seconds / DAY))} d ago`;
  const year =
    time.getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" as const };
  return time.toLocaleDateString(undefined, { day: "numeric", month: "short", ...year });
}

/** The exact time, for people. */
export function exactly(started: string): string {
  const time = new Date(started);
  if (Number.isNaN(time.getTime())) return visible(started);
  return time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** Seconds that a run took, or has taken by now. */
export function secondsOf(run: RunRow, passed: number, now: number = Date.now()): number | null {
  if (run.state !== "RUNNING") return run.seconds;
  if (run.seconds !== null) return run.seconds + passed;
  const since = (now - new Date(run.started).getTime()) / 1000;
  return Number.isNaN(since) ? null : Math.max(0, since);
}

/** A duration for a list: whole seconds while it runs, so that it ticks quietly. */
export function durationText(run: RunRow, passed: number, now: number = Date.now()): string {
  const seconds = secondsOf(run, passed, now);
  if (seconds === null) return run.state === "RUNNING" ? "" : MISSING;
  if (run.state === "RUNNING" && seconds < MINUTE) return `${String(Math.floor(seconds))} s`;
  return duration(seconds);
}

/** An id that this package gave: pipeline, start, and the part that tells apart what started in one second. */
const GIVEN = /^\d{8}T\d{6}-(\w+)$/;

/** The run's id without the name of its pipeline and its start, which stand beside it. */
export function shortId(run: RunRow): string {
  const prefix = `${run.pipeline}.`;
  const id = run.id.startsWith(prefix) ? run.id.slice(prefix.length) : run.id;
  return visible(GIVEN.exec(id)?.[1] ?? id);
}

export interface ShownMetric {
  readonly name: string;
  readonly text: string;
}

/** Two metrics where nobody has chosen any. */
const BY_ITSELF = 2;
const DIGITS = 1e4;

/** The chosen metrics that a run has; its first ones if none are chosen. */
export function shownMetrics(run: RunRow, chosen: readonly string[]): ShownMetric[] {
  const values = new Map(run.metrics.map(({ name, value }) => [name, value]));
  const names = chosen.length > 0 ? chosen : [...values.keys()].slice(0, BY_ITSELF);
  return names.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [{ name, text: metricText(value) }];
  });
}

/** Four decimals are what tells two runs apart in a narrow list; the run's page has them all. */
function metricText(value: number | string): string {
  if (typeof value === "string") return visible(value);
  if (Math.abs(value) >= 1 / DIGITS) return formatNumber(Math.round(value * DIGITS) / DIGITS);
  return formatNumber(value);
}

/** What a screen reader says of a row. */
export function spoken(run: RunRow, passed: number, chosen: readonly string[]): string {
  const taken = durationText(run, passed);
  const metrics = shownMetrics(run, chosen).map(({ name, text }) => `${name} ${text}`);
  const failed = run.failed_step === null ? [] : [`failed at ${run.failed_step}`];
  const parts = [run.pipeline, told(run.state).word, ...failed, `started ${ago(run.started)}`];
  return visible([...parts, ...(taken ? [`took ${taken}`] : []), ...metrics].join(", "));
}
