// What of the sidebar is found again after the page was loaded anew, and what the settings say.
import { type Filters, filtersFrom, NO_FILTERS } from "./filters";

export interface SidebarState {
  /** The chosen store; null for the first one. */
  readonly store: string | null;
  readonly filters: Filters;
  readonly filtersAreOpen: boolean;
}

export const FIRST_STATE: SidebarState = {
  store: null,
  filters: NO_FILTERS,
  filtersAreOpen: false,
};

/** A state from what was saved, whoever saved it. */
export function stateFrom(saved: unknown): SidebarState {
  if (typeof saved !== "object" || saved === null) return FIRST_STATE;
  const values = new Map<string, unknown>(Object.entries(saved));
  const store = values.get("store");
  return {
    store: typeof store === "string" ? store : null,
    filters: filtersFrom(values.get("filters")),
    filtersAreOpen: values.get("filtersAreOpen") === true,
  };
}

export interface SidebarSettings {
  /** Seconds between two questions for what is new. */
  readonly interval: number;
  /** The metrics that rows show; the first ones of each run if there are none. */
  readonly metrics: readonly string[];
  readonly density: "comfortable" | "compact";
}

export const DEFAULT_SETTINGS: SidebarSettings = {
  interval: 1.5,
  metrics: [],
  density: "comfortable",
};

const SHORTEST = 0.5;

/** Settings from what a person wrote into them; what is not understood is the default. */
export function settingsFrom(written: unknown): SidebarSettings {
  if (typeof written !== "object" || written === null) return DEFAULT_SETTINGS;
  const values = new Map<string, unknown>(Object.entries(written));
  const interval = values.get("interval");
  const metrics: unknown = values.get("metrics");
  return {
    interval:
      typeof interval === "number" ? Math.max(interval, SHORTEST) : DEFAULT_SETTINGS.interval,
    metrics: Array.isArray(metrics) ? metrics.filter((name) => typeof name === "string") : [],
    density: values.get("density") === "compact" ? "compact" : "comfortable",
  };
}
