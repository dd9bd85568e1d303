// What a house holds, read anew from its stored bytes, and everything that must be true of it whatever happened.
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { blobRefsOf, cidOf, decodeCbor, parseDidKey, tidTime } from '../../../src/protocol/index.ts';
import type { CborMap, Did } from '../../../src/protocol/index.ts';
import { decodeCommitBody } from '../../../src/mirroring/index.ts';
import type { Account } from '../../../src/pds/index.ts';
import { carStream, repositoryBlocks, verifyCommitMessage, verifyRepository } from '../../../src/repo/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import { readAccountRow } from '../../../src/storage/idb/account-row.ts';
import type { House } from '../../../src/storage/idb/index.ts';
import { ok } from '../assert.ts';
import type { Base, Template } from './template.ts';

/** What two houses are compared by. */
export interface Facts {
  /** Every record by account: path and CID. Accounts that were not there at first have numbers for names. */
  readonly contents: string;
  /** How many rows each table has, but for jobs. */
  readonly rows: string;
}

/**
 * Opens the house as a start of the browser does, and verifies all of it: every repository by the strict verifier and its
 * own key; the chain of commits by its messages, each on the one before; history, counts and the manifest by what is there;
 * blobs; and that no private key lies in it. Waits until what nobody lists is swept.
 * @throws Error that says what is wrong
 */
export async function judge(name: string, template: Pick<Template, 'did' | 'base' | 'secret'>, now = Date.now()): Promise<Facts> {
  // Closing waits for the sweep that opening begins; it leaves alone what a long reader may need, as this is one.
  await (await openHouse(name)).close();
  const house = await openHouse(name);
  const contents: [string, [string, string][]][] = [];
  try {
    for (const account of await house.store.accounts()) {
      const isKnown = account.did === template.did;
      const found = await repositoryOf(house, account.did, now);
      contents.push([isKnown ? 'known' : `new ${contents.length}`, [...found].sort()]);
      await checkChain(house, account, found, isKnown ? template.base : undefined, now);
      await checkKeys(house, account);
    }
  } finally {
    await house.close();
  }
  return { contents: JSON.stringify(contents), rows: await checkRows(name, template.secret) };
}

/** The records of an account, path → CID, once all of it has been verified. */
async function repositoryOf({ store, blobs }: House, did: Did, now: number): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const named: (readonly [path: string, cid: string])[] = [];
  await store.reading(did, async ({ head, collections, signingKey }, reader) => {
    const [bytes] = await reader.read([head.cid]);
    ok(bytes !== undefined, 'the commit of the head is not there');
    const { commit, records } = await verifyRepository(carStream(head.cid, repositoryBlocks(reader, { cid: head.cid, bytes }, head.data)), {
      key: parseDidKey(signingKey), did, now,
      visitor: {
        record(path, cid, record) {
          contents.set(path, cid.toString());
          if (record !== undefined) for (const blob of blobRefsOf(decodeCbor(record) as CborMap)) named.push([path, blob.cid.toString()]);
        },
      },
    });
    same('the commit of the head', commit.cid.toString(), head.cid.toString());
    same('the rev of the head', commit.rev, head.rev);
    ok(tidTime(commit.rev) / 1000 <= now + 120_000, `the rev ${commit.rev} lies in the future`);
    same('the count of records', [...collections.values()].reduce((sum, each) => sum + each.records, 0), records);
  });
  for (const cid of await blobs.list(did, { limit: 1000 })) {
    ok(named.some(([, text]) => text === cid.toString()), `no record names the blob ${cid.toString()} that one is said to name`);
    const bytes = await blobs.bytes(did, cid);
    // A restored record may name a blob that nobody has.
    if (bytes !== undefined) same('the CID of a blob', cidOf(new Uint8Array(await bytes.arrayBuffer()), 'raw').toString(), cid.toString());
  }
  const listed = new Set((await blobs.list(did, { limit: 1000 })).map(String));
  for (const [path, cid] of named) ok(listed.has(cid), `the blob that ${path} names is not known to be named`);
  return contents;
}

/** History leads from the beginning to what is there, and so do the messages, each verified on the one before. */
async function checkChain({ store }: House, { did, head, signingKey, mirror }: Account, found: ReadonlyMap<string, string>, base: Base | undefined, now: number): Promise<void> {
  const history = [...await store.history(did, { limit: 100_000 })].reverse();
  for (const [index, { rev }] of history.entries()) ok(index === 0 || rev > history[index - 1]!.rev, `history has ${rev} twice or out of order`);
  if (history.length > 0) same('the last of history', history.at(-1)!.cid.toString(), head.cid.toString());
  if (base === undefined) return same('commits of an account that was just made', history.length, 0);
  const contents = new Map(base.contents);
  for (const { operations } of history) {
    for (const { path, cid, prev } of operations) {
      same(`what history replaced at ${path}`, prev?.toString(), contents.get(path));
      if (cid === null) contents.delete(path);
      else contents.set(path, cid.toString());
    }
  }
  same('what history comes to', JSON.stringify([...contents].sort()), JSON.stringify([...found].sort()));
  if (mirror === undefined) return;
  const outbox = await store.outbox(did, { limit: 100_000 });
  same('the revs of messages', outbox.map(({ rev }) => rev).join(' '), history.map(({ rev }) => rev).join(' '));
  const key = parseDidKey(signingKey);
  let previous: { rev: typeof head.rev; data: typeof head.data } | undefined;
  for (const { message } of outbox) {
    const body = decodeCommitBody(message);
    if (previous === undefined) same('the first message is on', body.since, base.rev);
    const { commit } = await verifyCommitMessage(body, { key, did, now, ...(previous !== undefined && { previous }) });
    previous = { rev: commit.rev, data: commit.data };
  }
  if (previous !== undefined) same('what messages lead to', previous.data.toString(), head.data.toString());
}

async function checkKeys({ store }: House, { did, signingKey }: Account): Promise<void> {
  const keys = await store.keys(did);
  ok(keys !== undefined, 'the account has no keys');
  const data = Uint8Array.of(1, 2, 3);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.signing.privateKey, data);
  ok(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, keys.signing.publicKey, signature, data), 'the key does not sign');
  for (const { privateKey } of [keys.signing, keys.rotation]) ok(!privateKey.extractable, 'a private key that can be read');
  ok(signingKey.startsWith('did:key:'), 'no signing key');
}

/** Every row belongs to something, the manifest counts what is there, and no row holds the secret. */
async function checkRows(name: string, secret: Uint8Array): Promise<string> {
  const db = await openDB(name);
  const counts: [string, number][] = [];
  try {
    for (const table of db.objectStoreNames) {
      const rows: unknown[] = await db.getAll(table);
      // A note of a key's use that cannot be kept stops nothing.
      if (table !== 'jobs' && table !== 'uses') counts.push([table, rows.length]);
      for (const row of rows) ok(!holds(row, secret), `a private key lies in ${table}`);
    }
    await checkManifests(db);
  } finally {
    db.close();
  }
  return JSON.stringify(counts);
}

async function checkManifests(db: IDBPDatabase): Promise<void> {
  const dids = await db.getAllKeys('accounts') as string[];
  const [tail, packs, history, outbox] = await Promise.all(['tail', 'packs', 'history', 'outbox'].map((table) => db.getAllKeys(table))) as unknown as (readonly [string, string | number])[][];
  for (const [did] of [...tail!, ...packs!, ...history!, ...outbox!]) ok(dids.includes(did), `rows of ${did}, which is no account`);
  for (const did of dids) {
    const { manifest } = readAccountRow(await db.get('accounts', did), did);
    const own = async <Row>(table: string): Promise<Row[]> => db.getAll(table, IDBKeyRange.bound([did], [did, []]));
    same('the rows of the tail', tail!.filter(([of]) => of === did).map(([, number]) => number).join(), Array.from({ length: manifest.next - manifest.from }, (_, at) => manifest.from + at).join());
    same('bytes of the tail', bytesOf((await own<{ blocks: Uint8Array }>('tail')).map(({ blocks }) => blocks)), manifest.tailBytes);
    same('bytes of history', bytesOf((await own<{ bytes: Uint8Array }>('history')).map(({ bytes }) => bytes)), manifest.historyBytes);
    const waiting = await own<{ size: number }>('outbox');
    same('messages that wait', waiting.length, manifest.waiting);
    same('bytes that wait', waiting.reduce((sum, { size }) => sum + size, 0), manifest.waitingBytes);
    const listed = new Set(manifest.packs.map(({ id }) => id));
    for (const [of, id] of packs!) ok(of !== did || listed.has(String(id)), 'a pack that nobody lists');
    for (const { id, bytes } of manifest.packs) {
      same('bytes of a pack', bytesOf(await db.getAll('packs', IDBKeyRange.bound([did, id], [did, id, []]))), bytes);
    }
  }
}

const bytesOf = (rows: readonly Uint8Array[]): number => rows.reduce((sum, { length }) => sum + length, 0);

function holds(value: unknown, secret: Uint8Array): boolean {
  if (value instanceof Uint8Array) {
    for (let at = value.indexOf(secret[0]!); at !== -1; at = value.indexOf(secret[0]!, at + 1)) {
      if (secret.every((byte, index) => value[at + index] === byte)) return true;
    }
    return false;
  }
  if (value instanceof CryptoKey) return value.type === 'private' && value.extractable;
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => holds(each, secret));
}

export function same(what: string, actual: string | number | null | undefined, expected: string | number | null | undefined): void {
  ok(actual === expected, `${what}: expected ${String(expected)}, got ${String(actual)}`);
}
