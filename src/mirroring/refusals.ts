import { tidTime } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import { RepoError } from '../repo/index.ts';
import type { MirrorLimits } from './messages.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { MirrorStoreError } from './ports/mirror-store.ts';
import type { CopyHead } from './ports/mirror-store.ts';

/** @throws MirrorRefusal FutureRev */
export function checkAhead(rev: Tid, now: number, { aheadMs }: MirrorLimits, head?: CopyHead): void {
  const ahead = Math.round(tidTime(rev) / 1000 - now);
  if (ahead <= aheadMs) return;
  throw new MirrorRefusal(
    'FutureRev', `The commit is dated ${Math.ceil(ahead / 1000)} seconds ahead of the mirror's clock, and ${aheadMs / 1000} are allowed.`,
    { rev, ahead, allowed: aheadMs }, head,
  );
}

/** Once more where the head moved meanwhile. What the store refuses is a refusal of the mirror; what is broken stays an error. */
export async function twice<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MirrorStoreError && error.code === 'HeadMoved')) throw storeRefusal(error);
  }
  try {
    return await work();
  } catch (error) {
    throw storeRefusal(error);
  }
}

/** What the verifier found, as the mirror says it. */
export function repoRefusal(error: unknown, what: 'Commit' | 'Repo', head: CopyHead | undefined): unknown {
  if (!(error instanceof RepoError)) return storeRefusal(error);
  const { code, message, details } = error;
  if (code === 'FutureRev') return new MirrorRefusal('FutureRev', `${message}.`, details, head, error);
  const isTooLarge = code === 'CommitTooLarge' || (code === 'BudgetExceeded' && details['what'] !== 'time');
  return new MirrorRefusal(isTooLarge ? `${what}TooLarge` : `Invalid${what}`, `${message}.`, { ...details, reason: code }, head, error);
}

/** What the store refuses, as the mirror says it. */
export function storeRefusal(error: unknown): unknown {
  if (!(error instanceof MirrorStoreError)) return error;
  switch (error.code) {
    case 'AccountMissing':
      return new MirrorRefusal('AccountMissing', 'This mirror does not keep the account.', error.details, undefined, error);
    case 'HeadMoved':
      return new MirrorRefusal('StaleHead', 'The mirror took another commit at the same moment.', error.details, undefined, error);
    case 'StorageFull':
      return new MirrorRefusal('StorageFull', 'The mirror has no room left; its operator has to make some.', {}, undefined, error);
    default:
      return error;
  }
}
