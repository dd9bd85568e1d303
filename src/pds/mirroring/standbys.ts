import { datetimeFromMs, lexicons } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import type { PairedMirror, Standby } from '../ports/paired-mirror.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { deleteAs } from './leaving.ts';
import { describeMirror } from './mirror-client.ts';
import type { MirrorClient } from './mirror-client.ts';
import { placeOf } from './mirror-place.ts';
import { isRefusal, MirrorError } from './mirror-error.ts';
import { changeMirror, mirrorClient, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { readHead } from './told-head.ts';
import { askUsage } from './usage.ts';

const MOST_STANDBYS = 4;

/**
 * Has another mirror hold what the present one has confirmed. It begins to get that at once. Call it alone (`pairingAlone`).
 * @param url its origin
 * @throws XrpcError AccountNotFound, NotPaired, InvalidInviteCode, TooManyStandbys; MirrorError InvalidMirror, MirrorUnreachable, MirrorRefused
 */
export async function addStandby(house: House, did: Did, url: string, invite: string | undefined): Promise<PairedAccount> {
  const account = await pairedAccount(house, did);
  const { mirror } = account;
  if (mirror.state !== 'active') throw new XrpcError(400, 'NotPaired', 'Nothing was changed. The account has to be served by its mirror first: finish the pairing.');
  const served = (): MirrorError => new MirrorError('InvalidMirror', 'This is the mirror that serves the account already. Nothing was changed.');
  if (mirror.url === url) throw served();
  const { standbys = [] } = mirror;
  if (!standbys.some((each) => each.url === url) && standbys.length >= MOST_STANDBYS) {
    throw new XrpcError(400, 'TooManyStandbys', `An account has at most ${MOST_STANDBYS} standbys. Nothing was changed.`);
  }
  const described = await describeMirror(house.fetch, url, house.now);
  // By another of its names.
  if (mirror.key === described.key) throw served();
  const told = await enroll(await mirrorClient(house, account, { ...described, url, mirrorDid: described.did }), mirror, invite).catch((error: unknown) => {
    throw isRefusal(error, 'InvalidInviteCode') ? new XrpcError(400, 'InvalidInviteCode', error.message, error) : error;
  });
  const place = await placeOf(house, { url, described }, told);
  const { did: mirrorDid, clockAheadMs } = place.described;
  const standby: Standby = { url: place.url, mirrorDid, clockAheadMs, addedAt: datetimeFromMs(house.now()), follows: mirror.url };
  await change(house, did, (all) => [...all.filter((each) => each.url !== standby.url), standby]);
  await askUsage(house, did);
  return askStandbys(house, did);
}

/**
 * Has a standby delete its copy, and forgets it. Call it alone (`pairingAlone`).
 * @param force forget it also where it does not answer
 * @throws XrpcError AccountNotFound, NotPaired, NotStandby; MirrorError MirrorUnreachable, MirrorRefused: nothing was changed
 */
export async function removeStandby(house: House, did: Did, url: string, force: boolean): Promise<PairedAccount> {
  const account = await pairedAccount(house, did);
  const standby = account.mirror.standbys?.find((each) => each.url === url);
  if (standby === undefined) throw new XrpcError(400, 'NotStandby', 'There is no standby at this address. Nothing was changed.');
  const left = await deleteAs('standby', await mirrorClient(house, account, standby)).catch((error: unknown) => {
    if (!force || !(error instanceof MirrorError)) throw error;
  });
  if (left === 'other') throw new XrpcError(400, 'NotStandby', 'This mirror serves the account by now. Nothing was changed.');
  await change(house, did, (all) => all.filter((each) => each.url !== url));
  return pairedAccount(house, did);
}

/**
 * Has every standby get what the mirror has confirmed, tells those that do not know yet whom to follow, and notes what they hold.
 * What goes wrong with one is noted with it.
 * @throws XrpcError AccountNotFound, NotPaired
 */
export async function askStandbys(house: House, did: Did): Promise<PairedAccount> {
  const account = await pairedAccount(house, did);
  const { mirror } = account;
  // Until the DID names the new mirror its standbys stay with the one before; where another house has moved the account, they are that one's.
  if (mirror.state !== 'active' || mirror.alarm?.code === 'moved') return account;
  await Promise.all((mirror.standbys ?? []).map(async (standby) => {
    const next = await askOne(house, account, standby).catch((error: unknown) => {
      if (!(error instanceof MirrorError)) throw error;
      return (before: Standby): Standby => withTrouble(before, error);
    });
    await change(house, did, (all) => all.map((each) => (each.url === standby.url ? next(each) : each)), mirror.url);
  }));
  return pairedAccount(house, did);
}

/** Has a standby that is to take the place of the mirror get what lies there once more; where it cannot, it goes on with what it has. */
export async function askBeforeSwitch(house: House, account: Account, url: string): Promise<void> {
  const { mirror } = account;
  const standby = mirror?.standbys?.find((each) => each.url === url);
  if (mirror?.state !== 'active' || mirror.alarm?.code === 'moved' || standby === undefined) return;
  await askOne(house, { ...account, mirror }, standby).catch((error: unknown) => {
    if (!(error instanceof MirrorError)) throw error;
  });
}

async function askOne(house: House, account: PairedAccount, standby: Standby): Promise<(before: Standby) => Standby> {
  const { mirror } = account;
  const client = await mirrorClient(house, account, standby);
  if (standby.follows !== mirror.url) await enroll(client, mirror, undefined);
  const { head, missingBlobs } = await client.call(lexicons.AppHoldfastMirrorFollow.mainSchema);
  const time = datetimeFromMs(house.now());
  const held = head && { rev: readHead(head).rev, time, missingBlobs };
  return (before) => {
    const { trouble: _, ...rest } = before;
    return { ...rest, follows: mirror.url, ...(held !== undefined && { held }) };
  };
}

/** @returns the origin of the name that it lives under there, where that is told */
async function enroll(client: MirrorClient, { url, key }: PairedMirror, invite: string | undefined): Promise<string | undefined> {
  const input = { primary: { url: url as `${string}:${string}`, key }, ...(invite !== undefined && { invite }) };
  return (await client.call(lexicons.AppHoldfastMirrorEnroll.mainSchema, { input })).url;
}

/** @param of the mirror that they were asked about: of another one nothing is noted. Left out, others come or go */
async function change(house: House, did: Did, next: (standbys: readonly Standby[]) => readonly Standby[], of?: string): Promise<void> {
  await changeMirror(house, did, (mirror) => {
    if (mirror === undefined || (of !== undefined && mirror.url !== of)) return undefined;
    const { from, ...present } = mirror;
    // Should the move be given up, that mirror has the same.
    return { mirror: { ...withStandbys(present, next), ...(from !== undefined && { from: withStandbys(from, next) }) } };
  }, of === undefined ? undefined : 'standbys');
}

function withStandbys({ standbys = [], leaving = [], ...rest }: PairedMirror, next: (standbys: readonly Standby[]) => readonly Standby[]): PairedMirror {
  const changed = next(standbys);
  // One that was left before, and is a standby now, keeps what it has.
  const others = leaving.filter(({ url }) => !changed.some((standby) => standby.url === url));
  return { ...rest, ...(changed.length > 0 && { standbys: changed }), ...(others.length > 0 && { leaving: others }) };
}

/** It is told anew whom to follow: it may have lost the account, or follow another one by now. */
function withTrouble(before: Standby, { message }: MirrorError): Standby {
  const { follows: _, ...rest } = before;
  return { ...rest, trouble: message };
}
