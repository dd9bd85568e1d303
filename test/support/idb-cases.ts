// What a house in IndexedDB has to keep beyond the contract. Node runs it on a database in memory, browsers on theirs.
import { openDB } from 'idb';
import { cidOf, datetimeFromMs, HoldfastError, parseDid } from '../../src/protocol/index.ts';
import type { PairedMirror } from '../../src/pds/index.ts';
import { Repository } from '../../src/repo/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import { Connection } from '../../src/storage/idb/connection.ts';
import { createOf, pathOf, TestAccount } from '../../src/testing/index.ts';
import { codeOf, failing, fault, JOURNAL, losing, recordCount, same, withHouse } from './idb-house.ts';
import type { HouseCase } from './idb-house.ts';
import { makeFirstHouse, rowsOf } from './idb-version-1.ts';

const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active',
  isPaused: false, pairedAt: datetimeFromMs(1),
};

export const houseCases: readonly HouseCase[] = [
  {
    name: 'a house that is opened again has everything',
    async run(house, name) {
      const test = await TestAccount.make(house.store, 1, 40);
      await test.create(house.store);
      const blob = Uint8Array.of(1, 2, 3);
      const cid = cidOf(blob, 'raw');
      await house.blobs.put(test.did, blob, { cid, mimeType: 'image/png' });
      await test.write(house.store, [createOf(100, 'x')], { blobs: new Map([[pathOf(100), [cid]]]), journal: JOURNAL });
      await house.close();
      await withHouse(name, async ({ store, blobs }) => {
        same((await store.account(test.did))?.head.cid.toString(), test.repository.commit.cid.toString());
        same(await recordCount(store.reader(test.did), test.repository.commit.cid), 41);
        const { signing } = (await store.keys(test.did))!;
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signing.privateKey, blob);
        same(signing.privateKey.extractable, false);
        same([...new Uint8Array(await (await blobs.bytes(test.did, cid))!.arrayBuffer())].join(), '1,2,3');
        same(await blobs.isReferenced(test.did, cid), true);
        same((await store.history(test.did, { limit: 9 })).length, 1);
        same((await store.journal(JOURNAL))?.answer, 'x');
      });
    },
  },
  {
    name: 'what is remembered is never written over what another connection has stored',
    async run(house, name) {
      const test = await TestAccount.make(house.store, 1, 10);
      await test.create(house.store);
      await test.write(house.store, [createOf(100, 'x')]);
      await withHouse(name, async ({ store: other }) => {
        // The same head, another row: the mirror has come, and the tail has gone into a pack.
        await other.update(test.did, { mirror: MIRROR });
        await other.compact(test.did);
        same(house.store.remembered(test.did)?.mirror, undefined);
        const { change, result } = await test.change([createOf(101, 'y')]);
        const { cid, rev } = change.head;
        await house.store.commit({ ...change, outgoing: { cid, rev, blobs: [], message: Uint8Array.of(1) } });
        same((await other.account(test.did))?.mirror?.url, MIRROR.url);
        same((await other.outbox(test.did, { limit: 9 })).length, 1);
        for (const store of [house.store, other]) same(await recordCount(store.reader(test.did), result.commit.cid), 12);
        same((await other.history(test.did, { limit: 9 })).length, 2);
      });
    },
  },
  {
    name: 'of two connections that race, one is told that the head moved, every time',
    async run(house, name) {
      const test = await TestAccount.make(house.store, 1, 10);
      await test.create(house.store);
      await withHouse(name, async (other) => {
        const stores = [house.store, other.store];
        for (let round = 0; round < 12; round++) {
          const racers = [await test.change([createOf(100 + round, 'a')]), await test.change([createOf(200 + round, 'b')])];
          const outcomes = await Promise.allSettled(racers.map(({ change }, index) => stores[(index + round) % 2]!.commit(change)));
          same(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? '' : codeOf(outcome.reason))).sort().join(), ',HeadMoved');
          const winner = racers[outcomes.findIndex(({ status }) => status === 'fulfilled')]!;
          test.repository = await Repository.open(stores[round % 2]!.reader(test.did), winner.result.commit.cid);
          for (const store of stores) same(await recordCount(store.reader(test.did), winner.result.commit.cid), 11 + round);
        }
        same((await other.store.history(test.did, { limit: 99 })).length, 12);
      });
    },
  },
  {
    name: 'a transaction that is aborted half-way leaves nothing, and says which way it failed',
    async run(house) {
      const test = await TestAccount.make(house.store, 1, 10);
      await test.create(house.store);
      await house.store.update(test.did, { mirror: MIRROR });
      const made = await test.change([createOf(50, 'x')], { journal: JOURNAL, blobs: new Map([[pathOf(50), [cidOf(Uint8Array.of(1), 'raw')]]]) });
      const { cid, rev } = made.change.head;
      const change = { ...made.change, outgoing: { cid, rev, blobs: [], message: Uint8Array.of(1, 2, 3) } };
      const faults = [['QuotaExceededError', 'StorageFull'], [undefined, 'StoreClosed']] as const;
      for (const [thrown, expected] of faults) {
        for (const table of ['accounts', 'tail', 'history', 'journal', 'blobRefs', 'outbox']) {
          await failing(table, thrown, async () => same(await fault(house.store.commit(change)), expected));
          same((await house.store.account(test.did))?.head.cid.toString(), test.first.commit.cid.toString());
          same(await house.store.journal(JOURNAL), undefined);
          same((await house.store.history(test.did, { limit: 1 })).length, 0);
          same((await house.store.reader(test.did).read([change.head.cid]))[0], undefined);
          same((await house.blobs.list(test.did, { limit: 1 })).length, 0);
          same((await house.store.outboxSize(test.did)).commits + (await house.store.outbox(test.did, { limit: 1 })).length, 0);
        }
      }
      await house.store.commit(change);
    },
  },
  {
    name: 'old answers are let go after a day, not before',
    async run(_house, name) {
      let now = 1_800_000_000_000;
      await withHouse(name, async ({ store }) => {
        const test = await TestAccount.make(store, 1, 1);
        await test.create(store);
        await test.write(store, [createOf(5, 'x')], { journal: JOURNAL });
        now += 24 * 60 * 60 * 1000 - 1;
        await store.maintain(test.did);
        same((await store.journal(JOURNAL))?.answer, 'x');
        // What is let go is looked for once an hour.
        now += 60 * 60 * 1000;
        await store.maintain(test.did);
        same(await store.journal(JOURNAL), undefined);
      }, () => now);
    },
  },
  {
    name: 'a job reads as running while its lock is held, and as stopped when it is not',
    async run({ jobs }) {
      const job = { id: 'j1', kind: 'save', state: 'running', startedAt: '2026-01-01T00:00:00.000Z', done: 0, total: 0, unit: 'bytes' } as never;
      await navigator.locks.request('job:j1', async () => {
        await jobs.put(job);
        await jobs.prune();
        same((await jobs.list())[0]?.state, 'running');
      });
      same((await jobs.list())[0]?.state, 'stopped');
      await jobs.prune();
      same((await jobs.list()).length, 0);
    },
  },
  {
    name: 'a lost connection is opened again, and what ran is not done twice',
    async run({ store }) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      for (const loss of ['before', 'after'] as const) {
        await losing(loss, () => test.write(store, [createOf(loss === 'before' ? 50 : 51, 'x')]));
      }
      same((await store.history(test.did, { limit: 9 })).length, 2);
      same(await recordCount(store.reader(test.did), test.repository.commit.cid), 5);
      const other = await TestAccount.make(store, 2, 1);
      await losing('after', () => other.create(store));
      await losing('after', () => store.remove(other.did));
      same((await store.accounts()).length, 1);
    },
  },
  {
    name: 'a house of schema version 1 is opened with all it had, and can be paired',
    async run(_house, name) {
      const old = `${name}-1`;
      const test = await makeFirstHouse(old);
      await withHouse(old, async ({ store }) => {
        same(await recordCount(store.reader(test.did), test.first.commit.cid), 12);
        same((await store.outboxSize(test.did)).commits, 0);
        await store.update(test.did, { mirror: MIRROR });
        same((await store.account(test.did))?.mirror?.key, MIRROR.key);
        const { change } = await test.change([createOf(50, 'x')]);
        const { cid, rev } = change.head;
        await store.commit({ ...change, outgoing: { cid, rev, blobs: [], message: Uint8Array.of(1, 2, 3) } });
        same((await store.outboxSize(test.did)).bytes, 3);
        same((await store.outbox(test.did, { limit: 9 }))[0]?.rev, rev);
      });
      same(await rowsOf(old, 'keys'), 1);
    },
  },
  {
    name: 'a house of schema version 2 is opened with all it had, and can be given preferences, which outlive the database',
    async run(_house, name) {
      const old = `${name}-2`;
      const test = await makeFirstHouse(old, 2);
      await withHouse(old, async ({ store }) => {
        same(await recordCount(store.reader(test.did), test.first.commit.cid), 12);
        same(await store.preferences(test.did), undefined);
        await store.setPreferences(test.did, Uint8Array.of(0x5b, 0x5d));
      });
      await withHouse(old, async ({ store }) => same((await store.preferences(test.did))?.join(), '91,93'));
    },
  },
  {
    name: 'gives way to a newer version, and says so',
    async run({ store }, name) {
      await store.accounts();
      const newer = await openDB(name, 1000);
      same(await fault(store.accounts()), 'StoreNewer');
      same(await fault(openHouse(name)), 'StoreNewer');
      newer.close();
    },
  },
  {
    // WebKit tells nobody of an abort that is under way when the database is closed: who waits for it would wait for ever.
    name: 'a database is closed once what was begun on it has ended',
    async run(_house, name) {
      const connection = new Connection(name);
      await connection.open();
      const order: string[] = [];
      const { transaction, close } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
        const begun = transaction.apply(this, args);
        begun.addEventListener('abort', () => order.push('ended'));
        return begun;
      };
      IDBDatabase.prototype.close = function (this: IDBDatabase) {
        order.push('closed');
        close.call(this);
      };
      try {
        let closing: Promise<void> | undefined;
        const failing = connection.write(['jobs'], async () => {
          closing = connection.close();
          throw new HoldfastError('Planted', 'It fails while the house is closed');
        });
        same(await fault(failing), 'Planted');
        await closing;
      } finally {
        Object.assign(IDBDatabase.prototype, { transaction, close });
      }
      same(order.join(), 'ended,closed');
    },
  },
  {
    name: 'refuses everything once it is closed',
    async run(house) {
      await house.close();
      same(await fault(house.store.accounts()), 'StoreClosed');
    },
  },
];
