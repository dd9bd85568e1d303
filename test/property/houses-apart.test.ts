// Houses of one owner in IndexedDB that write apart and meet at their mirror; in memory: src/pds/mirroring.
import { test } from 'node:test';
import { openHouse } from '../../src/storage/idb/index.ts';
import { comeAndGo } from '../support/come-and-go.ts';
import { installFakeDatabase } from '../support/fake-database.ts';
import { Pair } from '../support/mirrored-pair.ts';

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
