// A house as it is before it is hurt: made once by its own server, and copied row by row for every fault.
import { openDB } from 'idb';
import { cidOf, createP256Signer, datetimeFromMs, formatDidKey, parseDid, TidClock } from '../../../src/protocol/index.ts';
import type { Did, Tid } from '../../../src/protocol/index.ts';
import { importKeyPair, Secret } from '../../../src/keys/index.ts';
import { createPds, EventFeed, HOUSE_METHODS } from '../../../src/pds/index.ts';
import type { HousePds, PairedMirror } from '../../../src/pds/index.ts';
import { Repository } from '../../../src/repo/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import type { House } from '../../../src/storage/idb/index.ts';
import { makeFirstHouse } from '../../support/idb-version-1.ts';
import { ok } from '../assert.ts';
import { deleteHouse } from '../house-store-support.ts';
import { asking, blobRef, DID, keyOf, LOOSE_BLOB, NAMED_BLOB, NOTE, note, RECORDS, writing } from './operations.ts';
import type { Shape } from './operations.ts';

/** Where the chain begins that is looked at. */
export interface Base {
  readonly rev: Tid;
  /** Path → CID. */
  readonly contents: ReadonlyMap<string, string>;
}

interface Table {
  readonly name: string;
  readonly keys: readonly IDBValidKey[];
  readonly rows: readonly unknown[];
}

/** What a house was like, and how to make another like it. */
export interface Template {
  readonly did: Did;
  readonly base: Base | undefined;
  /** The private key, to look for where it must not be. */
  readonly secret: Uint8Array;
  /** Makes such a house under this name; nobody has it open. */
  copyTo(name: string): Promise<void>;
}

const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active',
  isPaused: false, pairedAt: datetimeFromMs(1),
};
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => 37 * index + 11);
/** So many large ones are more than the mebibyte at which a tail is folded. */
const MANY = 80;
const LARGE = 'x'.repeat(16_000);

export async function makeTemplate(shape: Shape, name: string): Promise<Template> {
  if (shape === 'first version') {
    const old = await firstVersion(name);
    return { did: old, base: undefined, secret: SECRET, copyTo: (other) => copyFirst(name, other) };
  }
  const house = await openHouse(name);
  const base = await settle(house);
  const pds = serverOf(house);
  for (const bytes of [NAMED_BLOB, LOOSE_BLOB]) await given(pds, ['com.atproto.repo.uploadBlob', bytes, 'image/png']);
  const picture = blobRef(NAMED_BLOB.length, cidOf(NAMED_BLOB, 'raw').toString());
  await given(pds, writing('createRecord', { rkey: 'pictured', record: { ...note('pictured'), picture } }));
  if (shape !== 'small') await fill(pds, 'large', MANY);
  if (shape === 'due to compact') {
    await house.store.maintain(DID);
    await given(pds, writing('applyWrites', { writes: keys('large', MANY).map((rkey) => ({ $type: 'com.atproto.repo.applyWrites#delete', collection: NOTE, rkey })) }, false));
    await fill(pds, 'later', MANY);
  }
  await house.close();
  const tables = await rowsOf(name);
  await deleteHouse(name);
  return { did: DID, base, secret: SECRET, copyTo: (other) => copy(tables, other) };
}

export function serverOf({ store, blobs, jobs }: House, now?: () => number): HousePds {
  return createPds({
    store, blobs, jobs, feed: new EventFeed(), version: '1', did: parseDid('did:web:house.test'), ...(now !== undefined && { now }),
  }, HOUSE_METHODS);
}

/** The account, with its first records and a mirror, so that every commit leaves its message. */
export async function settle({ store }: House): Promise<Base> {
  const { pair } = await importKeyPair(new Secret(SECRET.slice()));
  const signer = await createP256Signer(pair);
  const writes = Array.from({ length: RECORDS }, (_, index) => (
    { action: 'create', path: `${NOTE}/${keyOf(index)}`, record: { $type: NOTE, text: `record ${index}` } } as const
  ));
  const { commit, newBlocks, operations } = await Repository.create(store.reader(DID), DID, { signer, clock: new TidClock() }, writes);
  const signingKey = formatDidKey(signer.publicKey);
  const bytes = newBlocks.filter(({ cid }) => operations.some((operation) => operation.cid?.equals(cid))).reduce((sum, block) => sum + block.bytes.length, 0);
  await store.create({
    did: DID, status: 'active', origin: 'created', createdAt: datetimeFromMs(1_700_000_000_000), head: { cid: commit.cid, rev: commit.rev, data: commit.data },
    collections: new Map([[NOTE as never, { records: RECORDS, bytes }]]), signingKey, rotationKeys: [signingKey], operations: [],
  }, { signing: pair, rotation: pair }, newBlocks);
  await store.update(DID, { mirror: MIRROR });
  return { rev: commit.rev, contents: new Map(operations.map(({ path, cid }) => [path, String(cid)])) };
}

const keys = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** Large records, with the tail left as it becomes. */
async function fill(pds: HousePds, name: string, count: number): Promise<void> {
  const rkeys = keys(name, count);
  for (let at = 0; at < count; at += 30) {
    const writes = rkeys.slice(at, at + 30).map((rkey) => ({ $type: 'com.atproto.repo.applyWrites#create', collection: NOTE, rkey, value: note(LARGE + rkey) }));
    await given(pds, writing('applyWrites', { writes }, false));
  }
}

/** With nobody folding beside it: whoever holds this lock folds. */
async function given(pds: HousePds, request: readonly [string, BodyInit, string]): Promise<void> {
  await navigator.locks.request(`maintain:${DID}`, async () => {
    const { status, text } = await asking(pds, crypto.randomUUID(), request);
    ok(status === 200, `${request[0]} answered ${status}: ${text}`);
    // What follows on a write looks for the lock now, and finds it taken.
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  });
}

/** Another house with the same rows, in tables of this version. */
export async function copyHouse(from: string, to: string): Promise<void> {
  await copy(await rowsOf(from), to);
}

async function rowsOf(name: string): Promise<Table[]> {
  const db = await openDB(name);
  const tables: Table[] = [];
  for (const table of db.objectStoreNames) tables.push({ name: table, keys: await db.getAllKeys(table), rows: await db.getAll(table) });
  db.close();
  return tables;
}

async function copy(tables: readonly Table[], name: string): Promise<void> {
  const house = await openHouse(name);
  // The files of blobs are no rows.
  for (const bytes of [NAMED_BLOB, LOOSE_BLOB]) await house.blobs.put(DID, bytes, { cid: cidOf(bytes, 'raw'), mimeType: 'image/png' });
  await house.close();
  const db = await openDB(name);
  const transaction = db.transaction(tables.map((table) => table.name), 'readwrite');
  for (const table of tables) {
    const store = transaction.objectStore(table.name);
    table.keys.forEach((key, index) => void store.put(table.rows[index], key));
  }
  await transaction.done;
  db.close();
}

async function firstVersion(name: string): Promise<Did> {
  return (await makeFirstHouse(name)).did;
}

async function copyFirst(from: string, name: string): Promise<void> {
  const tables = await rowsOf(from);
  const db = await openDB(name, 1, {
    upgrade: (made) => {
      for (const table of tables) {
        const store = made.createObjectStore(table.name);
        if (table.name === 'journal') store.createIndex('at', 'at');
        if (table.name === 'blobRefs') store.createIndex('path', ['did', 'path']);
      }
    },
  });
  for (const table of tables) for (const [index, key] of table.keys.entries()) await db.put(table.name, table.rows[index], key);
  db.close();
}
