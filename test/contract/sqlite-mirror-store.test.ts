// What a mirror in SQLite keeps beyond the contract: it is a file, it can be opened twice, and its writing can end half-way.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { cidOf, parseDid } from '../../src/protocol/index.ts';
import type { Did, Tid } from '../../src/protocol/index.ts';
import type { MirrorStore } from '../../src/mirroring/index.ts';
import { MIGRATIONS } from '../../src/storage/sqlite/schema.ts';
import { inspectMirrorStore, openMirrorStore, STORE_POINTS, takeDirectory } from '../../src/storage/sqlite/index.ts';
import type { MirrorStores, StorePoint } from '../../src/storage/sqlite/index.ts';
import { createOf, MirroredAccount, pathOf } from '../../src/testing/index.ts';
import { asOfVersion, dumped, inDirectory, opened } from '../support/mirror-directory.ts';

const ALL = { limit: 1000, bytes: 1e9 };
const BLOB = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
const BLOB_CID = cidOf(BLOB, 'raw');

/** What a mirror does, one wish after the other. */
const STEPS: readonly (readonly [name: string, step: (stores: MirrorStores, account: MirroredAccount) => Promise<unknown>])[] = [
  ['enroll', ({ store }, { did }) => store.enroll({ did })],
  ['hand over', ({ store }, account) => account.handOver(store, { expected: undefined })],
  ['activate', ({ store }, account) => store.update(account.did, { status: 'active' }, [account.syncEvent()])],
  ['blob', ({ blobs }, { did }) => blobs.put(did, BLOB, { cid: BLOB_CID, mimeType: 'a/b' })],
  ['first part', (stores, account) => putPart(stores, account, 0, 1_000)],
  ['last part', (stores, account) => putPart(stores, account, 1_000, 2_000)],
  ['commit', ({ store }, account) => account.write(
    store, [createOf(30, 'a'), { action: 'delete', path: pathOf(1) }], { blobs: new Map([[pathOf(30), [BLOB_CID]], [pathOf(1), []]]) },
  )],
  ['remove', ({ store }, account) => store.remove(account.did)],
];

const FILM = BLOB.subarray(0, 2_000);

async function putPart({ blobs: { uploads } }: MirrorStores, { did }: MirroredAccount, from: number, to: number): Promise<unknown> {
  const film = { cid: cidOf(FILM, 'raw'), mimeType: 'a/b', size: FILM.length };
  return uploads.put(did, film, (async function* () { yield FILM.subarray(from, to); })(), from, { limit: 1e6, most: 1e9 });
}

test('a wish that fails anywhere before it is committed leaves nothing, and can be repeated', async () => {
  const fired = new Set<StorePoint>();
  for (const [index, [name, step]] of STEPS.entries()) {
    let count = Infinity;
    for (let failing = 0; failing < count; failing++) {
      await inDirectory(async (directory) => {
        let passed = -1;
        let planted: StorePoint | undefined;
        // The points before this step are not counted.
        let isCounting = false;
        const onPoint = (point: StorePoint): void => {
          if (!isCounting || ++passed !== failing) return;
          planted = point;
          throw new Error('planted');
        };
        await opened(directory, { now: () => 1_750_000_000_000, onPoint }, async (stores) => {
          const account = await MirroredAccount.make(stores.store, 1, 5);
          for (const [, before] of STEPS.slice(0, index)) await before(stores, account);
          const [before, visible] = [dumped(directory), await stores.store.account(account.did)];
          isCounting = true;
          const outcome = await step(stores, account).then(() => 'done', (error: unknown) => (error as Error).message);
          isCounting = false;
          if (planted === undefined) {
            count = 0;
            return assert.equal(outcome, 'done');
          }
          fired.add(planted);
          // What was done is done: a removal goes on to delete what nobody sees any more.
          if (planted === 'committed' || (name === 'remove' && outcome === 'done')) return undefined;
          assert.equal(outcome, 'planted', `${name} goes on after ${planted}`);
          assert.deepEqual(await stores.store.account(account.did), visible);
          // Both have transactions before their own: what those have done shows nowhere.
          if (name === 'hand over') return undefined;
          if (name !== 'first part') assert.equal(dumped(directory), before, `${name} has left something at ${planted}`);
          await step(stores, account);
          assert.notEqual(dumped(directory), before);
        });
      });
    }
  }
  assert.deepEqual([...fired].sort(), [...STORE_POINTS].sort());
});

test('of two who commit on one head, each by a connection of its own, one is refused', () => inDirectory(async (directory) => {
  await opened(directory, {}, (one) => opened(directory, {}, async (other) => {
    const account = await MirroredAccount.kept(one.store, 1, 5);
    for (let round = 0; round < 5; round++) {
      const rivals = [await account.change([createOf(40 + round, 'one')]), await account.change([createOf(40 + round, 'other')])];
      const stores: readonly MirrorStore[] = round % 2 === 0 ? [one.store, other.store] : [other.store, one.store];
      const outcomes = await Promise.allSettled(rivals.map(({ change }, index) => stores[index]!.commit(change)));
      assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected']);
      account.test.repository = rivals[0]!.result.repository;
      for (const { store } of [one, other]) assert.ok((await store.account(account.did))?.head?.cid.equals(account.repository.commit.cid));
    }
    const seqs = (await other.store.read(0, ALL)).map(({ seq }) => seq);
    assert.equal(seqs.length, 6);
    assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b));
  }));
}));

test('commits of one moment share a transaction, and one that is refused takes no other with it', () => inDirectory(async (directory) => {
  let transactions = 0;
  let failing: StorePoint | undefined;
  const onPoint = (point: StorePoint): void => {
    if (point === 'committed') transactions++;
    if (point === failing) throw new Error('planted');
  };
  await opened(directory, { onPoint }, async ({ store }) => {
    const accounts = [];
    for (let seed = 1; seed <= 8; seed++) accounts.push(await MirroredAccount.kept(store, seed, 3));
    const changes = await Promise.all(accounts.map((account) => account.change([createOf(30, 'a')])));
    const stale = { ...changes[3]!.change, expected: BLOB_CID };
    transactions = 0;
    const outcomes = await Promise.allSettled(changes.map(({ change }, index) => store.commit(index === 3 ? stale : change)));
    assert.equal(transactions, 1);
    const statuses = outcomes.map(({ status }) => status);
    assert.deepEqual(statuses, accounts.map((_, index) => (index === 3 ? 'rejected' : 'fulfilled')));
    for (const [index, { did }] of accounts.entries()) {
      const isThere = (await store.account(did))?.head?.cid.equals(changes[index]!.result.commit.cid);
      assert.equal(isThere, index !== 3);
    }
    assert.equal((await store.read(0, ALL)).length, 8 + 7);

    const before = dumped(directory);
    for (const [index, account] of accounts.entries()) if (index !== 3) account.test.repository = changes[index]!.result.repository;
    const next = await Promise.all(accounts.map((account) => account.change([createOf(31, 'b')])));
    failing = 'committing';
    const refused = await Promise.allSettled(next.map(({ change }) => store.commit(change)));
    assert.deepEqual([...new Set(refused.map(({ status }) => status))], ['rejected']);
    assert.equal(dumped(directory), before);
    failing = undefined;
    await Promise.all(next.map(({ change }) => store.commit(change)));
  });
}));

test('everything is there again after it was opened again, to the byte', () => inDirectory(async (directory) => {
  const before = await opened(directory, {}, async ({ store }) => {
    const account = await MirroredAccount.kept(store, 1, 5);
    await account.write(store, [createOf(30, 'a')]);
    await store.once(account.did, 'jti', 2e9);
    await store.firstFact('key', Uint8Array.of(1));
    return { did: account.did, account: await store.account(account.did), events: await store.read(0, ALL) };
  });
  await opened(directory, { now: () => 0 }, async ({ store }) => {
    assert.deepEqual(await store.account(before.did), before.account);
    assert.deepEqual(await store.read(0, ALL), before.events);
    assert.deepEqual([await store.once(before.did, 'jti', 2e9), await store.firstFact('key', Uint8Array.of(2))], [false, Uint8Array.of(1)]);
    // The clock says 1970.
    const [event] = await store.update(before.did, {}, [{ type: '#identity', did: before.did, body: { did: before.did } }]);
    assert.equal(event!.seq, before.events.at(-1)!.seq + 1);
  });
}));

test('what was taken in and not adopted is discarded by the next start, and left alone by one beside', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store }) => {
    const account = await MirroredAccount.make(store, 1, 20);
    await store.enroll({ did: account.did });
    const { first } = account.test;
    const writer = await store.copy(account.did);
    await writer.add(first.newBlocks);
    await opened(directory, {}, async () => undefined);
    await writer.adopt({ expected: undefined, head: first.commit, signingKey: account.signingKey, collections: new Map(), events: [] });
    await (await store.copy(account.did)).add(first.newBlocks);
    assert.equal(rowsIn(directory, 'block'), first.newBlocks.length * 2);
  });
  await opened(directory, {}, async ({ store }) => store.maintain(0));
  assert.equal(rowsIn(directory, 'copy'), 1);
}));

test('a directory is had alone by nobody while anybody serves it, and is served by nobody while somebody has it alone', () => inDirectory(async (directory) => {
  const first = await openMirrorStore(directory);
  const second = await openMirrorStore(directory);
  await first.close();
  assert.equal(takeDirectory(directory), undefined);
  const third = await openMirrorStore(directory);
  await second.close();
  await third.close();
  const release = takeDirectory(directory);
  assert.ok(release !== undefined);
  await assert.rejects(openMirrorStore(directory), { code: 'StoreInUse' });
  release();
  await (await openMirrorStore(directory)).close();
}));

test('a removed account leaves no row of its blocks', () => inDirectory(async (directory) => {
  await opened(directory, {}, async ({ store }) => {
    const account = await MirroredAccount.kept(store, 1, 200);
    for (let index = 0; index < 5; index++) await (await store.copy(account.did)).add(account.test.first.newBlocks);
    await store.remove(account.did);
    await store.maintain(0);
    assert.deepEqual(['block', 'copy', 'reference', 'collection'].map((table) => rowsIn(directory, table)), [0, 0, 0, 0]);
  });
}));

test('a database of a newer version, or no database at all, is refused and left as it is', () => inDirectory(async (directory) => {
  await opened(directory, {}, async () => undefined);
  const database = new DatabaseSync(join(directory, 'mirror.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  await assert.rejects(opened(directory, {}, async () => undefined), { code: 'StoreNewer' });
  // Of something else that SQLite keeps: with a number of its own, and with none; and a file with nothing in it, for who reads.
  for (const version of [0, 3, 99]) {
    const other = join(directory, `other-${version}`);
    mkdirSync(other);
    const file = join(other, 'mirror.db');
    const foreign = new DatabaseSync(file);
    foreign.exec(`CREATE TABLE account (name TEXT); PRAGMA user_version = ${version}`);
    foreign.close();
    const before = readFileSync(file);
    await assert.rejects(opened(other, {}, async () => undefined), { code: 'StoreForeign' });
    assert.throws(() => inspectMirrorStore(other), { code: 'StoreForeign' });
    assert.deepEqual(readFileSync(file), before);
    writeFileSync(file, '');
    assert.throws(() => inspectMirrorStore(other), { code: 'StoreForeign' });
  }
  writeFileSync(join(directory, 'mirror.db'), 'This is not a database, it is a letter to whoever finds it.'.repeat(100));
  await assert.rejects(opened(directory, {}, async () => undefined), { code: 'StoreDamaged' });
}));

test('a database of the first version keeps what it holds, and learns to watch, to keep kits and to tell owners', () => inDirectory(async (directory) => {
  const database = new DatabaseSync(join(directory, 'mirror.db'));
  database.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1`);
  database.exec(`INSERT INTO account (did, handle, status, created_at) VALUES ('did:web:old.test', 'old.mirror.test', 'pairing', 7)`);
  database.close();
  await opened(directory, {}, async ({ store }) => {
    const did = parseDid('did:web:old.test');
    assert.equal((await store.account(did))?.createdAt, 7);
    await store.claim(did, ['a']);
    await store.see(did, []);
    assert.deepEqual((await store.watched(did)).claimed, ['a']);
    await store.putKit(did, { kind: 'passkey', file: Uint8Array.of(1), signingKey: 'did:key:zA' });
    assert.deepEqual((await store.kits(did)).map(({ kind }) => kind), ['passkey']);
    assert.equal(await store.alerts.addWay(did, { id: 'a', createdAt: 1, to: { kind: 'email', address: 'a@mail.test' } }), true);
  });
}));

/** The version that keeps host names first. */
const HOSTS_SINCE = MIGRATIONS.findIndex((migration) => migration.includes('CREATE TABLE host')) + 1;

for (let version = 1; version < MIGRATIONS.length; version++) {
  test(`a database of version ${version} keeps all that was in it, its invitations too`, () => inDirectory(async (directory) => {
    const { did, other, held } = await opened(directory, {}, async (stores) => {
      const account = await MirroredAccount.kept(stores.store, 1, 5);
      await stores.blobs.put(account.did, BLOB, { cid: BLOB_CID, mimeType: 'a/b' });
      await account.write(stores.store, [createOf(30, 'a')], { blobs: new Map([[pathOf(30), [BLOB_CID]]]) });
      if (version >= 2) {
        await stores.store.claim(account.did, ['claimed']);
        await stores.store.see(account.did, [{ cid: 'seen', body: Uint8Array.of(1, 2), createdAt: 3, nullified: false }]);
      }
      if (version >= 3) await stores.store.putKit(account.did, { kind: 'passkey', file: Uint8Array.of(1), signingKey: account.signingKey });
      await stores.store.firstFact('key', Uint8Array.of(7));
      // As versions before the fourth noted who has used one.
      if (version < 4) await stores.store.firstFact('invite:used-one', new TextEncoder().encode(account.did));
      const { did: other } = await MirroredAccount.make(stores.store, 2);
      return { did: account.did, other, held: await heldOf(stores, account.did) };
    });
    asOfVersion(directory, version);
    assert.throws(() => inspectMirrorStore(directory), { code: 'StoreOlder' });
    await opened(directory, {}, async (stores) => {
      const { store } = stores;
      assert.deepEqual(await heldOf(stores, did), held);
      assert.deepEqual(await store.firstFact('key', Uint8Array.of(8)), Uint8Array.of(7));
      if (version < HOSTS_SINCE) await assertUnderFirst(stores, did);
      if (version >= 4) return;
      assert.deepEqual(await store.invitation('used-one'), { code: 'used-one', note: '', terms: {}, place: 1, createdAt: 0, used: { by: did, at: 0 } });
      await assert.rejects(store.enroll({ did: other, invitation: 'used-one' }), { code: 'InvitationInvalid' });
      // As a fact it is there no more: another may take the name.
      assert.deepEqual(await store.firstFact('invite:used-one', Uint8Array.of(9)), Uint8Array.of(9));
      await store.remove(did);
      assert.equal((await store.enroll({ did, invitation: 'used-one' })).status, 'pairing');
    });
  }));
}

/** What was there before host names were kept lives under the first, events too. */
async function assertUnderFirst({ store, hosts }: MirrorStores, did: Did): Promise<void> {
  const before = await store.read(0, ALL);
  await store.firstHost('first.test');
  assert.equal((await store.account(did))?.host, 'first.test');
  assert.ok(before.length > 0);
  assert.deepEqual((await store.read(0, { ...ALL, host: 'first.test' })).map(({ seq, frame }) => [seq, frame]), before.map(({ seq, frame }) => [seq, frame]));
  assert.deepEqual(hosts().map(({ name, accounts, kept }) => [name, accounts, kept]), [['first.test', 1, 1]]);
}

/** All that is told of an account. */
async function heldOf({ store, blobs }: MirrorStores, did: Did): Promise<unknown> {
  const changes: unknown[] = [];
  for await (const blocks of store.blocksSince(did, '2222222222222' as Tid)) changes.push(...blocks.map(({ cid, bytes }) => [cid.toString(), bytes]));
  return [
    await store.account(did), await store.read(0, ALL), changes, await store.watched(did), await store.kits(did),
    await blobs.list(did, { limit: 9 }), await blobs.info(did, BLOB_CID), await (await blobs.bytes(did, BLOB_CID))!.bytes(),
  ];
}

function rowsIn(directory: string, table: string): number {
  const database = new DatabaseSync(join(directory, 'mirror.db'), { readOnly: true });
  try {
    return Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()!['rows']);
  } finally {
    database.close();
  }
}

test('any bytes come back as they went in, one by one and as parts of a piece, as blocks and as frames', () => inDirectory((directory) => opened(directory, {}, async ({ store }) => {
  const account = await MirroredAccount.make(store, 1, 3);
  await store.enroll({ did: account.did });
  // What text could be cut at, ended by, or not made of.
  const odd = ['', '\0', '\0\0,', 'a\0b', ',', "'", '\ufeff', '\ud7ff\ue000', '\u{10ffff}'].map((text) => new TextEncoder().encode(text));
  const all = [...odd, Uint8Array.of(0xff), Uint8Array.of(0xc0, 0x80), Uint8Array.of(0xed, 0xa0, 0x80), Uint8Array.from({ length: 256 }, (_, byte) => byte),
    ...Array.from({ length: 60 }, (_, index) => Uint8Array.from({ length: index * 40 }, (_each, at) => (at * index) % 256))];
  const blocks = all.map((bytes) => ({ cid: cidOf(bytes), bytes }));
  const writer = await store.copy(account.did);
  await writer.add([...account.test.first.newBlocks, ...blocks]);
  const events = all.map((bytes) => ({ ...account.syncEvent(), body: { did: account.did, blocks: bytes } }));
  await writer.adopt({ expected: undefined, head: account.test.first.commit, signingKey: account.signingKey, collections: new Map(), events });
  const reader = store.reader(account.did);
  // Between them some that are not there.
  const cids = blocks.flatMap(({ cid }, index) => (index % 3 === 0 ? [cid, cidOf(Uint8Array.of(1, 2, 3, index))] : [cid]));
  const found = await reader.read(cids);
  assert.deepEqual(found.filter((bytes) => bytes !== undefined).map((bytes) => Buffer.from(bytes).toString('hex')), all.map((bytes) => Buffer.from(bytes).toString('hex')));
  assert.deepEqual((await reader.view!(cids)).map((bytes) => bytes && Uint8Array.from(bytes)), found.map((bytes) => bytes && Uint8Array.from(bytes)));
  assert.deepEqual(await reader.view!([]), []);
  const told = await store.read(0, ALL);
  assert.equal(told.length, all.length);
  assert.deepEqual((await store.frames(0, ALL)).map(({ seq, frame }) => [seq, Uint8Array.from(frame)]), told.map(({ seq, frame }) => [seq, Uint8Array.from(frame)]));
})));
