import { datetimeFromMs, lexicons, normalizeHandle, parseHandle } from '../../protocol/index.ts';
import type { Datetime, Handle } from '../../protocol/index.ts';
import { accountToDescribe } from '../accounts/find-account.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import type { PairingStep } from '../ports/events.ts';
import type { PairedMirror, Standby } from '../ports/paired-mirror.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';
import { ALARMS } from './alarms.ts';
import { aheadInWords, MAX_CLOCK_AHEAD_MS } from './clock.ts';
import { namedServer, pointTo, registerOperations } from './identity.ts';
import { answered, sendWhole } from './hand-over.ts';
import { isKnownHead } from './known-head.ts';
import { leaveOthers } from './leaving.ts';
import { reconcile } from './reconcile.ts';
import { settled } from './settle.ts';
import { readHead } from './told-head.ts';
import { describeMirror } from './mirror-client.ts';
import type { MirrorClient, MirrorDescription } from './mirror-client.ts';
import { placeOf } from './mirror-place.ts';
import type { MirrorPlace } from './mirror-place.ts';
import { isRefusal, MirrorError } from './mirror-error.ts';
import { changeMirror, mirrorClient, pairedAccount } from './paired.ts';
import type { PairedAccount } from './paired.ts';
import { sendLackedBlobs } from './send-blobs.ts';
import { askBeforeSwitch } from './standbys.ts';
import { verifiedReceipt } from './told-receipt.ts';
import { isOnDomain, requireDocument } from './web-identity.ts';

/** What is asked for. */
export interface PairingWish {
  readonly did: string;
  /** The origin of the mirror. */
  readonly url: string;
  readonly handle?: string | undefined;
  readonly invite?: string | undefined;
}

/** Runs a step and tells of it. */
export type TellStep = <Result>(step: PairingStep, work: () => Promise<Result>) => Promise<Result>;

type Enrolled = lexicons.AppHoldfastMirrorEnroll.$output;

/** What a mirror calls its refusals that a person can do something about. */
const NAMED = ['HandleNotAvailable', 'UnsupportedDomain', 'InvalidInviteCode'];
const LETTERS_OF_DID = 8;
const ATTEMPTS = 3;

/** What is known of a mirror beside what it says of itself. */
type Known = Omit<PairedMirror, 'url' | 'mirrorDid' | 'key' | 'isPaused'>;

/** What the steps work with, once the mirror is known. */
interface Work {
  readonly house: House;
  readonly wish: PairingWish;
  readonly described: MirrorDescription;
  readonly client: MirrorClient;
  /** As it is now: records may be written between any two steps. */
  readonly account: () => Promise<Account>;
}

/**
 * Pairs an account with a mirror, or moves it there. Every step can be repeated: what it has done before it finds done, so
 * that after any failure a repeat goes on. Call it alone (`pairingAlone`).
 * @throws XrpcError KitUnproven, ClockAhead, HandleNotAvailable, UnsupportedDomain, InvalidInviteCode; MirrorError; of the
 *   directory, as `pointTo`
 */
export async function pair(house: House, wish: PairingWish, step: TellStep): Promise<PairedAccount> {
  const account = (): Promise<Account> => accountToDescribe(house.store, wish.did);
  const { did, kit, mirror } = await account();
  if (kit !== undefined) {
    throw new XrpcError(400, 'KitUnproven', 'Before others rely on this account, please show that you hold its recovery kit. Nothing was changed.');
  }
  const described = await step('mirror', () => describe(house, wish.url, mirror));
  await step('directory', async () => {
    const present = await account();
    // Until its document names the new mirror an account on a domain stays with the present one, which goes on getting what is written. The
    // present one by another of its names has yet to say by which.
    if (isOnDomain(did) && mirror?.state === 'active' && mirror.key !== described.key) await requireDocument(house, present, wish.url);
    else await registerOperations(house, present);
  });
  const { work, enrolled } = await step('enroll', async () => enroll(await workOf(house, wish, described, account)));
  const { client, wish: { url } } = work;
  const { held, told } = await step('hand-over', () => handOver(work, enrolled));
  await step('blobs', () => sendLackedBlobs(house, did, client));
  const name = await nameFor(work, enrolled);
  await step('identity', async () => pointTo(house, await account(), { handle: name, pds: url }));
  await step('activate', () => activate(work, name, held, told));
  await leaveOthers(house, did);
  return pairedAccount(house, did);
}

/** @throws MirrorError InvalidMirror, MirrorUnreachable; XrpcError ClockAhead */
async function describe({ fetch, now }: House, url: string, mirror: PairedMirror | undefined): Promise<MirrorDescription> {
  const described = await describeMirror(fetch, url, now);
  if (mirror?.url === url && mirror.key !== described.key) {
    const message = 'Your data here is safe. The mirror at this address signs with another key than the one that this account was paired with. '
      + 'If it was set up anew, leave it first. Nothing was changed.';
    throw new MirrorError('InvalidMirror', message);
  }
  if (described.clockAheadMs > MAX_CLOCK_AHEAD_MS) throw clockAhead(described.clockAheadMs);
  return described;
}

async function workOf(house: House, wish: PairingWish, described: MirrorDescription, account: Work['account']): Promise<Work> {
  const client = await mirrorClient(house, await account(), { ...described, url: wish.url, mirrorDid: described.did });
  return { house, wish, described, client, account };
}

/** From here on what is committed waits for this mirror, by the name that it has put the account under; with which the rest is done. */
async function enroll(asked: Work): Promise<{ readonly work: Work; readonly enrolled: Enrolled }> {
  const { house, wish, client, account } = asked;
  const { did } = await account();
  const { invite } = wish;
  const present = await account();
  await askBeforeSwitch(house, present, wish.url);
  const keepsName = isKept(present, wish, asked.described);
  const handle = keepsName ? undefined : handleFor(present, wish, asked.described);
  const input = { ...(handle !== undefined && { handle }), ...(invite !== undefined && { invite }) };
  const enrolled = await client.call(lexicons.AppHoldfastMirrorEnroll.mainSchema, { input: input as lexicons.AppHoldfastMirrorEnroll.$input })
    .catch((error: unknown) => {
      const name = NAMED.find((reason) => isRefusal(error, reason));
      throw name === undefined || !(error instanceof MirrorError) ? error : new XrpcError(400, name, error.message, error);
    });
  const place = await placeOf(house, { url: wish.url, described: asked.described }, enrolled.url);
  const { url, described } = place;
  const work = url === wish.url ? asked : await workOf(house, { ...wish, url }, described, account);
  const known = present.mirror?.url === url ? undefined : await confirmed(house, present, url);
  await changeMirror(house, did, (before) => {
    // Back to the one that serves the account all the time, it is as it was.
    const same = [before, before?.from].find((each) => each !== undefined && isSameMirror(each, place));
    const given = handleOf(enrolled);
    const { leaving, standbys } = othersOf(before, place, datetimeFromMs(house.now()));
    const from = servingUntil(before, place);
    const { handle: _, leaving: __, keepsName: ___, standbys: ____, from: _____, ...rest }: Known = same ?? { ...known, state: 'pairing', pairedAt: datetimeFromMs(house.now()) };
    // By another name than before the mirror has to be named by the document first.
    const mirror = { ...rest, ...(same?.url !== url && { state: 'pairing' as const }), url, mirrorDid: described.did, key: described.key, isPaused: false, clockAheadMs: described.clockAheadMs };
    return { mirror: { ...mirror, ...(given !== undefined && { handle: given }), ...(keepsName && { keepsName }), ...(leaving.length > 0 && { leaving }), ...(standbys.length > 0 && { standbys }), ...(from !== undefined && { from }) } };
  });
  return { work, enrolled };
}

/** The mirror that serves the account until the next one is named. */
function servingUntil(before: PairedMirror | undefined, next: MirrorPlace): PairedMirror['from'] {
  const serving = before?.state === 'active' ? before : before?.from;
  return serving === undefined || isSameMirror(serving, next) ? undefined : serving;
}

/** One mirror may have several names. */
function isSameMirror({ url, key }: PairedMirror, other: MirrorPlace): boolean {
  return url === other.url || key === other.described.key;
}

/**
 * A standby holds what the mirror has confirmed: what that confirmed last here still tells what another house has written since. Not so where
 * another house has put another mirror in that place meanwhile.
 */
async function confirmed(house: House, account: Account, url: string): Promise<Partial<PairedMirror>> {
  const { acknowledged, standbys, state, url: before } = account.mirror ?? {};
  if (acknowledged === undefined || state !== 'active' || standbys?.some((each) => each.url === url) !== true) return {};
  return await namedServer(house, account) === before ? { acknowledged } : {};
}

/** What becomes of the other mirrors: one whose standby takes its place becomes a standby itself; any other is left. */
function othersOf(before: PairedMirror | undefined, next: MirrorPlace, now: Datetime): { readonly leaving: NonNullable<PairedMirror['leaving']>; readonly standbys: readonly Standby[] } {
  if (before === undefined) return { leaving: [], standbys: [] };
  const { leaving = [], standbys = [], clockAheadMs = 0, mirrorDid } = before;
  const { url } = next;
  const rest = standbys.filter((each) => each.url !== url);
  // By whatever name it is called: to leave it would delete what it keeps.
  if (isSameMirror(before, next)) return { leaving, standbys: rest };
  const stays = leaving.filter((each) => each.url !== url);
  if (rest.length === standbys.length) return { leaving: [...stays, { url: before.url, mirrorDid }], standbys: rest };
  return { leaving: stays, standbys: [...rest, { url: before.url, mirrorDid, clockAheadMs, addedAt: now }] };
}

function handleOf({ handle }: Enrolled): Handle | undefined {
  return handle === undefined ? undefined : normalizeHandle(parseHandle(handle));
}

/** Whether the name is none of the mirror that the account moves away from: its owner has put another domain there, which stays. So has one whose DID is on a domain. */
function isKept({ did, handle, mirror }: Account, { url, handle: wished }: PairingWish, { handleDomains }: MirrorDescription): boolean {
  if (isOnDomain(did)) return true;
  if (wished !== undefined || handle === undefined || mirror === undefined || handleDomains.some((domain) => handle.endsWith(domain))) return false;
  return mirror.keepsName === true || (mirror.state === 'active' && mirror.url !== url && mirror.handle !== handle);
}

/** The name to ask for: the one that was wished, or is had already, or the present first label under the mirror's domain. */
function handleFor({ did, handle, mirror }: Account, wish: PairingWish, { handleDomains }: MirrorDescription): Handle | undefined {
  if (wish.handle !== undefined) return normalizeHandle(parseHandle(wish.handle));
  if (mirror?.url === wish.url && mirror.handle !== undefined) return mirror.handle;
  const [domain] = handleDomains;
  if (domain === undefined) return undefined;
  if (handle !== undefined && handleDomains.some((each) => handle.endsWith(each))) return handle;
  const label = handle?.split('.')[0] ?? did.slice('did:plc:'.length).slice(0, LETTERS_OF_DID);
  return parseHandle(`${label}${domain}`);
}

/** As `handOverOn`; anew, where another house goes on there meanwhile. @returns also what the mirror said last that it held before */
async function handOver(work: Work, enrolled: Enrolled): Promise<{ readonly held: string; readonly told: Enrolled }> {
  for (let attempt = 1, told = enrolled; ; attempt++) {
    try {
      return { held: await handOverOn(work, told), told };
    } catch (error) {
      if (attempt === ATTEMPTS || !isRefusal(error, 'StaleHead')) throw error;
      told = await work.client.call(lexicons.AppHoldfastMirrorEnroll.mainSchema, { input: {} });
    }
  }
}

/** Sends the repository, unless the mirror has it; the commit that it holds then. */
async function handOverOn({ house, wish: { did }, client, described }: Work, { head: theirs, status }: Enrolled): Promise<string> {
  if (theirs !== undefined && await isForeign(house, await pairedAccount(house, did), theirs)) {
    // It shows that to nobody yet: it is looked at as soon as it does.
    if (status !== 'active') return theirs.commit;
    await bringTogether(house, await pairedAccount(house, did), theirs);
  }
  const account = await pairedAccount(house, did);
  if (theirs?.commit === account.head.cid.toString()) return theirs.commit;
  try {
    // What another house has had confirmed meanwhile is not replaced unseen: the mirror refuses.
    return (await sendWhole(house, account, client, theirs && readHead(theirs))).head.cid.toString();
  } catch (error) {
    throw isRefusal(error, 'FutureRev') ? clockAhead(described.clockAheadMs, error) : error;
  }
}

/** Whether the mirror holds what is not of this house, because that came back from an older copy, or another house of the owner wrote meanwhile. */
async function isForeign(house: House, account: PairedAccount, theirs: NonNullable<Enrolled['head']>): Promise<boolean> {
  const { state, acknowledged, resend } = account.mirror;
  // The owner has given up what is there.
  if (resend === true || await isKnownHead(house, account, theirs)) return false;
  // The one before has confirmed more than this one, its standby, had got by then: all of that is here.
  return !(state === 'pairing' && acknowledged !== undefined && theirs.rev <= acknowledged.rev);
}

/** Goes on from what the mirror holds. */
async function bringTogether(house: House, account: PairedAccount, theirs: NonNullable<Enrolled['head']>): Promise<void> {
  const { acknowledged } = account.mirror;
  const isLater = acknowledged === undefined || acknowledged.rev < theirs.rev;
  if (isLater && await reconcile(house, account, readHead(theirs)) === 'done') return;
  throw new MirrorError('MirrorRefused', ALARMS.fork(), { reason: 'UnknownHead' });
}

/** The name that the document is to say: the mirror's; or what it says, where the owner has put their own domain there since. */
async function nameFor({ house, wish: { url }, described: { handleDomains }, account }: Work, enrolled: Enrolled): Promise<Handle | undefined> {
  const now = await account();
  if (now.mirror?.keepsName === true) return undefined;
  const isForeign = enrolled.status === 'active' && now.handle !== undefined && !handleDomains.some((domain) => now.handle!.endsWith(domain));
  return isForeign && await namedServer(house, now) === url ? undefined : handleOf(enrolled);
}

/** The mirror looks at the DID document, and serves the account from now on. Its receipt covers what was handed over. */
async function activate({ house, described, client, account }: Work, handle: Handle | undefined, held: string, { head: theirs }: Enrolled): Promise<void> {
  const { receipt: told } = await client.call(lexicons.AppHoldfastMirrorActivate.mainSchema);
  const receipt = await verifiedReceipt(described.key, told);
  const { did } = await account();
  if (theirs?.commit === told.commit && await isForeign(house, await pairedAccount(house, did), theirs)) {
    await bringTogether(house, await pairedAccount(house, did), theirs);
  }
  const present = await account();
  if (receipt?.did !== did || !(told.commit === held || await isKnownHead(house, present, told))) {
    throw new MirrorError('MirrorRefused', 'Your data here is safe. The receipt of the mirror is not signed by its key, or of no commit of yours.', { reason: 'InvalidReceipt' });
  }
  await changeMirror(house, did, (mirror) => {
    const { from: _, ...rest } = mirror === undefined ? {} as PairedMirror : answered(mirror);
    const active = mirror && settled({ ...rest, state: 'active' }, receipt);
    return active && { ...active, ...(handle !== undefined && { handle }) };
  });
  house.feed.announce({ type: 'accounts' });
}

function clockAhead(ms: number, cause?: unknown): XrpcError {
  const by = ms > MAX_CLOCK_AHEAD_MS ? `The clock of this device is ${aheadInWords(ms)} ahead of the mirror's` : 'What was written last is dated in the future';
  return new XrpcError(400, 'ClockAhead', `Your data here is safe. ${by}, and the network refuses what is dated ahead. Set the clock of this device, and try again.`, cause);
}
