// The database that houses are simulated on behaves as those of browsers do, where it matters to a house.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { openHouse } from '../../src/storage/idb/index.ts';
import { blobStoreContract, houseStoreContract, jobStoreContract } from '../../src/testing/index.ts';
import { houseCases } from '../support/idb-cases.ts';
import { packCases } from '../support/idb-pack-cases.ts';
import type { Page } from './machine.ts';
import { installMachine } from './machine.ts';
import { Origin } from './origin.ts';
import { Random } from './random.ts';
import { World } from './world.ts';

interface Stage {
  readonly world: World;
  readonly origin: Origin;
  /** A new tab. */
  open(name?: string): Page;
  /** Does something in a tab. */
  in<Result>(page: Page, work: () => Promise<Result>): Promise<Result>;
}

async function onStage(work: (stage: Stage) => Promise<void>, seed = 1): Promise<void> {
  const world = new World(new Random(seed));
  const origin = new Origin('origin', world);
  const restore = installMachine(world, []);
  try {
    await work({ world, origin, open: (name = 'tab') => ({ name, isAlive: true, ahead: 0, origin }), in: (page, inside) => world.run(inside, page) });
  } finally {
    restore();
  }
}

function table(): Promise<IDBPDatabase> {
  return openDB('test', 1, { upgrade: (db) => void db.createObjectStore('rows') });
}

async function keysAfter({ open, in: within }: Stage): Promise<readonly unknown[]> {
  return within(open('later'), async () => (await table()).getAllKeys('rows'));
}

for (const { name, run } of houseStoreContract) {
  test(`house: ${name}`, () => onStage(({ open, in: within }) => within(open(), async () => {
    const house = await openHouse('house');
    await run(house.store);
    await house.close();
  })));
}

for (const { name, run } of blobStoreContract) {
  test(`blobs: ${name}`, () => onStage(({ open, in: within }) => within(open(), async () => run(await openHouse('house')))));
}

for (const { name, run } of jobStoreContract) {
  test(`jobs: ${name}`, () => onStage(({ open, in: within }) => within(open(), async () => run((await openHouse('house')).jobs))));
}

for (const { name, run } of [...houseCases, ...packCases]) {
  test(`house: ${name}`, () => onStage(({ open, in: within }) => within(open(), async () => {
    const house = await openHouse('house');
    await run(house, 'house');
    await house.close();
  })));
}

test('a transaction commits when nothing more is asked, and takes no request after that', () => onStage(({ world, open, in: within }) => within(open(), async () => {
  const transaction = (await table()).transaction('rows', 'readwrite');
  const { store } = transaction;
  await store.put(1, 'a');
  await world.sleep(10);
  assert.throws(() => void store.put(2, 'b'), { name: 'TransactionInactiveError' });
  await transaction.done;
})));

test('an abort takes back what was put, deleted and cleared', () => onStage(async (stage) => {
  const page = stage.open();
  await stage.in(page, async () => {
    const db = await table();
    for (const key of ['a', 'b', 'c']) await db.put('rows', key, key);
    const transaction = db.transaction('rows', 'readwrite');
    const ended = transaction.done.catch((error: unknown) => error);
    await transaction.store.put('changed', 'a');
    await transaction.store.delete(IDBKeyRange.bound('b', 'c'));
    await transaction.store.clear();
    await transaction.store.put('d', 'd');
    transaction.abort();
    assert.equal((await ended as DOMException).name, 'AbortError');
    assert.deepEqual(await db.getAll('rows'), ['a', 'b', 'c']);
  });
}));

test('who wants the same tables waits, in order; readers do not wait for each other', () => onStage(({ open, in: within }) => within(open(), async () => {
  const db = await table();
  const first = db.transaction('rows', 'readwrite');
  const told: string[] = [];
  const later = db.get('rows', 'a').then((value: unknown) => told.push(`read ${String(value)}`));
  await first.store.put(1, 'a');
  await first.store.put(2, 'a');
  told.push('written');
  await Promise.all([first.done, later]);
  assert.deepEqual(told, ['written', 'read 2']);
})));

test('of a tab that ends, all of a transaction is there or nothing; what was complete stays', async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    await onStage(async (stage) => {
      const { world, origin } = stage;
      const page = stage.open();
      let isComplete = false;
      await stage.in(page, () => table());
      world.after(0, () => void (async () => {
        const db = await table();
        const transaction = db.transaction('rows', 'readwrite', { durability: 'strict' });
        await Promise.all([transaction.store.put(1, 'a'), transaction.store.put(2, 'b'), transaction.done]);
        isComplete = true;
      })(), page);
      await world.run(() => world.sleep(world.random.between(0, 12)));
      page.isAlive = false;
      origin.orphan(page);
      const keys = (await keysAfter(stage)).join('');
      assert.ok(keys === '' || keys === 'ab', keys);
      if (isComplete) assert.equal(keys, 'ab');
      seen.add(`${isComplete ? 'complete' : 'open'} ${keys}`);
    }, seed);
  }
  assert.deepEqual([...seen].sort(), ['complete ab', 'open ', 'open ab'], 'every way it may end was seen');
});

test('when the power fails, what was strict is there', async () => {
  for (const [durability, expected] of [['strict', ['a']], ['relaxed', []]] as const) {
    await onStage(async (stage) => {
      const page = stage.open();
      await stage.in(page, async () => {
        const db = await table();
        const transaction = db.transaction('rows', 'readwrite', { durability });
        await Promise.all([transaction.store.put(1, 'a'), transaction.done]);
      });
      page.isAlive = false;
      stage.origin.orphan(page);
      stage.origin.databases.powerFails();
      assert.deepEqual(await keysAfter(stage), expected);
    });
  }
});

test('a connection that is lost ends what ran, says so, and takes nothing new', () => onStage(async ({ origin, open, in: within }) => {
  const page = open();
  await within(page, async () => {
    const db = await table();
    const closed = new Promise((resolve) => {
      db.addEventListener('close', resolve);
    });
    const transaction = db.transaction('rows', 'readwrite');
    const put = transaction.store.put(1, 'a').catch((error: unknown) => error);
    origin.databases.lose(page);
    assert.equal((await put as DOMException).name, 'AbortError');
    assert.equal((await transaction.done.catch((error: unknown) => error) as DOMException).name, 'AbortError');
    await closed;
    assert.throws(() => db.transaction('rows'), { name: 'InvalidStateError' });
    assert.deepEqual(await (await table()).getAllKeys('rows'), []);
  });
}));

test('a full disk refuses what puts, and what only reads or deletes goes on', () => onStage(({ origin, open, in: within }) => within(open(), async () => {
  const db = await table();
  await db.put('rows', 1, 'a');
  origin.databases.faults.isFull = true;
  for (let times = 0; times < 4; times++) await assert.rejects(db.put('rows', 2, 'b'), { name: 'QuotaExceededError' });
  assert.deepEqual(await db.getAllKeys('rows'), ['a']);
  origin.databases.faults.isFull = false;
  await db.put('rows', 2, 'b');
  assert.deepEqual(await db.getAllKeys('rows'), ['a', 'b']);
})));

test('a newer version waits until those who have it open give way, and an older one is refused', () => onStage(({ open, in: within }) => within(open(), async () => {
  let isAsked = false;
  const old = await openDB('test', 1, { upgrade: (db) => void db.createObjectStore('rows'), blocking: () => {
    isAsked = true;
    old.close();
  } });
  const db = await openDB('test', 2, { upgrade: (upgraded) => void upgraded.createObjectStore('more') });
  assert.ok(isAsked);
  assert.deepEqual([...db.objectStoreNames], ['rows', 'more']);
  await assert.rejects(openDB('test', 1), { name: 'VersionError' });
})));
