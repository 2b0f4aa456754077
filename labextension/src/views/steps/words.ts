// How the step graph is told in words; the same as in zenml_nb/views/step_words.py.
import type { Step, StepProgress, StepRows, StepState } from "../../contract/steps";
import { MISSING, type Level } from "../format";

interface Told {
  readonly sign: string;
  readonly word: string;
  readonly level: Level | "idle";
}

const STATES: Readonly<Record<StepState, Told>> = {
  PENDING: { sign: "○", word: "pending", level: "idle" },
  RUNNING: { sign: "▶", word: "RUNNING", level: "info" },
  COMPLETE: { sign: "✓", word: "COMPLETE", level: "ok" },
  CACHED: { sign: "↺", word: "CACHED", level: "ok" },
  FAILED: { sign: "✗", word: "FAILED", level: "error" },
  CANCELED: { sign: "■", word: "CANCELED", level: "warning" },
  ABORTED: { sign: "!", word: "ABORTED", level: "error" },
  NOT_RUN: { sign: "○", word: "not run", level: "idle" },
  NOT_DECLARED: { sign: "+", word: "not added", level: "idle" },
};

export function told(state: StepState): Told {
  return STATES[state];
}

/** A time as people say it: 0.25 s, 12.3 s, 2 min 5 s, 1 h 2 min. */
export function duration(seconds: number | null): string {
  if (seconds === null) return MISSING;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds + 0.5);
  if (whole < 3600) return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
  const minutes = Math.floor(seconds / 60 + 0.5);
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

const grouped = (count: number): string => count.toLocaleString("en-US");

/** The sizes of splits: 344 rows, or train 224, eval 120 rows. */
export function rowsText(rows: readonly StepRows[]): string {
  if (rows.length === 0) return "";
  if (rows.length === 1) return `${grouped(rows[0]?.rows ?? 0)} rows`;
  return `${rows.map(({ split, rows: n }) => `${split} ${grouped(n)}`).join(", ")} rows`;
}

/** How far a step is: 3 of 10 epochs. */
export function progressText({ done, total, unit }: StepProgress): string {
  return `${grouped(done)}${total ? ` of ${grouped(total)}` : ""} ${unit}`;
}

/** The class of a step without its module. */
export function className(step: Step): string {
  return step.configuration?.source.split(".").at(-1) ?? "";
}
