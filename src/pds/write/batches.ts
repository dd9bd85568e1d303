/** So many are done together at most. */
const MOST = 100;

/** Brings together what waits: while one batch of a key is under way, what comes for that key waits for the next, in order. */
export class Batches<Key, Item> {
  readonly #run: (key: Key, items: readonly Item[]) => Promise<void>;
  readonly #waiting = new Map<Key, Item[]>();

  /** @param run does a batch; it is told of no other for this key until it has ended, and never rejects */
  constructor(run: (key: Key, items: readonly Item[]) => Promise<void>) {
    this.#run = run;
  }

  add(key: Key, item: Item): void {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push(item);
      return;
    }
    this.#waiting.set(key, [item]);
    void this.#work(key);
  }

  async #work(key: Key): Promise<void> {
    const waiting = this.#waiting.get(key)!;
    while (waiting.length > 0) await this.#run(key, waiting.splice(0, MOST));
    this.#waiting.delete(key);
  }
}
