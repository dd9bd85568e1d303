import type { StoredEvent } from '../mirroring/index.ts';
import type { Did, Tid } from '../protocol/index.ts';

type Told = (rev: Tid) => void;

/** Who wants to hear of the heads of accounts while a conversation lasts. */
export class Followers {
  readonly #followers = new Map<Did, Set<Told>>();

  /** @returns ends it */
  follow(did: Did, told: Told): () => void {
    const followers = this.#followers.get(did) ?? new Set();
    this.#followers.set(did, followers.add(told));
    return () => {
      followers.delete(told);
      if (followers.size === 0 && this.#followers.get(did) === followers) this.#followers.delete(did);
    };
  }

  /** Tells of events that are durable. */
  tell(events: readonly StoredEvent[]): void {
    for (const { did, head } of events) {
      if (head !== undefined) for (const told of this.#followers.get(did) ?? []) told(head.rev);
    }
  }
}
