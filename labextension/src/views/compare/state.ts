// What the parts of a comparison share: the fields of the runs, the highlighted run, the ranges.
import type { CompareDocument } from "../../contract/compare";
import type { TableCell } from "../../contract/tables";
import { element } from "../dom";
import { visible } from "../format";
import { clipped } from "../long";
import type { Scope } from "../scope";

/** One thing that is known of each run. */
export interface Field {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly isMetric: boolean;
  readonly isNumeric: boolean;
  readonly differs: boolean;
  /** Whether it is worth an axis before a person has chosen any. */
  readonly isLikely: boolean;
  /** One for each run; null where it has none. */
  readonly values: readonly TableCell[];
}

const NOT_FINITE = new Set(["NaN", "Infinity", "-Infinity"]);

export class State {
  readonly document: CompareDocument;
  readonly signal: AbortSignal;
  readonly fields: readonly Field[];
  /** The run that stands out in all charts and tables. */
  highlighted: number | undefined;
  /** Whether a run is within all ranges that were chosen. */
  isInRange: (run: number) => boolean = () => true;
  readonly #openRun: ((id: string) => void) | undefined;
  readonly #listeners: (() => void)[] = [];

  constructor(document: CompareDocument, { signal, host }: Scope) {
    this.document = document;
    this.signal = signal;
    this.#openRun = host.openRun;
    this.fields = fieldsOf(document);
  }

  /** Calls a function after every change. */
  listen(changed: () => void): void {
    this.#listeners.push(changed);
  }

  change(): void {
    for (const changed of this.#listeners) changed();
  }

  highlight(run: number | undefined): void {
    if (run === this.highlighted) return;
    this.highlighted = run;
    this.change();
  }

  label(run: number, longest = 60): string {
    return clipped(this.document.runs[run]?.label ?? "", longest);
  }

  /** The name of a run with its colour; a button where the host can open its page. */
  name(run: number): HTMLElement {
    const id = this.document.runs[run]?.id ?? "";
    const open = this.#openRun;
    const made = element(open ? "button" : "span", "znb-cmp-run", this.label(run));
    const mark = element("i");
    mark.style.background = colourOf(run);
    made.prepend(mark);
    made.title = visible(clipped(id));
    if (open && made instanceof HTMLButtonElement) {
      made.type = "button";
      const clicked = (): void => {
        open(id);
      };
      made.addEventListener("click", clicked, { signal: this.signal });
    }
    return made;
  }
}

/** The colour of a run, the same wherever it is shown. */
export const colourOf = (run: number): string => `var(--z-series-${String(run % 8)})`;

function fieldsOf({ runs, metrics, parameters }: CompareDocument): Field[] {
  const fact = (name: string, values: readonly TableCell[]): Field => ({
    key: `run ${name}`,
    group: "Run",
    name,
    isMetric: false,
    isNumeric: isNumeric(values),
    differs: new Set(values).size > 1,
    isLikely: false,
    values,
  });
  return [
    fact(
      "state",
      runs.map(({ state }) => state || null),
    ),
    fact(
      "started",
      runs.map(({ started }) => started.slice(0, 19).replace("T", " ")),
    ),
    fact(
      "seconds",
      runs.map(({ seconds }) => seconds),
    ),
    ...metrics.map(({ name, values, differs }, index) => ({
      key: `metric ${String(index)}`,
      group: "Metrics",
      name,
      isMetric: true,
      isNumeric: isNumeric(values),
      differs,
      isLikely: !/(^|_)example_count$/.test(name),
      values,
    })),
    ...parameters.map(({ step, name, kind, values, of, differs }, index) => {
      const own = of.map((place) => (place === null ? null : (values[place] ?? null)));
      return {
        key: `parameter ${String(index)}`,
        group: step,
        name,
        isMetric: false,
        isNumeric: isNumeric(own),
        differs,
        isLikely: kind === "argument" && step !== "data",
        values: own,
      };
    }),
  ];
}

/** Whether all that there is are numbers. */
function isNumeric(values: readonly TableCell[]): boolean {
  const there = values.filter((value) => value !== null);
  return (
    there.some((value) => typeof value === "number") &&
    there.every((value) => typeof value === "number" || NOT_FINITE.has(String(value)))
  );
}

/** The number of a field in a run; NaN where there is none. */
export function numberAt(field: Field, run: number): number {
  const value = field.values[run];
  return value === null || value === undefined ? NaN : Number(value);
}
