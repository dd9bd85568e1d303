import { cidOf, datetimeFromMs, parseDid } from '../protocol/index.ts';
import type { Tid } from '../protocol/index.ts';
import { Repository } from '../repo/index.ts';
import type { BlobStore, HouseStore, PairedMirror } from '../pds/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, has, refused, same } from './contract-checks.ts';
import { createOf, pathOf, TestAccount } from './test-account.ts';

const MIRROR: PairedMirror = {
  url: 'https://mirror.test', mirrorDid: parseDid('did:web:mirror.test'), key: 'did:key:zTest', state: 'active', isPaused: false,
  pairedAt: datetimeFromMs(1_700_000_000_000),
};

/** What every adapter of `HouseStore` promises of history and compaction; a part of `houseStoreContract`. */
export const houseHistoryContract: readonly ContractCase<HouseStore>[] = [
  {
    name: 'gives the history of one record, and commits from one on',
    async run(store) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const revs: string[] = [];
      for (const index of [0, 1, 10, 2]) revs.push((await test.write(store, [createOf(index, 'x')])).commit.rev);
      revs.push((await test.write(store, [{ ...createOf(1, 'y'), action: 'update' }, createOf(3, 'x')])).commit.rev);
      const of = async (query: Omit<Parameters<HouseStore['history']>[1], 'limit'>, limit = 9): Promise<string[]> => (
        (await store.history(test.did, { limit, ...query })).map(({ rev }) => rev)
      );
      same(await of({ path: pathOf(1) }), [revs[4], revs[1]], 'of one record, newest first');
      same(await of({ path: pathOf(1) }, 1), [revs[4]], 'the newest of one record');
      const [, first, , fourth, last] = (await store.history(test.did, { limit: 9 })).map(({ rev }) => rev).reverse();
      same(await of({ path: pathOf(1), before: last! }), [revs[1]], 'of one record, before its last change');
      same(await of({ path: pathOf(4) }), [], 'of a record that never was');
      same(await of({ from: fourth! }), revs.slice(3), 'from the fourth on');
      same(await of({ from: fourth! }, 1), [revs[3]], 'the fourth');
      same(await of({ from: first!, path: pathOf(1) }), [revs[1], revs[4]], 'of one record, from its first on');
      same(await of({}, 0), [], 'none');
    },
  },
  {
    name: 'finds the changes of one record among many',
    async run(store) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const revs: string[] = [];
      for (let index = 0; index < 110; index++) {
        const { commit } = await test.write(store, [index % 100 === 7 ? { ...createOf(7, `${index}`), action: index === 7 ? 'create' : 'update' } : createOf(1000 + index, 'x')]);
        if (index % 100 === 7) revs.push(commit.rev);
      }
      const found = await store.history(test.did, { limit: 9, path: pathOf(7) });
      same(found.map(({ rev }) => rev), revs.toReversed(), 'newest first');
      const again = await store.history(test.did, { limit: 2, path: pathOf(7), from: found[1]!.rev });
      same(again.map(({ rev }) => rev), revs, 'oldest first');
    },
  },
  {
    name: 'lets the oldest commits fall out of history that is larger than its owner allows',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      const revs: string[] = [];
      const change = async (): Promise<void> => {
        const writes = [{ ...createOf(0, `${revs.length}`), action: 'update' as const }];
        revs.push((await test.write(store, writes, { previous: new Map([[pathOf(0), new Uint8Array(10_000)]]) })).commit.rev);
      };
      const kept = async (): Promise<string[]> => (await store.history(test.did, { limit: 999 })).map(({ rev }) => rev).reverse();
      for (let index = 0; index < 105; index++) await change();
      await store.maintain(test.did);
      same(await kept(), revs, 'within the limit that holds where none is set');
      same((await store.update(test.did, { historyLimit: 35_000 })).historyLimit, 35_000, 'the limit that was set');
      same((await store.account(test.did))?.historyLimit, 35_000, 'the limit that is kept');
      await store.maintain(test.did);
      same(await kept(), revs.slice(-3), 'what is kept');
      const { history, oldest } = await store.size(test.did);
      check(history >= 30_000 && history <= 35_000, `${history} bytes of history`);
      same(oldest, revs.at(-3), 'the oldest');
      await change();
      await store.maintain(test.did);
      same(await kept(), revs.slice(-3), 'what is kept after one more');
      await store.update(test.did, { historyLimit: 0 });
      await store.maintain(test.did);
      same(await kept(), revs.slice(-1), 'the newest stays');
      check((await store.size(test.did)).history >= 10_000, 'the size of the newest was lost');
      await store.maintain(test.did);
      same((await store.account(test.did))?.head.cid, test.repository.commit.cid, 'head');
    },
  },
  {
    name: 'keeps in history what the mirror has not confirmed, whatever its owner allows',
    async run(store) {
      const test = await TestAccount.make(store);
      await test.create(store);
      await store.update(test.did, { mirror: MIRROR, historyLimit: 0 });
      const revs: Tid[] = [];
      for (let index = 0; index < 5; index++) {
        revs.push((await test.write(store, [createOf(index, 'x')], { previous: new Map([[pathOf(index), new Uint8Array(1_000)]]) })).commit.rev);
      }
      const kept = async (): Promise<readonly string[]> => {
        await store.maintain(test.did);
        return (await store.history(test.did, { limit: 9 })).map(({ rev }) => rev).reverse();
      };
      same(await kept(), revs, 'nothing was confirmed');
      const acknowledged = { commit: test.account.head.cid, rev: revs[2]!, seq: 1, time: MIRROR.pairedAt, sig: new Uint8Array(64) };
      await store.update(test.did, { mirror: { ...MIRROR, acknowledged } }, revs[2]);
      same(await kept(), revs.slice(3), 'what was confirmed may go');
      await store.update(test.did, { mirror: undefined });
      same(await kept(), revs.slice(4), 'nobody is to confirm anything');
    },
  },
  {
    name: 'compacts when it is told to',
    async run(store) {
      const test = await TestAccount.make(store, 1, 200);
      await test.create(store);
      for (let index = 0; index < 60; index++) await test.write(store, [{ action: 'delete', path: pathOf(index) }]);
      const before = await store.size(test.did);
      let blocks = 0;
      await store.compact(test.did, { progress: (done) => (blocks = done) });
      const after = await store.size(test.did);
      check(after.blocks < before.blocks && after.dead === 0, `${before.blocks} bytes became ${after.blocks}, ${after.dead} of them dead`);
      check(blocks > 140, `progress ended at ${blocks}`);
      const { tree } = await Repository.open(store.reader(test.did), test.repository.commit.cid);
      let records = 0;
      for await (const { value } of tree.entries()) {
        check((await store.reader(test.did).read([value]))[0] !== undefined, 'a record is missing');
        records++;
      }
      same(records, 140, 'records');
      await test.write(store, [createOf(900, 'after')]);
    },
  },
  {
    name: 'changes nothing when a compaction is cancelled, or there is no such account',
    async run(store) {
      const test = await TestAccount.make(store, 1, 30);
      await refused(store.compact(test.did), 'AccountMissing');
      await test.create(store);
      const cancel = new AbortController();
      const reason = new Error('cancelled');
      cancel.abort(reason);
      const outcome = await store.compact(test.did, { signal: cancel.signal }).then(() => 'nothing', (error: unknown) => error);
      check(outcome === reason, 'it was not cancelled');
      await has(store.reader(test.did), test.first.newBlocks, 'all of it');
      await store.compact(test.did);
      await has(store.reader(test.did), test.first.newBlocks, 'compacted');
    },
  },
];

/** What a house promises of the blobs that its history names. */
export const keptBlobContract: readonly ContractCase<{ readonly store: HouseStore; readonly blobs: BlobStore }>[] = [
  {
    name: 'stay until the commit that took their record away falls out of history',
    async run({ store, blobs }) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const { did } = test;
      const [first, second] = [1, 2].map((size) => new Uint8Array(size)).map((bytes) => ({ bytes, cid: cidOf(bytes, 'raw') }));
      for (const { bytes, cid } of [first!, second!]) await blobs.put(did, bytes, { cid, mimeType: 'a/b' });
      const previous = new Map([[pathOf(0), new Uint8Array(900)]]);
      await test.write(store, [createOf(0, 'a')], { blobs: new Map([[pathOf(0), [first!.cid]]]) });
      await test.write(store, [{ ...createOf(0, 'b'), action: 'update' }], { previous, blobs: new Map([[pathOf(0), [second!.cid]]]) });
      await test.write(store, [{ action: 'delete', path: pathOf(0) }], { previous, blobs: new Map([[pathOf(0), []]]) });
      same([await blobs.isReferenced(did, first!.cid), await blobs.collect(did, 0)], [false, 0], 'both are in history');
      await blobs.put(did, first!.bytes, { cid: first!.cid, mimeType: 'a/b' });
      same(await blobs.collect(did, 0), 0, 'one that was put again');
      await store.update(did, { historyLimit: 1000 });
      await store.maintain(did);
      same(await blobs.collect(did, 0), 1, 'the first fell out');
      check(await blobs.bytes(did, first!.cid) === undefined && await blobs.bytes(did, second!.cid) !== undefined, 'the wrong one is gone');
      await test.write(store, [createOf(5, 'c')]);
      await test.write(store, [{ ...createOf(5, 'd'), action: 'update' }], { previous: new Map([[pathOf(5), new Uint8Array(990)]]) });
      await store.maintain(did);
      same(await blobs.collect(did, 0), 1, 'the second fell out');
    },
  },
  {
    name: 'stay also where they came and went in commits that were stored together',
    async run({ store, blobs }) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const bytes = Uint8Array.of(7);
      const cid = cidOf(bytes, 'raw');
      await blobs.put(test.did, bytes, { cid, mimeType: 'a/b' });
      const one = await test.change([createOf(0, 'a')], { blobs: new Map([[pathOf(0), [cid]]]) });
      test.repository = one.result.repository;
      const two = await test.change([{ action: 'delete', path: pathOf(0) }], {
        previous: new Map([[pathOf(0), new Uint8Array(9)]]), blobs: new Map([[pathOf(0), []]]),
      });
      await store.commit(one.change, two.change);
      same([await blobs.isReferenced(test.did, cid), await blobs.collect(test.did, 0)], [false, 0], 'it is in history');
    },
  },
];
