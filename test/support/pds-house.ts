import assert from 'node:assert/strict';
import { datetimeFromMs, formatDidKey, generateP256Key, createP256Signer, parseDid, parseHandle, TidClock } from '../../src/protocol/index.ts';
import type { Did, PublicKey } from '../../src/protocol/index.ts';
import { createPds, EventFeed, HOUSE_METHODS, KIT_METHODS } from '../../src/pds/index.ts';
import type { HousePds, HouseStore, PdsOptions } from '../../src/pds/index.ts';
import { Repository } from '../../src/repo/index.ts';
import { MemoryBlobStore, MemoryHouseStore, MemoryJobStore } from '../../src/storage/memory/index.ts';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** What a call may say besides its body. */
export interface CallOptions {
  readonly id?: string;
  readonly headers?: Record<string, string>;
}

export const ALICE = { did: parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz'), handle: parseHandle('alice.test') };
export const BOB = { did: parseDid('did:web:bob.test'), handle: parseHandle('bob.test') };
export const POST = 'app.bsky.feed.post';
export const NOTE = 'app.holdfast.note';

/** A post that its lexicon has nothing against. */
export function post(text: string): Record<string, unknown> {
  return { $type: POST, text, createdAt: '2026-01-01T00:00:00.000Z' };
}

/** A server on stores in memory, with accounts, and how tests call it. */
export class PdsHouse {
  readonly store: HouseStore;
  readonly blobs: MemoryBlobStore;
  readonly jobs = new MemoryJobStore();
  readonly feed = new EventFeed();
  readonly pds: HousePds;
  readonly keys = new Map<Did, PublicKey>();
  #ids = 0;

  /** @param wrap puts something before the store that fails on purpose */
  constructor(options: Partial<PdsOptions> = {}, wrap: (store: MemoryHouseStore) => HouseStore = (store) => store) {
    this.blobs = new MemoryBlobStore();
    this.store = wrap(new MemoryHouseStore(this.blobs));
    this.pds = createPds({
      store: this.store, blobs: this.blobs, jobs: this.jobs, feed: this.feed,
      version: '1.2.3', did: parseDid('did:web:house.test'), ...options,
    }, [...HOUSE_METHODS, ...KIT_METHODS]);
  }

  static async make(options: Partial<PdsOptions> = {}, wrap?: (store: MemoryHouseStore) => HouseStore): Promise<PdsHouse> {
    const house = new PdsHouse(options, wrap);
    await house.addAccount(ALICE);
    return house;
  }

  async addAccount({ did, handle }: typeof ALICE): Promise<void> {
    const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
    const signer = await createP256Signer(keys.signing);
    const { commit, newBlocks } = await Repository.create(this.store.reader(did), did, { signer, clock: new TidClock() });
    const signingKey = formatDidKey(signer.publicKey);
    await this.store.create({
      did, handle, status: 'active', origin: 'created', createdAt: datetimeFromMs(1_700_000_000_000), head: commit,
      collections: new Map(), signingKey, rotationKeys: [signingKey], operations: [],
    }, keys, newBlocks);
    this.keys.set(did, signer.publicKey);
  }

  /** A request as the owner's page makes it. */
  fetch(nsid: string, init: RequestInit & { query?: Record<string, string | string[]> } = {}): Promise<Response> {
    const url = new URL(`http://house.test/xrpc/${nsid}`);
    for (const [name, values] of Object.entries(init.query ?? {})) for (const value of [values].flat()) url.searchParams.append(name, value);
    return this.pds.fetch(new Request(url, init), { kind: 'owner' });
  }

  async get(nsid: string, query: Record<string, string | string[]> = {}): Promise<Answer> {
    return answerOf(await this.fetch(nsid, { query }));
  }

  async post(nsid: string, body: unknown, { id, headers }: CallOptions = {}): Promise<Answer> {
    return answerOf(await this.fetch(nsid, {
      method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(id !== undefined && { 'holdfast-request-id': id }), ...headers },
    }));
  }

  /** Creates a record under a new key. */
  create(record: unknown, more: Record<string, unknown> = {}, id = `request-${String(++this.#ids).padStart(4, '0')}`): Promise<Answer> {
    return this.post('com.atproto.repo.createRecord', { repo: ALICE.did, collection: NOTE, record, ...more }, { id });
  }

  async head(did: Did = ALICE.did): Promise<string> {
    const account = await this.store.account(did);
    assert.ok(account);
    return account.head.cid.toString();
  }

  async car(did: Did = ALICE.did): Promise<Uint8Array> {
    const response = await this.fetch('com.atproto.sync.getRepo', { query: { did } });
    assert.equal(response.status, 200);
    return new Uint8Array(await response.arrayBuffer());
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
}

/** That the answer is this refusal, and says in a sentence why. */
export function assertRefused(answer: Answer, status: number, error: string): void {
  assert.deepEqual({ status: answer.status, error: answer.body['error'] }, { status, error }, JSON.stringify(answer.body));
  assert.equal(typeof answer.body['message'], 'string');
  assert.deepEqual(Object.keys(answer.body).sort(), ['error', 'message']);
}
