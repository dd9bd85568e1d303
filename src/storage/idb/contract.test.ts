// The contract on a database in memory: what browsers prove slowly (test/browser/house-store.test.ts) is known here first.
import { test } from 'node:test';
import { installFakeDatabase } from '../../../test/support/fake-database.ts';
import { blobStoreContract, houseStoreContract, jobStoreContract, keptBlobContract, keyVaultContract } from '../../testing/index.ts';
import { IdbKeyVault, openHouse } from './index.ts';
import type { House } from './index.ts';

installFakeDatabase();

let count = 0;

async function inHouse(work: (house: House) => Promise<void>): Promise<void> {
  const house = await openHouse(`contract-${++count}`);
  await work(house).finally(() => house.close());
}

for (const { name, run } of houseStoreContract) test(`house: ${name}`, () => inHouse(({ store }) => run(store)));
for (const { name, run } of blobStoreContract) test(`blobs: ${name}`, () => inHouse(run));
for (const { name, run } of keptBlobContract) test(`blobs of history: they ${name}`, () => inHouse(run));
for (const { name, run } of jobStoreContract) test(`jobs: ${name}`, () => inHouse(({ jobs }) => run(jobs)));
for (const { name, run } of keyVaultContract) {
  test(`vault: ${name}`, async () => {
    const vault = await IdbKeyVault.open(`contract-${++count}`);
    await run(vault).finally(() => vault.close());
  });
}
