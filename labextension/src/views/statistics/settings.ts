// What a person has chosen; it outlives a newer document.
import type { Direction } from "../sort";

export type Order = "order" | "name" | "missing" | "zeros" | "nonuniformity" | "distance";

export class Settings {
  log = false;
  percent = false;
  quantiles = false;
  order: Order = "order";
  direction: Direction = "ascending";
  /** A type of features, or all of them. */
  type = "";
  /** Datasets that were switched on or off, by their label. */
  readonly switched = new Map<string, boolean>();
  /** The features that are opened, by kind and name. */
  readonly opened = new Set<string>();
}
