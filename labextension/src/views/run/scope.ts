// What the page of a run gets beside its document.
import type { JobDocument } from "../../contract/pages/job";
import type { LineageDocument } from "../../contract/pages/lineage";

export interface LoadOptions {
  /** Only this split. */
  readonly split?: string;
  /** Told how far a separate process is that reads the artifact. */
  readonly onProgress?: (job: JobDocument) => void;
}

/** What a host can do for the page; the page shows nothing that its host cannot do. */
export interface RunHost {
  /** Gives the view document of an artifact, whose folder is named as in the document of the run. */
  readonly loadView: (uri: string, options?: LoadOptions) => Promise<unknown>;
  /** Gives the lineage of an artifact by its number. */
  readonly loadLineage: (artifact: number) => Promise<LineageDocument>;
  readonly openRun?: (run: string) => void;
  /** Writes cells into a notebook: the run as a pipeline, or its configuration to be run again. */
  readonly insertCells?: (kind: "open" | "again") => void | Promise<void>;
  readonly copy?: (text: string) => void | Promise<void>;
}

export interface RunScope {
  /** Whatever the page registers (listeners, observers, timers) ends with this signal. */
  readonly signal: AbortSignal;
  readonly host: RunHost;
}
