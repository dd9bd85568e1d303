import type { Did } from '../protocol/index.ts';
import type { MirrorLimits } from './messages.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import type { CopyAccount } from './ports/mirror-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** By so much what an account may take by its terms can be passed before anything is refused: the owner is warned in that time. */
const GRACE = 1.1;
/** So many accounts are counted at once; beyond that the one that has written least lately is forgotten. */
const MOST = 20_000;

/** So long before an account is kept no longer its owner is warned, and so long after that nothing stops yet. In milliseconds. */
export const NOTICE_MS = 14 * DAY_MS;
export const GRACE_MS = 14 * DAY_MS;

/** Bytes above which nothing is added: what an account may take by its terms, with a grace, and never more than anybody may. */
export function mostBytes(agreed: number | undefined, most: number): number {
  return Math.min(agreed === undefined ? most : Math.floor(agreed * GRACE), most);
}

/** Bytes of its repository that an account may take. */
export function repoQuota({ terms }: Pick<CopyAccount, 'terms'>, { repoBytes }: Pick<MirrorLimits, 'repoBytes'>): number {
  return Math.min(terms.repoBytes ?? repoBytes, repoBytes);
}

/**
 * Where an account takes more than it may, nothing is added to it; what only deletes is always taken.
 * @throws MirrorRefusal QuotaExceeded
 */
export function checkRoom(account: CopyAccount, limits: Pick<MirrorLimits, 'repoBytes'>, isDeleting: boolean): void {
  if (isDeleting || account.bytes <= mostBytes(account.terms.repoBytes, limits.repoBytes)) return;
  const quota = repoQuota(account, limits);
  throw new MirrorRefusal('QuotaExceeded', `The records of this account take ${account.bytes} bytes, and may take ${quota} here. Delete some, or ask the operator for more.`, { bytes: account.bytes, quota }, account.head);
}

/** Commits of the last hour, by account, in memory. */
export class HourlyWrites {
  readonly #now: () => number;
  readonly #times = new Map<Did, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** In the last hour. */
  of(did: Did): number {
    return this.#recent(did).length;
  }

  /** @throws MirrorRefusal RateLimitExceeded, which passes by itself */
  check({ did, terms, head }: CopyAccount): void {
    const { writesPerHour } = terms;
    if (writesPerHour === undefined || this.of(did) < writesPerHour) return;
    throw new MirrorRefusal('RateLimitExceeded', `This mirror takes ${writesPerHour} changes of this account in an hour, and has taken them. What waits in the house goes on by itself.`, { writesPerHour }, head);
  }

  /** One more is taken. Of accounts without such terms nobody needs to know. @returns takes that back */
  note({ did, terms }: CopyAccount): () => void {
    if (terms.writesPerHour === undefined) return () => undefined;
    const time = this.#now();
    const times = [...this.#recent(did), time];
    this.#times.delete(did);
    this.#times.set(did, times);
    const [oldest] = this.#times.keys();
    if (this.#times.size > MOST) this.#times.delete(oldest!);
    return () => {
      const noted = this.#times.get(did) ?? [];
      const index = noted.indexOf(time);
      if (index !== -1) this.#times.set(did, noted.toSpliced(index, 1));
    };
  }

  #recent(did: Did): readonly number[] {
    const since = this.#now() - HOUR_MS;
    return (this.#times.get(did) ?? []).filter((time) => time > since);
  }
}
