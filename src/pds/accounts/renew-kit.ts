import { datetimeFromMs } from '../../protocol/index.ts';
import type { Datetime, Did } from '../../protocol/index.ts';
import { RECOVERY_WINDOW } from '../../identity/index.ts';
import type { House } from '../house.ts';
import { lastOperation, registerOperations } from '../mirroring/identity.ts';
import { nextRev } from '../mirroring/next-rev.ts';
import { StoreError } from '../ports/store-error.ts';
import { accountToDescribe } from './find-account.ts';
import { ourPassphrase } from './kit-check.ts';
import { recoverySigner, renewKeys } from './renew-keys.ts';

/** What a new kit is made with. */
export interface RenewalWish {
  /** A generated one, which seals the new kit. */
  readonly passphrase: string;
  /** The kit that is replaced, where it is at hand. */
  readonly old?: { readonly file: Uint8Array; readonly passphrase: string };
}

export interface RenewedKit {
  readonly did: Did;
  /** Until then whoever holds the old kit can undo it; left out where nobody can. */
  readonly undoableUntil?: Datetime;
  /** The directory has yet to hear of it: the house tells it when it next meets the mirror. */
  readonly isQueued: boolean;
}

/**
 * Gives an account a new kit: a new recovery key and a new signing key, one operation of the DID, one re-signed commit. Whatever
 * held the old keys, another house or a thief, can no longer write. The new keys are stored before anybody hears of them, so
 * that a stop at any moment leaves the account with keys that this house holds.
 * @throws XrpcError AccountNotFound, KitPassphrase, KitDamaged, KitOfAnother, DirectoryUnreachable, DirectoryRefused,
 *   IdentityChanged; StoreError. In every case the account is as before.
 */
export async function renewKit(
  parts: Pick<House, 'store' | 'fetch' | 'settings' | 'now'>, did: string, { passphrase, old }: RenewalWish,
): Promise<RenewedKit> {
  const { store, now } = parts;
  const seal = ourPassphrase(passphrase);
  const known = await accountToDescribe(store, did);
  const recovery = old && await recoverySigner(old.file, old.passphrase, known);
  const last = await lastOperation(parts, known);
  const account = await store.exclusive(known.did, async () => {
    const before = await accountToDescribe(store, did);
    const keys = await store.keys(before.did);
    if (keys === undefined) throw new StoreError('StoreDamaged', 'The keys of an account are not in the store', { did });
    const rev = nextRev(parts, before, before.head.rev);
    const { change, next } = await renewKeys(before, keys, { passphrase: seal, rev, last, recovery, now: now() });
    return store.replaceKeys(change, next);
  });
  const isTold = last.isRegistered && await registerOperations(parts, account).then(() => true, () => false);
  return {
    did: account.did, isQueued: last.isRegistered && !isTold,
    ...(last.isRegistered && recovery === undefined && { undoableUntil: datetimeFromMs(now() + RECOVERY_WINDOW) }),
  };
}
