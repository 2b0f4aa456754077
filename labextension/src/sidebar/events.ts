// What the sidebar asks of its host.
import type { SidebarState } from "./state";
import type { Offer } from "./states";
import type { StoreRow } from "./store-chooser";

export interface SidebarEvents {
  readonly open: (store: string, run: string) => void;
  readonly compare: (store: string, runs: readonly string[]) => void;
  /** The state is to be found again when the page is loaded anew. */
  readonly remember: (state: SidebarState) => void;
  /** A person has chosen the metrics that rows show. */
  readonly metrics: (names: readonly string[]) => void;
  /** Asks before a store is taken from the list. */
  readonly confirmRemoval: (store: StoreRow) => Promise<boolean>;
  /** What can be done where there is no run yet. */
  readonly newNotebook?: Offer | undefined;
}
