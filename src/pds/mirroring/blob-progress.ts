import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';

/** What is quicker is not worth a word, in milliseconds. */
const WORTH_MS = 1_000;

/** Tells the feed how far large blobs have come to the mirror, together, where that takes a while. */
export class BlobProgress {
  readonly #house: Pick<House, 'feed' | 'now'>;
  readonly #did: Did;
  readonly #begun: number;
  #done = 0;
  #total = 0;
  #isTold = false;

  constructor(house: Pick<House, 'feed' | 'now'>, did: Did) {
    this.#house = house;
    this.#did = did;
    this.#begun = house.now();
  }

  /** For one more blob of so many bytes: is to be told how much of it the mirror holds. */
  of(size: number): (held: number) => void {
    let before: number | undefined;
    return (held) => {
      if (before === undefined) this.#total += size;
      this.#done += held - (before ?? 0);
      before = held;
      this.#tell();
    };
  }

  #tell(): void {
    const { feed, now } = this.#house;
    const isSlow = this.#isTold || (this.#done < this.#total && now() - this.#begun >= WORTH_MS);
    if (!isSlow) return;
    this.#isTold = true;
    feed.announce({ type: 'sending', did: this.#did, done: this.#done, total: this.#total });
  }
}
