import { test } from 'node:test';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { houseCases } from '../../../test/support/idb-cases.ts';
import { packCases } from '../../../test/support/idb-pack-cases.ts';
import { openHouse } from './index.ts';

installFakeDatabase();

for (const [index, { name, run }] of [...houseCases, ...packCases].entries()) {
  test(name, async () => {
    const house = await openHouse(`case-${index}`);
    await run(house, `case-${index}`).finally(() => house.close());
  });
}
