import { lexicons } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { namedServer, pointTo } from './identity.ts';
import type { MirrorClient } from './mirror-client.ts';
import { isRefusal, MirrorError } from './mirror-error.ts';
import { changeMirror, mirrorClient, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';

/** A mirror that was left is not waited for longer. */
const MS = 5_000;

/**
 * Unpairs: the mirror deletes its copy, the house forgets the mirror, and the DID document names it no more where the
 * directory answers. A move that is not finished is given up: the mirror that serves the account is its mirror again. Call it alone (`pairingAlone`).
 * @param force forget the mirror also where it does not answer
 * @returns whether the mirror said that it has nothing more
 * @throws XrpcError AccountNotFound, NotPaired, of an unfinished move DirectoryUnreachable and others; MirrorError MirrorUnreachable,
 *   MirrorRefused: nothing was changed
 */
export async function leave(house: House, did: string, force: boolean): Promise<boolean> {
  const account = await pairedAccount(house, did);
  const { mirror } = account;
  if (mirror.from !== undefined && await namedServer(house, account) === mirror.from.url) return goBack(house, account, mirror.from);
  await leaveOthers(house, account.did);
  const left = await deleteAs('primary', await mirrorClient(house, account, mirror)).catch((error: unknown) => {
    if (force && error instanceof MirrorError) return undefined;
    throw error;
  });
  // Where another house has moved the account, they are that one's.
  if (left !== 'other' && mirror.alarm?.code !== 'moved') await leaveStandbys(house, account);
  await changeMirror(house, account.did, () => ({ mirror: undefined }));
  // If this fails the document names a mirror that has nothing, which the next pairing puts right.
  await unpoint(house, account.did, mirror).catch(() => undefined);
  house.feed.announce({ type: 'accounts' });
  return left === 'deleted';
}

/** To the mirror that has served the account all the time, and knows nothing of the move. */
async function goBack(house: House, { did, mirror: { url, mirrorDid, leaving: since = [] } }: PairedAccount, from: PairedMirror): Promise<boolean> {
  const { leaving = [], standbys = [], ...rest } = from;
  const isStandby = standbys.some((each) => each.url === url);
  // One that stood by does so again, once it is told anew whom to follow.
  const asBefore = standbys.map(({ follows, ...each }) => (each.url === url || follows === undefined ? each : { ...each, follows }));
  const stays = new Set([from.url, ...standbys.map((each) => each.url)]);
  // Of several moves in a row each mirror may have got something.
  const left = [...new Map([...leaving, ...since, { url, mirrorDid }].map((other) => [other.url, other])).values()].filter((other) => !stays.has(other.url));
  await changeMirror(house, did, () => ({ mirror: { ...rest, ...(asBefore.length > 0 && { standbys: asBefore }), ...(left.length > 0 && { leaving: left }) } }));
  await leaveOthers(house, did);
  house.feed.announce({ type: 'accounts' });
  return isStandby || (await pairedAccount(house, did)).mirror.leaving?.some((other) => other.url === url) !== true;
}

/** What does not answer keeps what it has. Its operator can delete it. */
async function leaveStandbys(house: House, account: PairedAccount): Promise<void> {
  await Promise.all((account.mirror.standbys ?? []).map(async (standby) => (
    deleteAs('standby', await mirrorClient(house, account, standby), AbortSignal.timeout(MS)).catch(() => undefined)
  )));
}

/**
 * Asks the mirrors that were left for this one to delete their copies, while this one is what the DID names: another house may have moved the
 * account back. Those that do not answer are asked the next time. Never rejects.
 */
export async function leaveOthers(house: House, did: Did): Promise<void> {
  try {
    const account = await pairedAccount(house, did);
    const { leaving = [], url } = account.mirror;
    if (leaving.length === 0 || await namedServer(house, account) !== url) return;
    for (const other of leaving) {
      const left = await deleteAs('primary', await mirrorClient(house, account, { ...account.mirror, ...other }), AbortSignal.timeout(MS)).catch(() => undefined);
      if (left !== undefined) await changeMirror(house, did, (mirror) => (mirror === undefined ? undefined : { mirror: without(mirror, other.url) }));
    }
  } catch {
    // The account has gone, or has no mirror any more.
  }
}

/**
 * Has a mirror delete its copy. One that another house of the owner has put into the other place keeps it: what served the account is a
 * standby by now, or a standby serves it.
 * @param as what the mirror is, as far as this house knows
 * @throws MirrorError; not where the mirror has nothing of the account
 */
export async function deleteAs(as: 'primary' | 'standby', client: MirrorClient, signal?: AbortSignal): Promise<'deleted' | 'other'> {
  const options = signal === undefined ? {} : { signal };
  // An older mirror does not say.
  const status = await client.call(lexicons.AppHoldfastMirrorGetUsage.mainSchema, options).then(({ usage }) => usage.status, () => undefined);
  if (status === (as === 'primary' ? 'standby' : 'active')) return 'other';
  try {
    await client.call(lexicons.AppHoldfastMirrorLeave.mainSchema, options);
  } catch (error) {
    if (!isRefusal(error, 'AccountNotFound')) throw error;
  }
  return 'deleted';
}

function without({ leaving = [], ...mirror }: PairedMirror, url: string): PairedMirror {
  const rest = leaving.filter((other) => other.url !== url);
  return { ...mirror, ...(rest.length > 0 && { leaving: rest }) };
}

async function unpoint(house: House, did: Did, { url }: PairedMirror): Promise<void> {
  const account = await house.store.account(did);
  if (account !== undefined && await namedServer(house, account) === url) await pointTo(house, account, { pds: undefined });
}
