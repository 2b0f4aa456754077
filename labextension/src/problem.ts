// What went wrong, as the server tells it: what happened, where, and what to do about it.

/**
 * - `server`: the server's own answer
 * - `missing`: the server knows nothing of zenml_nb
 * - `denied`: it does not let this page in
 * - `offline`: it does not answer
 */
export type ProblemKind = "server" | "missing" | "denied" | "offline";

export class Problem extends Error {
  constructor(
    what: string,
    readonly where: string | null = null,
    readonly hint: string | null = null,
    readonly kind: ProblemKind = "server",
  ) {
    super(what);
    this.name = "Problem";
  }
}

/** Whatever was thrown, as a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(error instanceof Error ? error.message : String(error));
}

/** Whether a request was ended by the page itself: nothing to tell. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
