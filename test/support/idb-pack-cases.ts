// What packs of a house in IndexedDB have to keep. Node runs it on a database in memory, browsers on theirs.
import { openDB } from 'idb';
import { cidOf } from '../../src/protocol/index.ts';
import type { Cid } from '../../src/protocol/index.ts';
import { repositoryBlocks } from '../../src/repo/index.ts';
import type { Block, BlockReader, Write } from '../../src/repo/index.ts';
import type { CommitChange } from '../../src/pds/index.ts';
import type { House } from '../../src/storage/idb/index.ts';
import { createOf, pathOf, TestAccount } from '../../src/testing/index.ts';
import { clear, codeOf, fault, flip, JOURNAL, ok, rawKeys, rawRows, recordCount, same, withHouse } from './idb-house.ts';
import type { HouseCase } from './idb-house.ts';

const LARGE = 'x'.repeat(20_000);

export const packCases: readonly HouseCase[] = [
  {
    name: 'folding and compacting while commits come keep what lives and drop what is dead',
    async run(house, name) {
      const { store } = house;
      const test = await TestAccount.make(store);
      await test.create(store);
      const removed: Cid[] = [];
      let beside = 0;
      const maintain = async (): Promise<void> => {
        const first = 10_000 + beside;
        beside += await alongside(store.maintain(test.did), (round) => test.write(store, [createOf(first + round, 'beside')]));
      };
      for (let batch = 0; batch < 3; batch++) {
        const { operations } = await test.write(store, large(100 * batch, 60));
        removed.push(...operations.slice(0, 30).map(({ cid }) => cid!));
        await maintain();
      }
      const before = (await store.size(test.did)).blocks;
      for (let batch = 0; batch < 3; batch++) await test.write(store, ...deletions(100 * batch, 30));
      await test.write(store, large(3000, 60));
      await maintain();
      const after = (await store.size(test.did)).blocks;
      same(after, await storedBytes(name));
      ok(after < before * 0.9, `${after} bytes of ${before} are left`);
      ok(beside >= 4, `only ${beside} commits came beside it`);
      await withHouse(name, async ({ store: other }) => {
        for (const each of [store, other]) {
          same(await recordCount(each.reader(test.did), test.repository.commit.cid), 90 + 60 + beside);
          same((await each.reader(test.did).read(removed)).filter((bytes) => bytes !== undefined).length, 0);
        }
      });
      same(new Set((await rawKeys(name, 'packs')).map(([, id]) => id)).size, 1);
    },
  },
  {
    name: 'a long read goes on while its packs are replaced, which are deleted after it',
    async run({ store }, name) {
      const test = await TestAccount.make(store);
      await test.create(store);
      for (let batch = 0; batch < 3; batch++) await test.write(store, large(100 * batch, 60));
      await store.maintain(test.did);
      const old = new Set((await rawKeys(name, 'packs')).map(([, id]) => id));
      await store.reading(test.did, async ({ head }, reader) => {
        for (let batch = 0; batch < 3; batch++) await test.write(store, ...deletions(100 * batch, 59));
        await test.write(store, large(1000, 60));
        await store.maintain(test.did);
        const { blocks } = await store.size(test.did);
        ok(blocks < 2_000_000, `not compacted: ${blocks}`);
        same(await recordCount(reader, head.cid), 180);
      });
      await store.maintain(test.did);
      same((await rawKeys(name, 'packs')).filter(([, id]) => old.has(id)).length, 0);
      same(await recordCount(store.reader(test.did), test.repository.commit.cid), 63);
    },
  },
  {
    name: 'packs that nobody adopted are gone once the house is opened again, those of a living writer are not',
    async run(house, name) {
      const { store } = house;
      const test = await TestAccount.make(store, 1, 200);
      const writer = await store.packs(test.did);
      await writer.add(test.first.newBlocks);
      await writer.add(Array.from({ length: 80 }, (_, index) => blockOf(new Uint8Array(60_000).fill(index))));
      ok((await rawKeys(name, 'packs')).length > 10, 'it has written nothing yet');
      const db = await openDB(name);
      await db.put('packs', new Uint8Array(50), ['did:web:gone.test', 'unlisted', 0]);
      await db.put('indexes', { bytes: new Uint8Array(12), sum: new Uint8Array(32) }, ['did:web:other.test', 'unlisted', 0]);
      db.close();
      // Closing waits for the sweep that opening began.
      await withHouse(name, async () => undefined);
      same((await rawKeys(name, 'packs')).filter(([did]) => did !== test.did).length, 0);
      same((await rawKeys(name, 'indexes')).length, 0);
      await writer.adopt(test.account, test.keys);
      await withHouse(name, async ({ store: other }) => {
        same(await recordCount(other.reader(test.did), test.account.head.cid), 200);
      });
      await withHouse(name, async ({ store: other }) => {
        same(await recordCount(other.reader(test.did), test.account.head.cid), 200);
      });
    },
  },
  {
    name: 'a writer that cannot even discard what it wrote lets it be swept',
    async run({ store, close }, name) {
      const test = await TestAccount.make(store, 1, 5);
      const writer = await store.packs(test.did);
      await writer.add(Array.from({ length: 80 }, (_, index) => blockOf(new Uint8Array(60_000).fill(index))));
      await close();
      same(await fault(writer.discard()), 'StoreClosed');
      ok((await rawKeys(name, 'packs')).length > 10, 'it was discarded after all');
      await withHouse(name, async () => undefined);
      same((await rawKeys(name, 'packs')).length, 0);
    },
  },
  {
    name: 'a pack of ten thousand blocks is adopted at once, and another connection sees it',
    async run(house, name) {
      const test = await TestAccount.make(house.store, 1, 5);
      await withHouse(name, async ({ store: other }) => {
        const blocks = [...test.first.newBlocks, ...manyBlocks(10_000), blockOf(new Uint8Array(70_000).fill(7)), blockOf(new Uint8Array(900_000))];
        const writer = await house.store.packs(test.did);
        for (let start = 0; start < blocks.length; start += 300) await writer.add(blocks.slice(start, start + 300));
        same(await other.account(test.did), undefined);
        same((await other.reader(test.did).read([blocks[9]!.cid]))[0], undefined);
        await writer.adopt(test.account, test.keys);
        for (const store of [house.store, other]) {
          const reader = store.reader(test.did);
          for (let start = 0; start < blocks.length; start += 1000) await hasAll(reader, blocks.slice(start, start + 1000));
          same((await reader.read([cidOf(Uint8Array.of(99, 98)), cidOf(blocks[3]!.bytes, 'raw')])).filter((bytes) => bytes !== undefined).length, 0);
        }
        const rows = (await rawKeys(name, 'packs')).length;
        ok(rows < 60, `${rows} rows`);
        await test.write(house.store, [createOf(77, 'after')]);
        same(await recordCount(other.reader(test.did), test.repository.commit.cid), 6);
      });
    },
  },
  {
    name: 'one changed byte in the row of an account, of history or of the journal is noticed',
    async run(house, name) {
      const test = await packed(house, 30);
      await test.write(house.store, [createOf(90, 'x')], { journal: JOURNAL });
      await house.close();
      const asks: Record<string, (store: House['store']) => Promise<unknown>> = {
        accounts: (store) => store.account(test.did),
        history: (store) => store.history(test.did, { limit: 1 }),
        journal: (store) => store.journal(JOURNAL),
      };
      for (const [table, ask] of Object.entries(asks)) {
        const restore = await flip(name, table, (row: { bytes: Uint8Array }) => row.bytes, 20);
        await withHouse(name, async ({ store }) => same(await fault(ask(store)), 'StoreDamaged'));
        await restore();
        await withHouse(name, async ({ store }) => same(await fault(ask(store)), 'nothing'));
      }
    },
  },
  {
    name: 'an index that is damaged or gone is made anew from its pack, once',
    async run(house, name) {
      const test = await packed(house, 30);
      await house.close();
      const [before] = await rawRows<{ bytes: Uint8Array }>(name, 'indexes');
      const walk = (): Promise<void> => withHouse(name, async ({ store }) => (
        same(await recordCount(store.reader(test.did), test.first.commit.cid), 30)
      ));
      for (const at of [0, 9, 11, before!.bytes.length - 1]) {
        await flip(name, 'indexes', (row: { bytes: Uint8Array }) => row.bytes, at);
        await walk();
        same((await rawRows<{ bytes: Uint8Array }>(name, 'indexes'))[0]!.bytes.join(), before!.bytes.join());
      }
      await clear(name, 'indexes');
      await walk();
      same((await rawRows(name, 'indexes')).length, 1);
    },
  },
  {
    name: 'one changed byte in a pack, anywhere in a section, is noticed and never taken for the block',
    async run(house, name) {
      const test = await packed(house, 3);
      await house.close();
      const [first] = test.first.newBlocks;
      for (const [at, expected] of [[2, 'StoreDamaged'], [5, 'StoreDamaged'], [20, 'BlockMissing'], [36, 'StoreDamaged'], [39, 'BlockHash'], [60, 'BlockHash']] as const) {
        const restore = await flip(name, 'packs', (row: Uint8Array) => row, at);
        await withHouse(name, async ({ store }) => {
          const walk = store.reading(test.did, async ({ head }, reader) => {
            const [bytes] = await reader.read([first!.cid]);
            if (bytes === undefined) return 'BlockMissing';
            for await (const run of repositoryBlocks(reader, { cid: head.cid, bytes }, head.data)) ok(run.length > 0, 'an empty run');
            return cidOf(bytes).equals(first!.cid) ? 'nothing' : 'BlockHash';
          });
          same(await walk.catch(codeOf), expected);
        });
        await restore();
      }
    },
  },
  {
    name: 'a row of the tail with a changed byte is not folded away into a pack',
    async run(house, name) {
      const { store } = house;
      const test = await TestAccount.make(store);
      await test.create(store);
      await test.write(store, large(0, 60));
      const restore = await flip(name, 'tail', (row: { blocks: Uint8Array }) => row.blocks, 70);
      same(await fault(store.maintain(test.did)), 'StoreDamaged');
      same((await rawKeys(name, 'tail')).length, 2);
      same((await rawKeys(name, 'packs')).length, 0);
      await restore();
      await store.maintain(test.did);
      same((await rawKeys(name, 'tail')).length, 0);
      same(await recordCount(store.reader(test.did), test.repository.commit.cid), 60);
    },
  },
];

/** Writes that create records of 20 kB. */
function large(first: number, count: number): Write[] {
  return Array.from({ length: count }, (_, index) => createOf(first + index, LARGE + (first + index)));
}

/** Writes that delete some of them, with what was there. */
function deletions(first: number, count: number): [Write[], Partial<CommitChange>] {
  const paths = Array.from({ length: count }, (_, index) => pathOf(first + index));
  const previous = new Map(paths.map((path) => [path, new TextEncoder().encode(LARGE)]));
  return [paths.map((path) => ({ action: 'delete', path })), { previous }];
}

/** Bytes of all rows that hold blocks. */
async function storedBytes(name: string): Promise<number> {
  const db = await openDB(name);
  const [packs, tail] = [await db.getAll('packs'), await db.getAll('tail')];
  db.close();
  return [...packs, ...tail.map(({ blocks }) => blocks)].reduce((sum: number, bytes: Uint8Array) => sum + bytes.length, 0);
}

/** Runs `step` again and again until `work` has ended; how often. */
async function alongside(work: Promise<void>, step: (round: number) => Promise<unknown>): Promise<number> {
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  let round = 0;
  while (!state.isDone) await step(round++);
  await done;
  return round;
}

/** An account whose first commit is in a pack. */
async function packed({ store }: House, records: number): Promise<TestAccount> {
  const test = await TestAccount.make(store, 1, records);
  const writer = await store.packs(test.did);
  await writer.add(test.first.newBlocks);
  await writer.adopt(test.account, test.keys);
  return test;
}

function manyBlocks(count: number): Block[] {
  return Array.from({ length: count }, (_, index) => blockOf(new TextEncoder().encode(`block ${index} ${'.'.repeat(index % 200)}`)));
}

function blockOf(bytes: Uint8Array): Block {
  return { cid: cidOf(bytes), bytes };
}

async function hasAll(reader: BlockReader, blocks: readonly Block[]): Promise<void> {
  const found = await reader.read(blocks.map(({ cid }) => cid));
  blocks.forEach(({ cid, bytes }, index) => {
    ok(found[index] !== undefined && found[index].length === bytes.length && cidOf(found[index], cid.codec).equals(cid), `block ${index}`);
  });
}
