import { isDid } from '../../protocol/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import type { KeysAsk } from '../messages.ts';
import type { KeyUseReport } from './report.ts';

/**
 * Does what a page asks about the keys of an account.
 * @throws JobRefusal AccountMissing; StoreError
 */
export async function answerKeysAsk(ask: KeysAsk, { store }: Pick<JobContext, 'store'>): Promise<readonly KeyUseReport[]> {
  const { did } = ask;
  if (!isDid(did) || await store.account(did) === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  return (await store.uses(did)).map(({ at, ...use }) => ({ ...use, time: new Date(at).toISOString() }));
}
