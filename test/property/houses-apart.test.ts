// Houses of one owner in IndexedDB that write apart and meet at their mirror; in memory: src/pds/mirroring.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datetimeFromMs } from '../../src/protocol/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import { comeAndGo } from '../support/come-and-go.ts';
import { installFakeDatabase } from '../support/fake-database.ts';
import { Pair } from '../support/mirrored-pair.ts';
import { ALICE } from '../support/pds-house.ts';

test('two houses in IndexedDB that come and go agree in the end, and lose nothing', async () => {
  installFakeDatabase();
  const opened = await Promise.all(['one', 'two'].map((name) => openHouse(`apart-${name}`)));
  try {
    const one = await Pair.met(0, () => opened[0]!.store);
    await comeAndGo([one, await one.another(() => opened[1]!.store)], 11, 60);
  } finally {
    for (const house of opened) await house.close();
  }
});

test('what is written after a clock was ahead is not lost behind what is dated ahead', async () => {
  installFakeDatabase();
  const opened = await Promise.all(['one', 'two'].map((name) => openHouse(`ahead-${name}`)));
  try {
    const one = await Pair.met(0, () => opened[0]!.store);
    const two = await one.another(() => opened[1]!.store);
    await two.put('two', 'from two');
    await two.talk();
    await one.put('one', 'from one');
    const { head } = (await one.mirror.store.account(ALICE.did))!;
    const now = Date.now();
    // It goes on from the second house while its clock is ahead, which it learns only later.
    one.ahead = 600_000;
    await one.desk.greet({ type: '#welcome', time: datetimeFromMs(now), limits: { blobBytes: 1, repoBytes: 1, aheadMs: 120_000 }, head: head! }, now, now);
    one.ahead = 0;
    await two.put('two', 'again');
    await two.talk();
    assert.equal(await one.talk(), 'idle');
    await one.put('late', 'written late');
    await two.talk();
    await two.put('two', 'at last');
    await two.talk();
    assert.equal(await one.talk(), 'idle');
    await one.assertMirrored();
    assert.deepEqual(await one.notes(), { late: 'written late', one: 'from one', two: 'at last' });
  } finally {
    for (const house of opened) await house.close();
  }
});
