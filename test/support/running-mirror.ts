// A mirror that runs, for tests, with everything it emits held to the rules of the network; and who speaks with it.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf, plcDataOf } from '../../src/identity/index.ts';
import { startMirror } from '../../src/mirror/index.ts';
import type { MirrorSettings, RunningMirror } from '../../src/mirror/index.ts';
import type { StartOptions } from '../../src/mirror/mirror.ts';
import type { StoredEvent } from '../../src/mirroring/index.ts';
import { verifyMirror } from '../../src/mirror/safekeeping/verify.ts';
import { cidOf, formatDidKey, parseDid, parseHandle, parseNsid, signServiceAuth, TidClock } from '../../src/protocol/index.ts';
import type { Cid, Did, Signer } from '../../src/protocol/index.ts';
import { carStream, commitMessage, Repository, repositoryBlocks } from '../../src/repo/index.ts';
import type { CommitMessage, Write } from '../../src/repo/index.ts';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import type { KnownIdentity } from './firehose-rules.ts';
import { checkFrames } from './frame-checker.ts';
import { connectPatiently } from './patient-connections.ts';
import { until } from './until.ts';

connectPatiently();

/** What a DID document says. */
interface Published {
  readonly key: string;
  readonly handle?: string;
  readonly pds?: string;
}

/** A PLC directory that believes everything. */
export class FakeDirectory {
  readonly url: string;
  readonly #server: Server;
  readonly #history = new Map<string, Published[]>();
  readonly #documents = new Map<string, object>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const document = this.#documents.get(decodeURIComponent((request.url ?? '').slice(1)));
      response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document ?? {}));
    });
  }

  static async start(): Promise<FakeDirectory> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeDirectory(server);
  }

  publish(did: Did, { signer, handle, pds }: { readonly signer: Pick<Signer, 'publicKey'>; readonly handle?: string; readonly pds?: string }): void {
    const data = plcDataOf({
      signingKey: signer.publicKey, ...(handle !== undefined && { handle: parseHandle(handle) }), ...(pds !== undefined && { pds }),
    }, []);
    this.#documents.set(did, documentOf(data, did));
    const said = { key: formatDidKey(signer.publicKey), ...(handle !== undefined && { handle }), ...(pds !== undefined && { pds }) };
    this.#history.set(did, [...(this.#history.get(did) ?? []), said]);
  }

  identityOf(did: string): KnownIdentity | undefined {
    const history = this.#history.get(did);
    return history && {
      keys: history.map(({ key }) => key), handles: history.flatMap(({ handle = [] }) => handle), hosts: history.flatMap(({ pds = [] }) => pds),
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }
}

/** Whatever a directory that keeps logs has ever said of a DID. */
async function loggedIdentity(directory: string, did: string): Promise<KnownIdentity | undefined> {
  const answer = await fetch(`${directory}/${did}/log/audit`);
  if (!answer.ok) return undefined;
  const log = await answer.json() as {
    operation: { verificationMethods?: Record<string, string>; alsoKnownAs?: string[]; services?: Record<string, { endpoint: string }> };
  }[];
  const operations = log.map(({ operation }) => operation);
  return {
    keys: operations.flatMap(({ verificationMethods }) => verificationMethods?.['atproto'] ?? []),
    handles: operations.flatMap(({ alsoKnownAs = [] }) => alsoKnownAs.map((name) => name.replace('at://', ''))),
    hosts: operations.flatMap(({ services }) => services?.['atproto_pds']?.endpoint ?? []),
  };
}

export interface TestMirrorOptions {
  /** A directory of DIDs that keeps logs; one that believes everything where it is left out. */
  readonly directoryUrl?: string;
  readonly settings?: Partial<MirrorSettings>;
  /** Whether the test damages what it keeps. */
  readonly isSpoilt?: boolean;
  /** Takes what the mirror logs. */
  readonly log?: (line: string) => void;
  /** The documents of domains that are not there. */
  readonly fetchPublic?: (url: string) => Promise<unknown>;
  /** How often relays are looked at. */
  readonly relayPace?: StartOptions['relayPace'];
  /** How many accounts one of its names takes. */
  readonly hostAccounts?: number;
  /** How long a body of JSON may take to come, in milliseconds. */
  readonly bodyMs?: number;
}

/** A mirror on a free port, with a folder of its own. */
export interface RunningTestMirror {
  readonly url: string;
  readonly did: string;
  /** By each of its names. */
  readonly urls: readonly string[];
  readonly port: number;
  readonly folder: string;
  /** Where its operator asks it, where the settings say so. */
  readonly operatorUrl: string;
  /** The directory that believes everything, if it is that one. */
  readonly directory: FakeDirectory;
  /** Every frame in its log. */
  frames(): Promise<Uint8Array[]>;
  /** Ends it and starts it again, at the same port; something may be done in between. */
  restart(settings?: Partial<MirrorSettings>, meanwhile?: () => Promise<void>): Promise<void>;
  /** Ends it; all that it keeps is verified, and every frame of its log checked. @throws Error with every broken rule */
  close(): Promise<void>;
}

export async function startTestMirror({ directoryUrl, settings = {}, isSpoilt = false, log = () => undefined, fetchPublic, relayPace, hostAccounts, bodyMs }: TestMirrorOptions = {}): Promise<RunningTestMirror> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-mirror-'));
  const directory = await FakeDirectory.start();
  const all: MirrorSettings = {
    port: 0, folder, handleDomains: ['holdfast.test'], directory: directoryUrl ?? directory.url, relays: [], invites: [], inviteOnly: false,
    blobBytes: 1_000_000, repoBytes: 50_000_000, allBlobBytes: 5_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600, ...settings,
  };
  const options = { log, ...(fetchPublic !== undefined && { fetchPublic }), ...(relayPace !== undefined && { relayPace }), ...(hostAccounts !== undefined && { hostAccounts }), ...(bodyMs !== undefined && { bodyMs }) };
  const away = async (): Promise<void> => {
    await directory.close();
    await rm(folder, { recursive: true });
  };
  let mirror: RunningMirror = await startMirror(all, options).catch(async (error: unknown) => {
    await away();
    throw error;
  });
  const { url, did, port, urls } = mirror;
  /** By their `seq`, also those that the log has let go of since. */
  const emitted = new Map<number, StoredEvent>();
  const remember = async (): Promise<void> => (await eventsOf(folder)).forEach((event) => emitted.set(event.seq, event));
  return {
    url, did, urls, port, folder, directory,
    get operatorUrl() {
      return `http://127.0.0.1:${mirror.operatorPort}`;
    },
    frames: async () => (await eventsOf(folder)).map(({ frame }) => frame),
    async restart(more = {}, meanwhile = async () => undefined) {
      await mirror.close();
      await remember();
      await meanwhile();
      // Meanwhile somebody's connection may have been given the port.
      await until(`port ${port} is free again`, () => startMirror({ ...all, ...more, port }, options).then((started) => {
        mirror = started;
        return true;
      }, (error: { readonly code?: string }) => {
        if (error.code !== 'EADDRINUSE') throw error;
        return false;
      }));
    },
    async close() {
      await mirror.close();
      await remember();
      try {
        const { faults } = await verifyMirror(folder);
        if (faults.length > 0 && !isSpoilt) throw new Error(`What the mirror keeps is damaged: ${JSON.stringify(faults)}`);
        const events = [...emitted.values()].sort((a, b) => a.seq - b.seq);
        // What was told under each name is the stream of a server of its own.
        for (const host of urls) {
          await checkFrames(events.filter((event) => event.host === new URL(host).hostname).map(({ frame }) => frame), {
            host, identityOf: (each) => (directoryUrl === undefined ? directory.identityOf(each) : loggedIdentity(directoryUrl, each)),
          });
        }
      } finally {
        await away();
      }
    },
  };
}

/** Every event in the log of a mirror, whether it runs or has ended. */
async function eventsOf(folder: string): Promise<StoredEvent[]> {
  const { store, close } = await openMirrorStore(folder);
  const all: StoredEvent[] = [];
  for (let after = 0; ;) {
    const events = await store.read(after, { limit: 1_000, bytes: 50_000_000 });
    all.push(...events);
    const last = events.at(-1);
    if (last === undefined) break;
    after = last.seq;
  }
  await close();
  return all;
}

const COLLECTION = parseNsid('app.holdfast.note');

/** A write that makes a note. */
export function note(rkey: string, text = rkey, more: Record<string, unknown> = {}): Write & { readonly action: 'create' | 'update' } {
  return { action: 'create', path: `${COLLECTION}/${rkey}`, record: { $type: COLLECTION, text, ...more } as never };
}

/** An answer of XRPC. */
export interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** What a house does with a mirror, without a house: it signs, and calls by HTTP. */
export class MirrorHouse {
  readonly did: Did;
  readonly handle: string;
  readonly blocks = new MemoryBlockStore();
  readonly mirror: RunningTestMirror;
  readonly clock: TidClock;
  signer: Signer;
  repository!: Repository;

  private constructor(mirror: RunningTestMirror, did: Did, handle: string, signer: Signer, clock: TidClock) {
    this.mirror = mirror;
    this.did = did;
    this.handle = handle;
    this.signer = signer;
    this.clock = clock;
  }

  /** @param seed makes another account of it, 1 to 25 */
  static async make(mirror: RunningTestMirror, seed = 1, writes: readonly Write[] = []): Promise<MirrorHouse> {
    const did = parseDid(`did:plc:${String.fromCharCode(97 + seed).repeat(24)}`);
    const signer = await seededP256Signer(new Uint8Array(32).fill(seed));
    const house = new MirrorHouse(mirror, did, `account${seed}.holdfast.test`, signer, new TidClock({ clockId: seed }));
    const first = await Repository.create(house.blocks, did, house, writes);
    await house.blocks.apply({ put: first.newBlocks });
    house.repository = first.repository;
    return house;
  }

  /** Registered, enrolled, handed over and active. */
  static async paired(mirror: RunningTestMirror, seed = 1, writes: readonly Write[] = []): Promise<MirrorHouse> {
    const house = await MirrorHouse.make(mirror, seed, writes);
    await house.pair();
    return house;
  }

  async pair(): Promise<void> {
    this.register();
    await this.enroll();
    await this.putRepo();
    this.move();
    await this.expect('activate', {});
  }

  /** In the directory, without a server. */
  register(): void {
    this.mirror.directory.publish(this.did, this);
  }

  /** To this mirror. */
  move(pds = this.mirror.url, handle = this.handle): void {
    this.mirror.directory.publish(this.did, { signer: this.signer, handle, pds });
  }

  enroll(input: object = { handle: this.handle }): Promise<Record<string, unknown>> {
    return this.expect('enroll', json(input));
  }

  async putRepo(): Promise<Record<string, unknown>> {
    return this.expect('putRepo', { body: await this.car(), headers: { 'content-type': 'application/vnd.ipld.car' } });
  }

  async car(): Promise<Uint8Array<ArrayBuffer>> {
    const { commit, tree } = this.repository;
    const stream = carStream(commit.cid, repositoryBlocks(this.blocks, commit, tree.root));
    return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
  }

  /** Signs the next commit. @param clock another than its own */
  async write(writes: readonly Write[], clock: TidClock = this.clock): Promise<CommitMessage> {
    const result = await this.repository.write(writes, { signer: this.signer, clock });
    await this.blocks.apply({ put: result.newBlocks });
    this.repository = result.repository;
    return commitMessage(result, new Date());
  }

  /** @param method the last part of its name, of this mirror's own; or a whole name */
  token(method: string, now?: number): Promise<string> {
    return signServiceAuth(this.signer, { iss: this.did, aud: this.mirror.did, lxm: parseNsid(nameOf(method)) }, now);
  }

  /** Calls a method of this mirror's own as this account; where there is no body it is a query, unless `init` says otherwise. */
  async call(method: string, init: RequestInit = { method: 'POST' }, query = ''): Promise<Told> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await this.token(method)}`);
    return told(await fetch(`${this.mirror.url}/xrpc/${nameOf(method)}${query}`, { method: 'POST', ...init, headers }));
  }

  /** As `call`, and it has to work. */
  async expect(method: string, init: RequestInit, query = ''): Promise<Record<string, unknown>> {
    const { status, body } = await this.call(method, init, query);
    if (status !== 200) throw new Error(`${method} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async putBlob(bytes: Uint8Array<ArrayBuffer>, cid: Cid = cidOf(bytes, 'raw'), type = 'text/plain'): Promise<Told> {
    return this.call('putBlob', { body: bytes, headers: { 'content-type': type } }, `?cid=${cid.toString()}`);
  }
}

export function json(input: object): RequestInit {
  return { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } };
}

/** Asks for something that anybody may ask for. */
export async function ask(mirror: Pick<RunningTestMirror, 'url'>, path: string, init: RequestInit = {}): Promise<Told> {
  return told(await fetch(`${mirror.url}${path}`, init));
}

async function told(response: Response): Promise<Told> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, body: isJson ? JSON.parse(text) as Record<string, unknown> : { text }, headers: response.headers };
}

function nameOf(method: string): string {
  return method.includes('.') ? method : `app.holdfast.mirror.${method}`;
}
