/** Tells who waits that something has happened; each waits for the next ring after they looked. */
export class Bell {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next ring. To be taken before looking at what the bell is about, or a ring in between is missed. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }
}
