import { lexicons } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import { Signers } from '../write/signers.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorClient } from './paired.ts';

/** What the mirror has seen of the DID. Nothing of it is verified. */
export type WatcherAnswer = lexicons.AppHoldfastMirrorWatch.$output;

/** The directory is asked beside it: nobody waits long for a mirror that is away. */
const MS = 5_000;
/** A mirror takes so many claims at once. */
const MOST = 500;

/**
 * Tells the mirror of an account which operations of the DID are its owner's, and asks what it has seen. Undefined where there
 * is no mirror, or it does not answer, or knows of no such question.
 * @param own CIDs
 * @throws StoreError; the reason of the signal
 */
export async function askWatcher(
  parts: Pick<House, 'store' | 'fetch' | 'now'>, account: Account, own: readonly string[], signal: AbortSignal,
): Promise<WatcherAnswer | undefined> {
  const { mirror } = account;
  if (mirror?.state !== 'active') return undefined;
  const client = await mirrorClient({ ...parts, signers: new Signers(parts.store) }, account, mirror);
  const late = AbortSignal.timeout(MS);
  try {
    const operations = own.slice(-MOST) as lexicons.AppHoldfastMirrorWatch.$input['operations'];
    return await client.call(lexicons.AppHoldfastMirrorWatch.mainSchema, { input: { operations }, signal: AbortSignal.any([late, signal]) });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MirrorError || late.aborted) return undefined;
    throw error;
  }
}
