/** Rows that were read last, by a name of theirs, bounded by bytes. */
export class RowCache {
  readonly #room: number;
  readonly #rows = new Map<string, Uint8Array>();
  #bytes = 0;

  /** @param room in bytes */
  constructor(room: number) {
    this.#room = room;
  }

  get(name: string): Uint8Array | undefined {
    const row = this.#rows.get(name);
    if (row === undefined) return undefined;
    this.#rows.delete(name);
    this.#rows.set(name, row);
    return row;
  }

  add(name: string, row: Uint8Array): void {
    if (this.#rows.has(name) || row.length > this.#room) return;
    this.#rows.set(name, row);
    this.#bytes += row.length;
    for (const [oldest, { length }] of this.#rows) {
      if (this.#bytes <= this.#room) break;
      this.#rows.delete(oldest);
      this.#bytes -= length;
    }
  }
}
