// What a renderer gets beside its document.

/** What a host can do for a view; a view shows nothing that its host cannot do. */
export interface Host {
  /**
   * Opens the view of an artifact.
   *
   * @param uri - the artifact's folder, as the document names it
   */
  readonly open?: (uri: string) => void;
  /**
   * Opens the page of a run.
   *
   * @param id - the run's name in its store
   */
  readonly openRun?: (id: string) => void;
}

export interface Scope {
  /** Whatever a renderer registers (listeners, observers, timers) ends with this signal. */
  readonly signal: AbortSignal;
  readonly host: Host;
}

/** Shows a newer document of the same kind and keeps what the person has opened and chosen. */
export type Update<D> = (document: D) => void;

/**
 * Draws a document into an empty root; the caller clears the DOM. A renderer that can take a newer
 * document without being drawn anew returns a function for it.
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most renderers return nothing
export type Renderer<D> = (root: HTMLElement, document: D, scope: Scope) => Update<D> | void;
