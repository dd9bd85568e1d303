import { isDid } from '../../protocol/index.ts';
import { PASSKEY_COPY } from '../../keys/index.ts';
import type { KeyVault } from '../../keys/index.ts';
import { requireConfirmed } from '../../pds/index.ts';
import { JobRefusal } from '../errors.ts';
import type { JobContext } from '../job-context.ts';
import type { KeysAsk } from '../messages.ts';
import { confirmOwner, liftAsking } from './ask-again.ts';
import { mirrorKits, putMirrorKit, takeMirrorKit } from './mirror-kit.ts';
import { addPasskeyCopy, passkeyReport } from './passkey.ts';
import type { KeyUseReport, MirrorKitReport, PasskeyReport } from './report.ts';

// Comes with the rest of what concerns kits: another piece of its own would be one more to load, and to list.
export { findKit } from './find-kit.ts';

/** Where an ask about keys runs. */
export type KeysContext = Pick<JobContext, 'store' | 'now' | 'fetch' | 'signal'> & { readonly vault: KeyVault };

/**
 * Does what a page asks about the keys of an account.
 * @throws JobRefusal AccountMissing; XrpcError ConfirmationNeeded; as `addPasskeyCopy`, `confirmOwner`, `liftAsking`, `putMirrorKit`, `takeMirrorKit`; StoreError
 */
export async function answerKeysAsk(ask: KeysAsk, context: KeysContext): Promise<readonly KeyUseReport[] | PasskeyReport | MirrorKitReport> {
  const { did } = ask;
  const account = isDid(did) ? await context.store.account(did) : undefined;
  if (account === undefined) throw new JobRefusal('AccountMissing', 'This account is not in this house any more.');
  if (ask.what === 'uses') return (await context.store.uses(account.did)).map(({ at, ...use }) => ({ ...use, time: new Date(at).toISOString() }));
  if (ask.what === 'mirror-kits') return mirrorKits(account, context);
  if (ask.what === 'put-mirror-kit') return putMirrorKit(ask, account, context);
  if (ask.what === 'take-mirror-kit') return takeMirrorKit(ask, account, context);
  if (ask.what === 'add-passkey') return addPasskeyCopy(ask, account, context);
  if (ask.what === 'remove-passkey') {
    requireConfirmed(account, context.now());
    await context.vault.remove(account.did, PASSKEY_COPY);
  }
  if (ask.what === 'confirm' || ask.what === 'ask-again') await confirmOwner(ask, account, context);
  if (ask.what === 'lift' || ask.what === 'unlift' || ask.what === 'lifted') await liftAsking(ask.what, account, context);
  return passkeyReport(await context.store.account(account.did) ?? account, context);
}
