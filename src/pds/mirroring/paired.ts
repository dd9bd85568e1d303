import type { Did, Handle, Tid } from '../../protocol/index.ts';
import { accountToDescribe } from '../accounts/find-account.ts';
import { noteUse } from '../accounts/note-use.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { MirrorClient } from './mirror-client.ts';

/** An account that has a mirror. */
export type PairedAccount = Account & { readonly mirror: PairedMirror };

/** @throws XrpcError AccountNotFound, NotPaired */
export async function pairedAccount({ store }: Pick<House, 'store'>, did: string): Promise<PairedAccount> {
  const account = await accountToDescribe(store, did);
  const { mirror } = account;
  if (mirror === undefined) throw new XrpcError(400, 'NotPaired', 'This account has no mirror.');
  return { ...account, mirror };
}

/** Who speaks for the account to its mirror, or to another one, by that one's clock: a token is of a minute. */
export async function mirrorClient(
  house: Pick<House, 'store' | 'fetch' | 'now' | 'signers'>, account: Account,
  { url, mirrorDid, clockAheadMs = 0 }: Pick<PairedMirror, 'url' | 'mirrorDid' | 'clockAheadMs'>,
): Promise<MirrorClient> {
  const { fetch, now, signers } = house;
  const { did } = account;
  const signing = (subject: string): Promise<void> => noteUse(house, did, { what: 'token', key: 'signing', subject, audience: mirrorDid });
  return new MirrorClient({ fetch, now: () => now() - clockAheadMs, did, signer: await signers.of(account), url, mirrorDid, signing });
}

/** What may change together with a mirror. */
export interface MirrorChange {
  /** Undefined takes the mirror away, and what waits for it. */
  readonly mirror: PairedMirror | undefined;
  readonly handle?: Handle;
  /** What waited up to this rev is held by the mirror now. */
  readonly settled?: Tid;
}

/**
 * Changes what is known of the mirror, alone of all who write to the account; undefined changes nothing. Tells the feed.
 * @param only what it is that changes, for those who do not mind it
 * @throws StoreError AccountMissing
 */
export async function changeMirror(
  { store, feed }: Pick<House, 'store' | 'feed'>, did: Did, change: (mirror: PairedMirror | undefined, account: Account) => MirrorChange | undefined,
  only?: 'receipt' | 'standbys',
): Promise<Account> {
  const account = await store.exclusive(did, async () => {
    const before = await accountToDescribe(store, did);
    const changed = change(before.mirror, before);
    if (changed === undefined) return before;
    const { mirror, handle, settled } = changed;
    const confirmed = mirror?.acknowledged === undefined ? before.mirror?.acknowledged?.rev : undefined;
    return store.update(did, { mirror, ...(handle !== undefined && { handle }), ...(confirmed !== undefined && { confirmed }) }, settled);
  });
  feed.announce({ type: 'mirrors', did, ...(only !== undefined && { only }) });
  return account;
}

/** Runs `work` alone of all that pair or leave for this account. Records may be written meanwhile. */
export function pairingAlone<Result>({ store }: Pick<House, 'store'>, did: Did, work: () => Promise<Result>): Promise<Result> {
  return store.exclusive(`${did}#mirror` as Did, work);
}
