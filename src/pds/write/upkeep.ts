import type { Did } from '../../protocol/index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { HouseStore } from '../ports/house-store.ts';

/** How long a blob may wait for the record that names it. */
const BLOB_GRACE_MS = 6 * 60 * 60 * 1000;
/** How often blobs are looked through. */
const COLLECT_EVERY_MS = 60 * 60 * 1000;

/** What is due after writes, in the background: it may be ended at any time, and what was not done is done after the next write. */
export class Upkeep {
  readonly #store: HouseStore;
  readonly #blobs: BlobStore;
  readonly #now: () => number;
  readonly #running = new Set<Did>();
  readonly #collected = new Map<Did, number>();

  constructor({ store, blobs, now }: { readonly store: HouseStore; readonly blobs: BlobStore; readonly now: () => number }) {
    this.#store = store;
    this.#blobs = blobs;
    this.#now = now;
  }

  /** Begins what is due for the account, unless it runs already. Never throws. */
  begin(did: Did): void {
    if (this.#running.has(did)) return;
    this.#running.add(did);
    this.#run(did).catch(() => undefined).finally(() => this.#running.delete(did)).catch(() => undefined);
  }

  async #run(did: Did): Promise<void> {
    await this.#store.maintain(did);
    const now = this.#now();
    if (now - (this.#collected.get(did) ?? -Infinity) < COLLECT_EVERY_MS) return;
    this.#collected.set(did, now);
    // Not while a write has seen a blob that it is about to name.
    await this.#store.exclusive(did, () => this.#blobs.collect(did, BLOB_GRACE_MS));
  }
}
