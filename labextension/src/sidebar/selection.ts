// Which runs are selected. It is kept by id: rows move when new runs come, and other pages come and go.

export class Selection {
  readonly #changed: (ids: readonly string[]) => void;
  #ids = new Set<string>();
  /** Where a range begins. */
  #anchor: number | undefined;
  /** What the range at hand has added, so that it can become smaller again. */
  #range: readonly string[] = [];

  constructor(changed: (ids: readonly string[]) => void) {
    this.#changed = changed;
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Selects these runs and no others. */
  set(ids: readonly string[]): void {
    this.#ids = new Set(ids);
    this.#end(undefined);
  }

  clear(): void {
    this.set([]);
  }

  toggle(index: number, id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#end(index);
  }

  /** The next range begins at this row. */
  from(index: number): void {
    this.#anchor = index;
    this.#range = [];
  }

  /** A range begins at this row, unless one is at hand. */
  begin(index: number): void {
    this.#anchor ??= index;
  }

  /** Selects from where the range began to this row; rows that are not loaded are left out. */
  extend(index: number, idAt: (index: number) => string | undefined): void {
    const anchor = (this.#anchor ??= index);
    for (const id of this.#range) this.#ids.delete(id);
    const from = Math.min(anchor, index);
    const ids = Array.from({ length: Math.abs(anchor - index) + 1 }, (_, i) => idAt(from + i));
    const known = ids.filter((id) => id !== undefined);
    const anchorId = idAt(anchor);
    this.#range = known.filter((id) => id !== anchorId && !this.#ids.has(id));
    for (const id of known) this.#ids.add(id);
    this.#changed(this.ids);
  }

  /** The rows have moved by so many places. */
  moved(shift: number): void {
    if (this.#anchor !== undefined) this.#anchor += shift;
  }

  #end(anchor: number | undefined): void {
    this.#anchor = anchor;
    this.#range = [];
    this.#changed(this.ids);
  }
}
