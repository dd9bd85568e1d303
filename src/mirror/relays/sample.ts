import type { MirrorStore, StoredEvent } from '../../mirroring/index.ts';
import type { Did } from '../../protocol/index.ts';

const MOST_CHANGED = 1_000;
/** So much of a sample are those that changed; who never changes has the rest. */
const PART_CHANGED = 0.6;
const A_PAGE = 100;
/** Accounts that are not active are passed over, so many pages at a time. */
const MOST_PAGES = 10;

/** Which accounts relays are asked about: those that changed last, then all others in turn. */
export class Sample {
  readonly #copies: Pick<MirrorStore, 'accounts'>;
  /** The newest at the end. */
  readonly #changed = new Set<Did>();
  #after: Did | undefined;

  constructor(copies: Pick<MirrorStore, 'accounts'>) {
    this.#copies = copies;
  }

  /** Of events that are durable. */
  heard(events: readonly Pick<StoredEvent, 'did'>[]): void {
    for (const { did } of events) {
      this.#changed.delete(did);
      this.#changed.add(did);
    }
    for (const did of this.#changed) {
      if (this.#changed.size <= MOST_CHANGED) break;
      this.#changed.delete(did);
    }
  }

  /** Up to so many accounts, none twice. */
  async next(count: number): Promise<readonly Did[]> {
    const sample = new Set([...this.#changed].reverse().slice(0, Math.ceil(count * PART_CHANGED)));
    for (const did of sample) this.#changed.delete(did);
    for (let pages = 0, isRound = false; sample.size < count && pages < MOST_PAGES; pages++) {
      const page = await this.#copies.accounts({ limit: A_PAGE, ...(this.#after !== undefined && { after: this.#after }) });
      for (const { did, status } of page) {
        if (sample.size >= count) break;
        this.#after = did;
        if (status === 'active') sample.add(did);
      }
      if (page.length > 0) continue;
      this.#after = undefined;
      if (isRound) break;
      isRound = true;
    }
    return [...sample];
  }
}
