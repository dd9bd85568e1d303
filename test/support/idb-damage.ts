// A house with something in every table, a copy of it elsewhere, and what turns bits over in stored rows.
import { openDB } from 'idb';
import { cidOf, createP256Signer, datetimeFromMs, decodeCbor, formatDidKey, generateP256Key, parseCid, parseDid, parseDidKey, TidClock } from '../../src/protocol/index.ts';
import type { Cid, PublicKey } from '../../src/protocol/index.ts';
import { createPds, DEFAULT_SETTINGS, EventFeed, HOUSE_METHODS } from '../../src/pds/index.ts';
import type { HousePds } from '../../src/pds/index.ts';
import { carBytes, readCar, Repository, verifyRepository } from '../../src/repo/index.ts';
import { HouseInspection, openHouse } from '../../src/storage/idb/index.ts';
import { check } from '../../src/jobs/check/check.ts';
import type { CheckContext } from '../../src/jobs/check/examine.ts';
import type { CheckResult, Finding, MendResult } from '../../src/jobs/check/finding.ts';
import { mend } from '../../src/jobs/check/mend.ts';
import { rescue } from '../../src/jobs/check/rescue.ts';
import { piecesPlace } from '../../src/jobs/save-place.ts';
import { createOf, pathOf } from '../../src/testing/index.ts';
import { ok, same } from './idb-house.ts';

const [TEST_COLLECTION = ''] = pathOf(0).split('/');
export const DID = parseDid('did:web:damaged.test');
export const MIRROR = 'https://mirror.test';
/** Records in packs, and in the tail. */
export const [PACKED, LATER] = [60, 3];
const BLOB = new TextEncoder().encode('a picture');
export const BLOB_CID = cidOf(BLOB, 'raw');
/** As a record names it. */
export const BLOB_REF = { $type: 'blob', ref: { $link: BLOB_CID.toString() }, mimeType: 'text/plain', size: BLOB.length };
/** The record that names the blob. */
export const WITH_BLOB = `${TEST_COLLECTION}/with-blob`;

/** What the house was before anything was damaged. */
export interface Before {
  readonly car: Uint8Array<ArrayBuffer>;
  readonly key: PublicKey;
  readonly head: Cid;
}

/** Makes the account; the database is closed after it. */
export async function furnish(name: string): Promise<Before> {
  const { store, blobs, jobs, close } = await openHouse(name);
  const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
  const signer = await createP256Signer(keys.signing);
  const writes = Array.from({ length: PACKED }, (_, index) => createOf(index, 'in a pack'));
  const { commit, newBlocks } = await Repository.create(store.reader(DID), DID, { signer, clock: new TidClock() }, writes);
  const writer = await store.packs(DID);
  await writer.add(newBlocks);
  const signingKey = formatDidKey(signer.publicKey);
  await writer.adopt({
    did: DID, status: 'active', origin: 'created', createdAt: datetimeFromMs(Date.now()), head: commit, signingKey,
    collections: new Map([[TEST_COLLECTION, { records: PACKED, bytes: 1 }]]) as never, rotationKeys: [signingKey], operations: [],
    mirror: {
      url: MIRROR, mirrorDid: parseDid('did:web:mirror.test'), key: signingKey, state: 'active', isPaused: false, pairedAt: datetimeFromMs(1),
    },
  }, keys);
  await blobs.put(DID, BLOB, { cid: BLOB_CID, mimeType: 'text/plain' });
  const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS);
  await creating(pds, 'with-blob', { text: 'see here', blob: BLOB_REF });
  for (let index = 1; index < LATER; index++) await creating(pds, `later-${index}`, { text: `later ${index}` });
  const before = { car: await carOf(pds), key: signer.publicKey, head: (await store.account(DID))!.head.cid };
  await close();
  return before;
}

/** Writes records one after another. */
export async function writing(name: string, count: number): Promise<void> {
  const { store, blobs, jobs, close } = await openHouse(name);
  const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS);
  for (let index = 0; index < count; index++) await creating(pds, `beside-${index}`, { text: `beside ${index}` });
  await close();
}

/** Writes other things into a record. */
export async function rewriting(name: string, rkey: string, record: object): Promise<void> {
  const { store, blobs, jobs, close } = await openHouse(name);
  const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS);
  await asking(pds, 'putRecord', rkey, record);
  await close();
}

const creating = (pds: HousePds, rkey: string, record: object): Promise<void> => asking(pds, 'createRecord', rkey, record);

async function asking(pds: HousePds, method: 'createRecord' | 'putRecord', rkey: string, record: object): Promise<void> {
  const body = JSON.stringify({ repo: DID, collection: TEST_COLLECTION, rkey, record });
  const headers = { 'content-type': 'application/json', 'holdfast-request-id': `${method}-${rkey}` };
  const answer = await pds.fetch(new Request(`https://house.test/xrpc/com.atproto.repo.${method}`, { method: 'POST', body, headers }), { kind: 'owner' });
  ok(answer.status === 200, await answer.text());
}

async function carOf(pds: Pick<HousePds, 'fetch'>): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await pds.fetch(new Request(`https://house.test/xrpc/com.atproto.sync.getRepo?did=${DID}`), { kind: 'owner' });
  ok(answer.status === 200, `getRepo said ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** What is here is byte for byte what was here, and a stranger verifies it. */
export async function isAsBefore(name: string, { car, key, head }: Before): Promise<void> {
  const { store, blobs, jobs, close } = await openHouse(name);
  try {
    const pds = createPds({ store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test') }, HOUSE_METHODS);
    const now = await carOf(pds);
    same(now.join(), car.join());
    const { commit, records } = await verifyRepository(now, { key, did: DID });
    ok(commit.cid.equals(head), 'another head');
    same(records, PACKED + LATER);
    same(await (await blobs.bytes(DID, BLOB_CID))!.text(), 'a picture');
    same(await blobs.isReferenced(DID, BLOB_CID), true);
    ok((await store.account(DID))!.signingKey === formatDidKey(parseDidKey(formatDidKey(key))), 'another key');
  } finally {
    await close();
  }
}

const NO_NETWORK = async (): Promise<Response> => {
  throw new TypeError('fetch failed');
};

async function inspecting<Result>(name: string, fetch: typeof globalThis.fetch, work: (context: CheckContext) => Promise<Result>): Promise<Result> {
  const { store, blobs, close } = await openHouse(name);
  const inspection = await HouseInspection.open(name);
  const { signal } = new AbortController();
  try {
    return await work({ store, blobs, fetch, settings: async () => DEFAULT_SETTINGS, signal, progress: () => undefined, now: Date.now, inspection });
  } finally {
    await inspection.close();
    await close();
  }
}

export function checked(name: string): Promise<CheckResult> {
  return inspecting(name, NO_NETWORK, check);
}

export async function mended(name: string, { car, fetch = NO_NETWORK }: { readonly car?: Uint8Array<ArrayBuffer>; readonly fetch?: typeof globalThis.fetch } = {}): Promise<MendResult> {
  const result = await inspecting(name, fetch, (context) => mend(car === undefined ? {} : { car: new Blob([car]) }, context, () => undefined));
  // Closing waits for the sweep that opening began: what is damaged next is in use.
  await (await openHouse(name)).close();
  return result;
}

/** The file that is saved of an account whose row cannot be read. */
export async function rescued(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { file } = await inspecting(name, NO_NETWORK, (context) => rescue(DID, piecesPlace(), context));
  return new Uint8Array(await file!.arrayBuffer());
}

/** What was found, a word or two each, in order. */
export function found({ accounts, findings }: CheckResult): string {
  return [...findings, ...accounts.flatMap((account) => account.findings)].map(wordsOf).sort().join(', ');
}

function wordsOf(finding: Finding): string {
  const { what, cure } = finding;
  const where = 'path' in finding ? ` ${finding.path}` : 'paths' in finding ? ` of ${finding.paths.join(' ')}` : '';
  return `${what}${where} ${cure}`;
}

/** A mirror that has what is in the CAR, but for some blocks, and the blob. */
export function mirrorOf(car: Uint8Array, lacking: readonly Cid[] = []): typeof globalThis.fetch {
  const blocks = new Map(readCar(car).blocks.map((block) => [block.cid.toString(), block]));
  for (const cid of lacking) blocks.delete(cid.toString());
  return async (input) => {
    const url = new URL(String(input));
    ok(url.origin === MIRROR && url.searchParams.get('did') === DID, url.href);
    if (url.pathname.endsWith('getBlob')) return new Response(BLOB, { headers: { 'content-type': 'text/plain' } });
    ok(url.pathname.endsWith('getBlocks'), url.href);
    const wanted = url.searchParams.getAll('cids').map((cid) => blocks.get(cid));
    if (wanted.includes(undefined)) return Response.json({ error: 'BlockNotFound', message: 'No.' }, { status: 400 });
    return new Response(new Uint8Array(carBytes(parseCid(url.searchParams.get('cids')!), wanted.map((block) => block!))));
  };
}

/** Some of the blocks of a CAR, as another one. */
export function partOf(car: Uint8Array, lacking: readonly Cid[]): Uint8Array<ArrayBuffer> {
  const { root, blocks } = readCar(car);
  return new Uint8Array(carBytes(root, blocks.filter(({ cid }) => !lacking.some((other) => other.equals(cid)))));
}

/** Where a block lies in the rows of `packs` or `tail`: the place where its section begins. */
export interface Spot {
  readonly table: 'packs' | 'tail';
  readonly key: IDBValidKey;
  readonly offset: number;
}

export async function spotOf(name: string, cid: Cid): Promise<Spot> {
  const db = await openDB(name);
  try {
    for (const table of ['packs', 'tail'] as const) {
      for (const key of await db.getAllKeys(table)) {
        const row: unknown = await db.get(table, key);
        const bytes = row instanceof Uint8Array ? row : (row as { blocks: Uint8Array }).blocks;
        const offset = indexOf(bytes, cid.bytes);
        // A node names the CIDs of its records too: a section has the length of a block after it.
        for (let at = offset; at !== -1; at = indexOf(bytes, cid.bytes, at + 1)) {
          const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 36);
          if (length < bytes.length && cidOf(bytes.subarray(at + 40, at + 40 + length)).equals(cid)) return { table, key, offset: at };
        }
      }
    }
    throw new Error(`there is no block ${cid.toString()}`);
  } finally {
    db.close();
  }
}

function indexOf(bytes: Uint8Array, part: Uint8Array, from = 0): number {
  for (let at = bytes.indexOf(part[0]!, from); at !== -1; at = bytes.indexOf(part[0]!, at + 1)) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

/** Turns bits of stored bytes over, behind the back of the house. */
export async function turn(name: string, table: string, key: IDBValidKey | undefined, change: (row: never) => void): Promise<void> {
  const db = await openDB(name);
  const at = key ?? (await db.getAllKeys(table)).at(-1)!;
  const row: unknown = await db.get(table, at);
  change(row as never);
  await db.put(table, row, at);
  db.close();
}

export async function turnBlock(name: string, cid: Cid, delta: number, mask: number): Promise<void> {
  const { table, key, offset } = await spotOf(name, cid);
  await turn(name, table, key, (row: Uint8Array | { blocks: Uint8Array }) => {
    (row instanceof Uint8Array ? row : row.blocks)[offset + delta]! ^= mask;
  });
}

/** CIDs of a repository by what they are. */
export function blocksOf(car: Uint8Array): { readonly records: ReadonlyMap<string, Cid>; readonly root: Cid; readonly nodes: readonly Cid[]; readonly commit: Cid } {
  const { root: commit, blocks } = readCar(car);
  const byText = new Map(blocks.map((block) => [block.cid.toString(), block.bytes]));
  const { data } = decodeCbor(byText.get(commit.toString())!) as unknown as { data: Cid };
  const records = new Map<string, Cid>();
  const nodes: Cid[] = [];
  const walk = (cid: Cid): void => {
    nodes.push(cid);
    const { l, e } = decodeCbor(byText.get(cid.toString())!) as unknown as { l: Cid | null; e: { p: number; k: Uint8Array; v: Cid; t: Cid | null }[] };
    if (l !== null) walk(l);
    let key = '';
    for (const { p, k, v, t } of e) {
      key = key.slice(0, p) + new TextDecoder().decode(k);
      records.set(key, v);
      if (t !== null) walk(t);
    }
  };
  walk(data);
  return { records, root: data, nodes, commit };
}
