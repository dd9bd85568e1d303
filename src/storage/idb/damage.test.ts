import { test } from 'node:test';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { damageCases } from '../../../test/support/idb-damage-cases.ts';
import { openHouse } from './index.ts';

installFakeDatabase();

for (const [index, { name, run }] of damageCases.entries()) {
  test(name, async () => {
    const house = await openHouse(`damage-${index}`);
    await run(house, `damage-${index}`).finally(() => house.close());
  });
}
