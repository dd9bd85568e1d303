// A whole street on this machine, in one process: directory, relay, mirror; and houses in Node that pair with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBridgeOf } from './node-bridge.ts';
import { checkFrames } from './frame-checker.ts';
import { ASKED_RULES, allOf } from './host-rules.ts';
import { identitiesFrom } from './identities-from.ts';
import { PdsHouse } from './pds-house.ts';
import { startMirror } from '../../src/mirror/index.ts';
import { verifyMirror } from '../../src/mirror/safekeeping/verify.ts';
import type { MirrorSettings, RunningMirror } from '../../src/mirror/index.ts';
import type { StartOptions } from '../../src/mirror/mirror.ts';
import { startDirectory, startRelay } from '../../src/street/index.ts';

/** Where everything of a street is. */
export interface World {
  readonly directory: string;
  readonly relay: string;
  /** By its first name, */
  readonly mirror: string;
  /** and by all of them. */
  readonly mirrors: readonly string[];
  readonly settings: MirrorSettings;
  stopMirror(): Promise<void>;
  /** Starts it again, on the same data and port. */
  startMirror(): Promise<void>;
  /** Asks mirror and relay what relays ask, and holds all they ever emitted to the rules of consumers. @throws Error */
  check(): Promise<void>;
  /** Holds all that was emitted to the rules, and ends. @throws Error */
  close(): Promise<void>;
}

const quiet = (): undefined => undefined;

/** How a world is started. */
export interface WorldOptions extends StartOptions {
  readonly relayDirectory?: string;
}

/**
 * Starts a street with nobody in it. Where a part of it does not start, nothing of it stays.
 * @param options how its mirror is started; and by which address the relay asks the directory, where another than its own
 */
export async function startWorld(more: Partial<MirrorSettings> = {}, options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-street-'));
  const running: { close(): Promise<unknown> }[] = [];
  const end = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(running.splice(0).map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };
  try {
    return await start(folder, more, options, running, end);
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
}

async function start(
  folder: string, more: Partial<MirrorSettings>, { relayDirectory, ...options }: WorldOptions, running: { close(): Promise<unknown> }[], end: () => Promise<void>,
): Promise<World> {
  const directory = await startDirectory({ port: 0, file: join(folder, 'directory.sqlite') });
  running.push(directory);
  const relay = await startRelay({ port: 0, file: join(folder, 'relay.sqlite'), directoryUrl: relayDirectory ?? directory.url, log: quiet });
  running.push(relay);
  const settings: MirrorSettings = {
    port: 0, folder: join(folder, 'mirror'), handleDomains: ['holdfast.test'], directory: directory.url, relays: [relay.url],
    invites: [], inviteOnly: false, blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600, ...more,
  };
  let mirror: RunningMirror | undefined = await startMirror(settings, { log: quiet, ...options });
  const { url, urls, port } = mirror;
  const stopMirror = async (): Promise<void> => {
    const stopped = mirror;
    mirror = undefined;
    await stopped?.close();
  };
  running.push({ close: stopMirror });
  const checkAll = async (): Promise<void> => {
    const identityOf = identitiesFrom(directory.url);
    // To read all of it takes time, and no work.
    await Promise.all([...urls, relay.url].map(async (host) => checkFrames(await allOf(host), { host, isRelay: host === relay.url, identityOf })));
  };
  return {
    directory: directory.url, relay: relay.url, mirror: url, mirrors: urls, settings: { ...settings, port }, stopMirror,
    async startMirror() {
      mirror = await startMirror({ ...settings, port }, { log: quiet, ...options });
    },
    async check() {
      await checkAll();
      await Promise.all(ASKED_RULES.flatMap(({ id, ask }) => (
        // A relay is no server of accounts, and A1 is about those.
        (id === 'A1' ? urls : [...urls, relay.url]).map(async (host) => {
          const fault = await ask(host);
          if (fault !== undefined) throw new Error(`${id} is broken by ${host}: ${fault}`);
        })
      )));
    },
    async close() {
      try {
        // Whatever a test was about: what went out in it was right, and what is kept is.
        await checkAll();
        await stopMirror();
        const { faults } = await verifyMirror(settings.folder);
        if (faults.length > 0) throw new Error(`What the mirror keeps is damaged: ${JSON.stringify(faults)}`);
      } finally {
        await end();
      }
    },
  };
}

/** A house in Node, with an account whose kit is proven. */
export interface NodeHouse {
  readonly house: PdsHouse;
  readonly did: string;
  /** What the owner holds. */
  readonly kit: Blob;
  readonly passphrase: string;
  /** Pairs, and begins to carry what is signed. */
  pair(url?: string, handle?: string): Promise<void>;
  /** Ends the bridge. What is signed waits. */
  disconnect(): void;
  /** Begins the bridge again. */
  connect(): void;
  /** Writes a record and gives its URI. */
  post(text: string, rkey?: string): Promise<string>;
  /** Writes a record that names a blob of these bytes. */
  film(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Makes a house with an account, beside this street. @param fetch how it reaches mirrors and directory, where not as others do */
export async function makeHouse(world: World, handle = 'alice', fetch: typeof globalThis.fetch = globalThis.fetch): Promise<NodeHouse> {
  const house = new PdsHouse({ fetch, settings: async () => ({ directory: world.directory, mirror: world.mirror, relay: world.relay }) });
  const passphrase = (await succeed(house, 'app.holdfast.kit.generatePassphrase', undefined))['passphrase'] as string;
  const { account } = await succeed(house, 'app.holdfast.account.create', { passphrase }) as { account: { did: string } };
  const { did } = account;
  const kit = await kitOf(house, did);
  await succeed(house, 'app.holdfast.kit.prove', { did, passphrase, ...kit });
  let stop: (() => void) | undefined;
  const made: NodeHouse = {
    house, did, passphrase, kit: new Blob([kit.armored]),
    async pair(url = world.mirror, name = `${handle}.holdfast.test`) {
      await succeed(house, 'app.holdfast.bridge.pair', { did, url, handle: name });
      made.connect();
    },
    disconnect() {
      stop?.();
      stop = undefined;
    },
    connect() {
      stop ??= startBridgeOf(house);
    },
    async post(text, rkey) {
      const { uri } = await succeed(house, 'com.atproto.repo.createRecord', {
        repo: did, collection: 'app.bsky.feed.post', ...(rkey !== undefined && { rkey }),
        record: { $type: 'app.bsky.feed.post', text, createdAt: new Date().toISOString() },
      });
      return uri as string;
    },
    async film(bytes) {
      const upload = await house.fetch('com.atproto.repo.uploadBlob', {
        method: 'POST', body: bytes, headers: { 'content-type': 'video/mp4', 'holdfast-account': did, 'holdfast-request-id': crypto.randomUUID() },
      });
      const { blob } = await upload.json() as { blob: object };
      await succeed(house, 'com.atproto.repo.createRecord', { repo: did, collection: 'app.holdfast.film', record: { $type: 'app.holdfast.film', blob } });
    },
  };
  return made;
}

/** Calls a procedure that must succeed. */
export async function succeed(house: PdsHouse, nsid: string, input: unknown): Promise<Record<string, unknown>> {
  const { status, body } = await house.post(nsid, input === undefined ? '' : input, { id: crypto.randomUUID(), ...(input === undefined && { headers: {} }) });
  if (status !== 200) throw new Error(`${nsid} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function kitOf(house: PdsHouse, did: string): Promise<{ readonly armored: string }> {
  const { status, body } = await house.get('app.holdfast.kit.get', { did });
  if (status !== 200) throw new Error(`no kit: ${JSON.stringify(body)}`);
  return body as { armored: string };
}
