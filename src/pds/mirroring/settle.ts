import { parseDidKey, tidFrom, tidTime } from '../../protocol/index.ts';
import type { Cid, Tid } from '../../protocol/index.ts';
import { isReceiptOf } from '../../mirroring/index.ts';
import type { Receipt } from '../../mirroring/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { ALARMS, raise } from './alarms.ts';
import { changeMirror, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';

/**
 * Checks a receipt, keeps it, and lets go of what it covers, in one transaction. One that was kept already, or is older,
 * changes nothing.
 * @throws XrpcError AccountNotFound, NotPaired; InvalidReceipt: it is not signed by the mirror's key, or of no commit of ours; both are alarms
 */
export async function settle(house: House, of: string, receipt: Receipt): Promise<void> {
  const account = await pairedAccount(house, of);
  const { did, mirror } = account;
  if (!await isReceiptOf(parseDidKey(mirror.key), receipt)) {
    await raise(house, account, 'mirror-key', ALARMS['mirror-key'](), receipt.rev);
    throw invalidReceipt('The receipt is not signed by the key of the mirror.');
  }
  // A late one says nothing that is not known.
  if (mirror.acknowledged !== undefined && receipt.rev < mirror.acknowledged.rev) return;
  if (receipt.did !== did || !await isOurs(house, account, receipt)) {
    // History keeps what is not confirmed, so an honest mirror has nothing else to put its name to.
    await raise(house, account, 'receipt', ALARMS.receipt(), receipt.rev);
    throw invalidReceipt('The receipt is of no commit of this account.');
  }
  await changeMirror(house, did, (present) => (present?.url === mirror.url ? settled(present, receipt) : undefined), 'receipt');
}

/** What is known of the mirror after a receipt that was checked. */
export function settled(mirror: PairedMirror, { commit, rev, seq, time, sig }: Receipt): { readonly mirror: PairedMirror; readonly settled: Receipt['rev'] } | undefined {
  if (mirror.acknowledged !== undefined && mirror.acknowledged.rev > rev) return undefined;
  return { mirror: { ...mirror, acknowledged: { commit, rev, seq, time, sig } }, settled: rev };
}

/** Whether it is of a commit that is the head, was confirmed before, or is in the history, by CID and rev. */
async function isOurs({ store }: House, { did, head, mirror: { acknowledged } }: PairedAccount, { commit, rev }: Receipt): Promise<boolean> {
  const isIt = (known: { readonly cid: Cid; readonly rev: Tid } | undefined): boolean => known?.rev === rev && known.cid.equals(commit);
  if (isIt(head) || isIt(acknowledged && { ...acknowledged, cid: acknowledged.commit })) return true;
  const [entry] = rev < head.rev ? await store.history(did, { limit: 1, before: tidFrom(tidTime(rev) + 1, 0) }) : [];
  return isIt(entry);
}

/** Nothing was changed but the alarm that was raised, if one was. */
export function invalidReceipt(what: string): XrpcError {
  return new XrpcError(400, 'InvalidReceipt', `Your records are safe here. ${what} Nothing was changed.`);
}
