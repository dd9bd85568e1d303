import { Repository } from '../repo/index.ts';
import type { HouseStore } from '../pds/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, has, lacks, refused, same } from './contract-checks.ts';
import { entry, plainHead } from './house-entries.ts';
import { createOf, MIRROR, pathOf, TestAccount, TEST_COLLECTION } from './test-account.ts';

/** What every adapter of `HouseStore` promises of commits; a part of `houseStoreContract`. */
export const houseCommitContract: readonly ContractCase<HouseStore>[] = [
  {
    name: 'commits blocks, head, counts, history and journal',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const previous = new Map([[pathOf(0), Uint8Array.of(4, 5)]]);
      const writes = [createOf(7, 'new'), { action: 'delete' as const, path: pathOf(0) }];
      const result = await test.write(store, writes, { previous, journal: entry('r2', '{"ok":true}') });
      const account = await store.account(test.did);
      same(account && plainHead(account), plainHead({ head: result.commit }), 'head');
      same(account?.collections.get(TEST_COLLECTION)?.records, 3, 'count');
      await has(store.reader(test.did), result.newBlocks, 'new blocks');
      const opened = await Repository.open(store.reader(test.did), result.commit.cid);
      check(await opened.tree.get(pathOf(7)) !== null && await opened.tree.get(pathOf(0)) === null, 'the tree is another');
      const [row] = await store.history(test.did, { limit: 5 });
      check(row !== undefined, 'there is no history');
      same([row.rev, row.cid, row.operations, row.previous], [result.commit.rev, result.commit.cid, result.operations, previous], 'history');
      const answer = await store.journal({ caller: 'owner', request: 'r2' });
      same(answer, entry('r2', '{"ok":true}'), 'journal');
      check(await store.journal({ caller: 'other', request: 'r2' }) === undefined, 'the journal mixes callers');
    },
  },
  {
    name: 'refuses a commit on another head, and nothing of it is there',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const { change } = await test.change([createOf(50, 'late')], { journal: entry('late', 'x') });
      const { commit } = await test.write(store, [createOf(51, 'first')]);
      await refused(store.commit(change), 'HeadMoved');
      same((await store.account(test.did))?.head.cid, commit.cid, 'head');
      await lacks(store.reader(test.did), [change.head.cid], 'its commit');
      same((await store.history(test.did, { limit: 9 })).length, 1, 'history');
      check(await store.journal(entry('late', '')) === undefined, 'its journal row is there');
    },
  },
  {
    name: 'lets one of two racing commits win',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const racers = [await test.change([createOf(60, 'a')]), await test.change([createOf(61, 'b')])];
      const outcomes = await Promise.allSettled(racers.map(({ change }) => store.commit(change)));
      same(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'outcomes');
      const winner = racers[outcomes.findIndex(({ status }) => status === 'fulfilled')]!;
      same((await store.account(test.did))?.head.cid, winner.change.head.cid, 'head');
    },
  },
  {
    name: 'stores several commits at once, or none of them',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const path = pathOf(0);
      const one = await test.change([createOf(70, 'a'), { ...createOf(0, 'new'), action: 'update' }], { previous: new Map([[path, Uint8Array.of(1)]]), journal: entry('one', '1') });
      test.repository = one.result.repository;
      const two = await test.change([createOf(71, 'b')], { journal: entry('two', '2') });
      await refused(store.commit(one.change, { ...two.change, expected: test.first.commit.cid }), 'HeadMoved');
      same((await store.history(test.did, { limit: 9 })).length, 0, 'history of what was refused');
      const account = await store.commit(one.change, two.change);
      same(plainHead(account), plainHead({ head: two.result.commit }), 'the head that it gives');
      same(plainHead((await store.account(test.did))!), plainHead({ head: two.result.commit }), 'head');
      same((await store.history(test.did, { limit: 9 })).map(({ rev }) => rev), [two.result.commit.rev, one.result.commit.rev], 'history');
      same((await store.journal(entry('one', '')))?.answer, '1', 'the first answer');
      same((await store.journal(entry('two', '')))?.answer, '2', 'the second answer');
      const opened = await Repository.open(store.reader(test.did), two.result.commit.cid);
      for (const index of [0, 70, 71]) check(await opened.tree.get(pathOf(index)) !== null, `record ${index} is not there`);
      await store.maintain(test.did);
      await has(store.reader(test.did), two.result.newBlocks, 'blocks of the last commit');
    },
  },
  {
    name: 'carries out a request once',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const { commit } = await test.write(store, [createOf(80, 'a')], { journal: entry('same', 'first') });
      const { change } = await test.change([createOf(81, 'b')], { journal: entry('same', 'second') });
      await refused(store.commit(change), 'RequestKnown');
      same(plainHead((await store.account(test.did))!), plainHead({ head: commit }), 'head');
      same((await store.journal(entry('same', '')))?.answer, 'first', 'answer');
    },
  },
  {
    name: 'remembers the account as it last read or wrote it',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      check(store.remembered(test.did) === undefined, 'it remembers what never was');
      await test.create(store);
      await store.account(test.did);
      same(store.remembered(test.did)?.head.cid, test.first.commit.cid, 'after reading');
      const { commit } = await test.write(store, [createOf(90, 'a')]);
      same(store.remembered(test.did)?.head.cid, commit.cid, 'after writing');
      await store.update(test.did, { mirror: MIRROR });
      same(store.remembered(test.did)?.mirror?.url, MIRROR.url, 'after a change of details');
      await store.remove(test.did);
      check(store.remembered(test.did) === undefined, 'it remembers what is gone');
    },
  },
  {
    name: 'keeps its own copy of the bytes it is given',
    async run(store) {
      const test = await TestAccount.make(store, 1, 3);
      await test.create(store);
      const { change } = await test.change([createOf(1000, 'x')]);
      const lent = change.newBlocks.map(({ cid, bytes }) => ({ cid, bytes: bytes.slice() }));
      await store.commit({ ...change, newBlocks: lent });
      for (const { bytes } of lent) bytes.fill(0);
      await has(store.reader(test.did), change.newBlocks, 'new blocks');
    },
  },
];
