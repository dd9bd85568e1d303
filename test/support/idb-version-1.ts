// A database as the first versions of the schema made it, written out here: what is made once is read for ever.
import { openDB } from 'idb';
import { encodeCbor, sha256 } from '../../src/protocol/index.ts';
import type { CborMap } from '../../src/protocol/index.ts';
import { MemoryHouseStore } from '../../src/storage/memory/index.ts';
import { TestAccount } from '../../src/testing/index.ts';

/** Makes the house, with one account of twelve records that has its kit yet, and closes it. Version 2 added the outbox. */
export async function makeFirstHouse(name: string, version: 1 | 2 = 1): Promise<TestAccount> {
  const test = await TestAccount.make(new MemoryHouseStore(), 1, 12);
  const db = await openDB(name, version, {
    upgrade: (made) => {
      for (const table of ['accounts', 'keys', 'tail', 'packs', 'indexes', 'history', 'blobs', 'blobBytes', 'jobs']) made.createObjectStore(table);
      made.createObjectStore('journal').createIndex('at', 'at');
      made.createObjectStore('blobRefs').createIndex('path', ['did', 'path']);
      if (version > 1) made.createObjectStore('outbox');
    },
  });
  const { did, account, first: { commit, newBlocks } } = test;
  const blocks = joined(newBlocks.flatMap(({ cid, bytes }) => [cid.bytes, length(bytes.length), bytes]));
  await db.put('tail', { blocks, dead: new Uint8Array(), dropped: 0 }, [did, 0]);
  await db.put('keys', test.keys, did);
  await db.put('accounts', sealed({
    did, handle: null, origin: 'created', status: 'active', createdAt: account.createdAt,
    head: { cid: commit.cid, rev: commit.rev, data: commit.data },
    collections: [...account.collections].map(([collection, { records, bytes }]) => [collection, records, bytes]),
    signingKey: account.signingKey, rotationKeys: account.rotationKeys, genesis: null, operations: [],
    kit: { file: account.kit!.file, createdAt: account.kit!.createdAt, rev: null },
    manifest: { id: 'one', packs: [], from: 0, next: 1, tailBytes: blocks.length, deadBytes: 0, historyBytes: 0 },
  }), did);
  db.close();
  return test;
}

export async function rowsOf(name: string, table: string): Promise<number> {
  const db = await openDB(name);
  const rows = await db.count(table);
  db.close();
  return rows;
}

function sealed(value: CborMap): { readonly bytes: Uint8Array; readonly sum: Uint8Array } {
  const bytes = new Uint8Array(encodeCbor(value));
  return { bytes, sum: new Uint8Array(sha256(bytes)) };
}

/** In four bytes, the greatest first. */
function length(value: number): Uint8Array {
  return Uint8Array.of(0, 0, value >> 8, value & 0xff);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
