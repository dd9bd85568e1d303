import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { Connection } from './connection.ts';
import { PackRows } from './pack-rows.ts';

installFakeDatabase();

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const ROWS = 50;
/** As if it were lost. */
const HOLE = 20;

/** A connection to packs whose rows hold their own numbers, and how often it was read. */
async function withPacks(name: string, ...packs: readonly string[]) {
  const connection = new Connection(name);
  await connection.write(['packs'], async (transaction) => {
    for (const pack of packs) {
      for (let row = 0; row < ROWS; row++) if (row !== HOLE) await transaction.objectStore('packs').put(Uint8Array.of(row), [DID, pack, row]);
    }
  });
  let reads = 0;
  let isBroken = false;
  const read = connection.read.bind(connection) as Connection['read'];
  connection.read = ((tables, work) => {
    reads++;
    return isBroken ? Promise.reject(new Error('planted')) : read(tables, work);
  }) as Connection['read'];
  return { rows: new PackRows(connection), reads: () => reads, break: (now: boolean) => void (isBroken = now) };
}

const expected = (row: number): number | undefined => (row === HOLE || row >= ROWS ? undefined : row);

test('rows that are read one after the other are what they are, across a hole and the end', async () => {
  const { rows, reads } = await withPacks('in-order', 'a', 'b');
  for (let row = 0; row < ROWS + 3; row++) {
    const places = ['a', 'b', 'b', 'a'].map((pack) => ({ pack, row }));
    const found = await rows.read(DID, places);
    assert.deepEqual(found.map((bytes) => bytes?.[0]), places.map(() => expected(row)), `row ${row}`);
  }
  assert.ok(reads() < ROWS, `${reads()} reads for ${2 * ROWS} rows`);
});

test('rows in any order are each read by itself, and kept', async () => {
  const { rows, reads } = await withPacks('any-order', 'a');
  for (const row of [40, 7, HOLE, 3, 40, 7]) {
    const [bytes] = await rows.read(DID, [{ pack: 'a', row }]);
    assert.equal(bytes?.[0], expected(row));
  }
  assert.equal(reads(), 4);
});

test('what could not be read ahead is read when it is asked for', async () => {
  const { rows, break: fail } = await withPacks('broken', 'a');
  const one = (row: number): Promise<number | undefined> => rows.read(DID, [{ pack: 'a', row }]).then(([bytes]) => bytes?.[0]);
  await one(0);
  const run = one(1);
  fail(true);
  await run;
  await assert.rejects(one(30), /planted/);
  fail(false);
  for (let row = 0; row < ROWS; row++) assert.equal(await one(row), expected(row));
});
