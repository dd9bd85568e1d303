import { mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { HttpSessions } from '../bridge/http/index.ts';
import { ChannelError, Ingest, MirrorConversation, MirrorRefusal } from '../mirroring/index.ts';
import type { Channel, MirrorDesk } from '../mirroring/index.ts';
import { createServer, makeHost, repositoriesOf } from '../pds/index.ts';
import type { Did, Handle } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';
import { Alerts } from './alerts/alerts.ts';
import { mailThrough } from './alerts/mail.ts';
import { pushKey, sealWith } from './alerts/push.ts';
import { Sender } from './alerts/sender.ts';
import { postAbroad, postNearby } from './alerts/webhook.ts';
import { checkServer, makeDesk } from './desk.ts';
import { DirectLines } from './direct-lines.ts';
import { Followers } from './followers.ts';
import { HostNames } from './host-names.ts';
import { Front } from './http/front.ts';
import { listen } from './http/listen.ts';
import type { Listening } from './http/listen.ts';
import { Sockets } from './http/sockets.ts';
import { Identities } from './identity/identities.ts';
import { seenIdentity } from './identity/seen-identity.ts';
import { Watcher } from './identity/watcher.ts';
import { Codes, needsInvitation } from './invitations.ts';
import { logToConsole, reasonOf } from './log.ts';
import type { Log } from './log.ts';
import { METHODS } from './methods.ts';
import { Metrics } from './metrics.ts';
import type { MirrorHost } from './mirror-host.ts';
import { ownReads } from './own-reads.ts';
import { startOperator } from './operator/start.ts';
import { lately } from './operator/totals.ts';
import { Outlets } from './outlets.ts';
import type { OutletsOptions } from './outlets.ts';
import { Placing } from './placing.ts';
import type { MirrorPoint } from './points.ts';
import { receiptKey } from './receipt-key.ts';
import { Backups } from './safekeeping/backups.ts';
import type { MirrorSettings } from './settings.ts';
import { askNearby, askPublic } from './standby/primary.ts';
import type { AskPrimary } from './standby/primary.ts';
import { Standbys } from './standby/standbys.ts';
import { Switchboard } from './switchboard.ts';
import { Upkeep } from './upkeep.ts';
import { VERSION } from './version.ts';
import { Work } from './work.ts';

/** A mirror that runs. */
export interface RunningMirror {
  readonly port: number;
  /** Where the world finds it: by its first name, */
  readonly url: string;
  readonly did: string;
  /** and by all of them. */
  readonly urls: readonly string[];
  /** Where its operator asks it, if anywhere. */
  readonly operatorPort?: number;
  /** Ends it; what it has acknowledged is durable. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly log?: Log;
  /** For tests: is called at every moment of `MIRROR_POINTS`. */
  readonly onPoint?: (point: MirrorPoint) => void;
  /** For tests: what stands between houses and what the mirror does for them. */
  readonly disguise?: (desk: MirrorDesk) => MirrorDesk;
  /** For tests: fetches the documents of domains that are not there. */
  readonly fetchPublic?: (url: string) => Promise<unknown>;
  /** For tests: what stands between standbys and their primaries. */
  readonly askPrimary?: AskPrimary;
  /** For tests: how often relays are looked at, and asked. */
  readonly relayPace?: OutletsOptions['pace'];
  /** For tests: how many accounts one host name takes. */
  readonly hostAccounts?: number;
  /** For tests: how long a body of JSON may take to come, in milliseconds. */
  readonly bodyMs?: number;
  /** For tests: milliseconds in which a house may still claim what it has done itself. */
  readonly alertGraceMs?: number;
}

/** A rev may be so far ahead of us; relays take 300 s. */
const AHEAD_MS = 120_000;
/** What is begun when a mirror stops may take so long. */
const FINISH_MS = 4_000;
/** A body of JSON may take so long to come: it is a megabyte at most, and lies in memory meanwhile. */
const BODY_MS = 30_000;

/**
 * Starts a mirror: opens what it keeps, listens, and asks the relays to crawl.
 * @throws the system's error, such as EADDRINUSE; MirrorStoreError StoreNewer, StoreDamaged, StorageFull
 */
export async function startMirror(settings: MirrorSettings, {
  log = logToConsole, onPoint = () => undefined, fetchPublic, askPrimary, relayPace = {}, hostAccounts, alertGraceMs, bodyMs = BODY_MS, disguise = (desk) => desk,
}: StartOptions = {}): Promise<RunningMirror> {
  // The key that signs receipts is in it.
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
  const { store: copies, blobs, totals, hosts, close: closeStore } = await openMirrorStore(settings.folder, { onPoint });
  const [signer, push] = [await receiptKey(copies), await pushKey(copies)];
  await copies.offer(settings.invites, 'HOLDFAST_INVITES');
  // Its own name may hold the port, which is known when it listens.
  const begun = Promise.withResolvers<Served>();
  const listening = await listen({
    port: settings.port, ...(settings.listenOn !== undefined && { address: settings.listenOn }),
    onRequest: getRequestListener(async (request, { incoming }) => (await begun.promise).front.answer(request, incoming as IncomingMessage), {
      overrideGlobalObjects: false,
    }),
    onUpgrade: (request, socket, head) => void begun.promise.then(({ sockets }) => sockets.upgrade(request, socket, head)),
  }).catch(async (error: unknown) => {
    await closeStore();
    throw error;
  });
  const { port } = listening;
  const isPublic = settings.hostname !== undefined;
  const names = new HostNames(settings, port);
  await copies.firstHost(names.first.name);
  const identities = new Identities({
    ...settings, kept: async (did) => seenIdentity(did, await copies.watched(did)), isKept: async (did) => ((await copies.account(did))?.status ?? 'deleted') !== 'deleted',
    ...(fetchPublic !== undefined && { fetchPublic }),
  });
  const limits = { blobBytes: settings.blobBytes, repoBytes: settings.repoBytes, aheadMs: AHEAD_MS };
  const metrics = new Metrics();
  const followers = new Followers();
  const switchboard = new Switchboard();
  const announce: MirrorHost['announce'] = (events) => {
    if (events.length === 0) return;
    for (const { type } of events) metrics.event(type);
    outlets.tell(events);
    followers.tell(events);
    onPoint('told');
  };
  const sender = new Sender({
    copies, originOf: (account) => (names.of(account) ?? names.first).origin, post: isPublic ? postAbroad : postNearby, now: Date.now,
    seal: sealWith(push, complaintsTo(settings, names.first.origin)), ...(settings.mail !== undefined && { mail: mailThrough(settings.mail) }),
  });
  const alerts = new Alerts({ copies, sender, log, now: Date.now, ...(alertGraceMs !== undefined && { graceMs: alertGraceMs }) });
  const watcher = new Watcher({
    copies, directory: settings.directory, log, everyMs: settings.watchSeconds * 1_000, onChange: (did) => desk.identity(did), onSeen: (did, seen) => alerts.seen(did, seen),
  });
  const direct = settings.webrtc && await DirectLines.load({ settings: settings.webrtc, isPublic, accept: (channel) => accept(channel) });
  if (settings.webrtc !== undefined && direct === undefined) log('Houses cannot connect directly: the optional package node-datachannel is not installed.');
  const ingest = new Ingest({
    store: copies, keys: identities, signer, limits, admit: (did) => checkServer({ identities, names }, did), announce,
    hasBlob: async (did, cid) => await blobs.info(did, cid) !== undefined,
  });
  const standbys = new Standbys({ copies, blobs, ingest, identities, limits, settings, alerts, log }, askPrimary ?? (isPublic ? askPublic : askNearby));
  const placing = new Placing({ names, count: hosts, most: hostAccounts });
  const [sums, hostSums] = [lately(totals, Date.now), lately(() => placing.totals(), Date.now)];
  const outlets = new Outlets({ names, copies, ingest, identities, announce, relays: settings.relays, totals: hostSums, log, now: Date.now, pace: relayPace });
  const parts = {
    did: names.first.did, at: names.first, names, placing, outlets,
    settings, limits, copies, blobs, identities, watcher, signer, announce, followers, switchboard, metrics, log, version: VERSION,
    ...(direct !== undefined && { direct }),
    store: repositoriesOf(copies), maxBlobBytes: settings.blobBytes, description: descriptionOf(settings),
    ingest, standbys, alerts, sender, codes: new Codes({ copies, log, now: Date.now }), pushKey: push.publicKey,
    identityOf: (did: Did) => identities.of(did).catch(() => undefined),
    resolveHandle: async (handle: Handle) => (await copies.accountNamed(handle))?.did,
    onError: (error: unknown) => log(`Something went wrong: ${error instanceof Error ? error.stack : reasonOf(error)}`, 'error'),
  };
  const host: MirrorHost = makeHost(parts);
  const work = new Work();
  const desk = disguise(watched(makeDesk(host), { work, metrics, onPoint }));
  const accept = (channel: Channel): Promise<void> => new MirrorConversation(channel, desk).run().catch((error: unknown) => {
    // Connections are lost every day.
    if (!(error instanceof ChannelError)) parts.onError(error);
  });
  const sessions = new HttpSessions({ accept });
  const sockets = new Sockets({ streams: outlets, accept, isPublic, onDropped: () => metrics.dropped(), onError: parts.onError });
  const upkeep = new Upkeep(host);
  begun.resolve({ sockets, front: new Front(names.all.map((at) => {
    // To the network each name is a server that has its own accounts and no others.
    const own = { ...host, did: at.did, at, store: repositoriesOf(copies, at.name) };
    return { host: own, pds: createServer(own, METHODS, { bodyMs }), ownReads: ownReads(own), converse: (turn: Request, caller?: string) => sessions.answer(turn, caller) };
  }), isPublic) });
  const backups = new Backups({ folder: settings.folder, backups: `${settings.folder}-backups`, version: VERSION, now: host.now, log });
  const close = async (operator?: Listening): Promise<void> => {
    const others = Promise.allSettled([backups.close(), outlets.close(), upkeep.close(), watcher.close(), standbys.close(), alerts.close()]);
    // Who was promised something gets it: houses their receipts, then readers the events.
    await work.finish(FINISH_MS);
    await Promise.all([sessions.finish(FINISH_MS), direct?.finish(FINISH_MS)]);
    await sockets.finish(FINISH_MS);
    sessions.close();
    sockets.close();
    direct?.close();
    switchboard.close();
    work.end();
    await Promise.all([listening.close(), operator?.close()]);
    for (const outcome of await others) if (outcome.status === 'rejected') parts.onError(outcome.reason);
    await closeStore();
  };
  const operator = settings.operator && await startOperator({
    ...host, startedAt: host.now(), isReady: () => !work.isStopping, totals: sums, hosts: hostSums, backups, subscribers: () => sockets.subscribers,
    conversations: () => ({ websocket: sockets.houses, webrtc: direct?.size ?? 0, http: sessions.size }),
  }, settings.operator).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const living = hosts().filter(({ kept }) => kept > 0);
  const lost = living.filter(({ name }) => names.of({ host: name }) === undefined);
  for (const { name, kept } of lost) log(`${kept} accounts live under ${name}, which is no name of this mirror any more: nobody reads them until their owners pair again`);
  outlets.announce(living);
  return {
    port, url: names.first.origin, did: host.did, urls: names.all.map(({ origin }) => origin), ...(operator !== undefined && { operatorPort: operator.port }),
    close: () => close(operator),
  };
}

interface Watching {
  readonly work: Work;
  readonly metrics: Metrics;
  readonly onPoint: (point: MirrorPoint) => void;
}

function watched(desk: MirrorDesk, { work, metrics, onPoint }: Watching): MirrorDesk {
  const counted = <Answer>(answer: () => Promise<Answer>): Promise<Answer> => work.run(answer).catch((error: unknown) => {
    if (error instanceof MirrorRefusal) metrics.refused(error.code);
    throw error;
  });
  return {
    ...desk,
    hello: (hello) => counted(() => desk.hello(hello)),
    missing: (did, blobs) => counted(() => desk.missing(did, blobs)),
    identity: (did) => counted(() => desk.identity(did)),
    async commit(did, message) {
      onPoint('received');
      const begun = performance.now();
      const receipt = await counted(() => desk.commit(did, message));
      metrics.commit((performance.now() - begun) / 1_000);
      onPoint('receipt');
      return receipt;
    },
  };
}

interface Served {
  readonly sockets: Sockets;
  readonly front: Front;
}

/** Where push services may complain of this mirror. */
function complaintsTo({ contactEmail, hostname }: MirrorSettings, origin: string): string {
  if (contactEmail !== undefined) return `mailto:${contactEmail}`;
  return hostname === undefined ? 'mailto:mirror@localhost' : origin;
}

function descriptionOf(settings: MirrorSettings): NonNullable<MirrorHost['description']> {
  const { handleDomains, contactEmail, privacyPolicy, termsOfService } = settings;
  const links = { ...(privacyPolicy !== undefined && { privacyPolicy }), ...(termsOfService !== undefined && { termsOfService }) };
  return {
    availableUserDomains: handleDomains.map((domain) => `.${domain}`),
    inviteCodeRequired: needsInvitation(settings),
    ...(contactEmail !== undefined && { contact: { email: contactEmail } }),
    ...(Object.keys(links).length > 0 && { links }),
  };
}
