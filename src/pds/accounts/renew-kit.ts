import { datetimeFromMs } from '../../protocol/index.ts';
import type { Datetime, Did } from '../../protocol/index.ts';
import { RECOVERY_WINDOW } from '../../identity/index.ts';
import type { Passphrase } from '../../keys/index.ts';
import type { House } from '../house.ts';
import { lastOperation, registerOperations } from '../mirroring/identity.ts';
import { nextRev } from '../mirroring/next-rev.ts';
import { pairingAlone } from '../mirroring/paired.ts';
import { isOnDomain } from '../mirroring/web-identity.ts';
import { StoreError } from '../ports/store-error.ts';
import { requireConfirmed } from './confirmed.ts';
import { accountToDescribe } from './find-account.ts';
import { ourPassphrase } from './kit-check.ts';
import { noteUse } from './note-use.ts';
import { recoverySigner, renewKeys } from './renew-keys.ts';

type Parts = Pick<House, 'store' | 'fetch' | 'settings' | 'now'>;

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
 * Gives an account a new kit: a new recovery key and a new signing key, one operation of the DID, one re-signed commit. Where no directory
 * keeps the DID, its owner has yet to publish the document that names the new key. Whatever
 * held the old keys, another house or a thief, can no longer write, nor change the DID. The new keys are stored before anybody
 * hears of them, so that a stop at any moment leaves the account with keys that this house holds.
 * @throws XrpcError AccountNotFound, KitPassphrase, KitDamaged, KitOfAnother, DirectoryUnreachable, DirectoryRefused,
 *   IdentityChanged; StoreError. In every case the account is as before.
 */
export async function renewKit(parts: Parts, did: string, { passphrase, old }: RenewalWish): Promise<RenewedKit> {
  const { store } = parts;
  const seal = ourPassphrase(passphrase);
  const { did: known } = await accountToDescribe(store, did);
  // What else changes the DID waits, so that what the new operation follows stays the last one.
  return pairingAlone(parts, known, () => renewAlone(parts, known, seal, old));
}

async function renewAlone(parts: Parts, did: Did, passphrase: Passphrase, old: RenewalWish['old']): Promise<RenewedKit> {
  const { store, now } = parts;
  const known = await accountToDescribe(store, did);
  // The kit that is at hand says more.
  if (old === undefined) requireConfirmed(known, now());
  const recovery = old && await recoverySigner(old.file, old.passphrase, known);
  const last = isOnDomain(did) ? undefined : await lastOperation(parts, known);
  const account = await store.exclusive(did, async () => {
    const before = await accountToDescribe(store, did);
    const keys = await store.keys(did);
    if (keys === undefined) throw new StoreError('StoreDamaged', 'The keys of an account are not in the store', { did });
    const rev = nextRev(parts, before, before.head.rev);
    const { change, next, operation } = await renewKeys(before, keys, { passphrase, rev, last, recovery, now: now() });
    const renewed = await store.replaceKeys(change, next);
    if (recovery !== undefined) await noteUse(parts, did, { what: 'kit-opened', key: 'kit', subject: 'new-kit', audience: '' });
    if (operation !== undefined) await noteUse(parts, did, { what: 'operation', key: recovery === undefined ? 'house' : 'recovery', subject: operation, audience: 'directory' });
    await noteUse(parts, did, { what: 'kit-made', key: 'kit', subject: 'new-kit', audience: '' });
    return renewed;
  });
  const isRegistered = last?.isRegistered === true;
  if (isRegistered) await registerOperations(parts, account).catch(() => undefined);
  // Whoever speaks to the mirror may have told it before us.
  const waiting = (await store.account(did))?.operations ?? [];
  return {
    did, isQueued: isRegistered && waiting.length > 0,
    ...(isRegistered && recovery === undefined && { undoableUntil: datetimeFromMs(now() + RECOVERY_WINDOW) }),
  };
}
