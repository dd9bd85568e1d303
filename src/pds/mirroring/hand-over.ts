import { tidTime } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { Head } from '../ports/account.ts';
import type { Acknowledged, PairedMirror } from '../ports/paired-mirror.ts';
import { ALARMS, otherKey, raise } from './alarms.ts';
import { namesOurKey } from './identity.ts';
import { isKnownHead } from './known-head.ts';
import { isMoved } from './look.ts';
import { describeMirror } from './mirror-client.ts';
import type { MirrorClient } from './mirror-client.ts';
import { isRefusal, MirrorError, PASSING } from './mirror-error.ts';
import { changeMirror, mirrorClient, pairedAccount, pairingAlone } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { latestCommit } from './public-reads.ts';
import type { ServedHead } from './public-reads.ts';
import { sendLackedBlobs } from './send-blobs.ts';
import { sendRepository } from './send-repository.ts';
import type { SentRepository } from './send-repository.ts';
import { settled } from './settle.ts';
import { signAnew } from './sign-anew.ts';
import { verifiedReceipt } from './told-receipt.ts';

/** How far ahead of its clock a mirror takes what it is sent, where it has not said otherwise, in milliseconds. */
export const AHEAD_MS = 120_000;

/**
 * Sends the whole repository to the mirror, and what blobs it lacks; then nothing that was written before waits any more,
 * and an alarm is answered. Where it fails, everything is as it was.
 * @throws XrpcError AccountNotFound, NotPaired; MirrorError MirrorUnreachable, MirrorRefused (with an alarm)
 */
export function handOver(house: House, did: Did): Promise<Acknowledged> {
  return pairingAlone(house, did, async () => {
    const account = await pairedAccount(house, did);
    const client = await mirrorClient(house, account, account.mirror);
    const sent = await sendWhole(house, account, client).catch(async (error: unknown) => {
      // What another house has written is brought together when they next meet.
      if (error instanceof MirrorError && error.code === 'MirrorRefused' && error.reason !== 'StaleHead') await raiseRefusal(house, account, error);
      throw error;
    });
    const acknowledged = await confirm(house, account, sent);
    // What the mirror still lacks it asks for again with the next commit, and everybody can ask here.
    await sendLackedBlobs(house, did, client).catch(() => undefined);
    return acknowledged;
  });
}

/**
 * Sends the whole repository, signed anew where it is dated ahead of the mirror's clock or not after what the mirror holds.
 * @param told what the mirror has just said that it holds, and this house has looked at
 * @throws MirrorError MirrorUnreachable, MirrorRefused; by the reason `StaleHead` where the mirror holds what this house does
 *   not know, which is to be looked at first
 */
export async function sendWhole(house: House, account: PairedAccount, client: MirrorClient, told?: ServedHead): Promise<SentRepository> {
  const { did, mirror: { clockAheadMs = 0 } } = account;
  const held = told ?? await replaceable(house, account);
  const latest = house.now() - clockAheadMs + AHEAD_MS;
  const isUnfit = ({ cid, rev }: Head): boolean => (
    tidTime(rev) / 1000 > latest || (held !== undefined && rev <= held.rev && !cid.equals(held.cid))
  );
  if (isUnfit(account.head)) await signAnew(house, did, held?.rev, isUnfit);
  try {
    return await sendRepository(house, did, client, held?.cid);
  } catch (error) {
    if (!isRefusal(error, 'FutureRev')) throw error;
  }
  await measureClock(house, account);
  const { cid } = (await pairedAccount(house, did)).head;
  await signAnew(house, did, held?.rev, (head) => head.cid.equals(cid));
  return sendRepository(house, did, client, held?.cid);
}

/** What an active mirror holds, if this house may replace it: it wrote or took it in, or its owner has decided so. */
async function replaceable(house: House, account: PairedAccount): Promise<ServedHead | undefined> {
  const { did, mirror } = account;
  if (mirror.state === 'pairing') return undefined;
  const held = await latestCommit(house.fetch, mirror.url, did).catch((cause: unknown) => {
    throw new MirrorError('MirrorUnreachable', 'Your data here is safe. The mirror gave no answer.', { cause });
  });
  const isWanted = mirror.alarm !== undefined || mirror.resend === true;
  if (held === undefined || isWanted || await isKnownHead(house, account, { commit: held.cid.toString(), rev: held.rev, data: '' })) return held;
  throw new MirrorError('MirrorRefused', 'Your data here is safe. The mirror holds what another house has written meanwhile.', { reason: 'StaleHead' });
}

async function measureClock(house: House, { did, mirror: { url } }: PairedAccount): Promise<void> {
  const { clockAheadMs } = await describeMirror(house.fetch, url, house.now);
  await changeMirror(house, did, (mirror) => (mirror === undefined ? undefined : { mirror: { ...mirror, clockAheadMs } }));
}

async function confirm(house: House, { did, mirror: { url, key } }: PairedAccount, { head, receipt: told }: SentRepository): Promise<Acknowledged> {
  const account = await pairedAccount(house, did);
  const receipt = told && await verifiedReceipt(key, told);
  if (receipt === undefined || receipt.did !== did || !receipt.commit.equals(head.cid) || receipt.rev !== head.rev) {
    if (told === undefined) throw new MirrorError('MirrorRefused', 'Your data here is safe. The mirror does not serve this account yet: pairing was not finished.', { reason: 'AccountInactive' });
    await raise(house, account, 'mirror-key', ALARMS['mirror-key'](), head.rev);
    throw new MirrorError('MirrorRefused', ALARMS['mirror-key'](), { reason: 'InvalidReceipt' });
  }
  await changeMirror(house, did, (mirror) => (mirror?.url === url ? settled(answered(mirror), receipt) : undefined));
  const { commit, rev, seq, time, sig } = receipt;
  return { commit, rev, seq, time, sig };
}

/** Without the alarm, and without the wish to send everything again. */
export function answered(mirror: PairedMirror): PairedMirror {
  const { alarm: _, resend: __, turnedAwaySince: ___, ...rest } = mirror;
  return rest;
}

/** Of what passes by itself nothing is said. */
async function raiseRefusal(house: House, account: PairedAccount, error: MirrorError): Promise<void> {
  if (error.reason === 'FutureRev') return raise(house, account, 'clock', ALARMS.clock());
  // Whatever it calls that: what is signed with another key than the DID names is taken by no mirror.
  if (await namesOurKey(house, account) === false) return raise(house, account, 'refused', otherKey(account.did));
  if (PASSING.has(error.reason ?? '') || (error.reason === 'AccountInactive' && await isMoved(house, account))) return;
  await raise(house, account, 'refused', `${error.message} Send everything again, or ask the operator of the mirror.`);
}
