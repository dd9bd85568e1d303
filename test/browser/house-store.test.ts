import { blobStoreContract, houseStoreContract, jobStoreContract, keptBlobContract, keyVaultContract } from '../../src/testing/index.ts';
import { IdbKeyVault } from '../../src/storage/idb/index.ts';
import { inHouse } from './house-store-support.ts';

describe('HouseStore in IndexedDB', () => {
  for (const { name, run } of houseStoreContract) it(name, () => inHouse(({ store }) => run(store)));
});

describe('BlobStore in IndexedDB and files', () => {
  for (const { name, run } of blobStoreContract) it(name, () => inHouse(run));
  for (const { name, run } of keptBlobContract) it(`blobs of history ${name}`, () => inHouse(run));
});

describe('JobStore in IndexedDB', () => {
  for (const { name, run } of jobStoreContract) it(name, () => inHouse(({ jobs }) => run(jobs)));
});

describe('KeyVault in IndexedDB', () => {
  for (const { name, run } of keyVaultContract) {
    it(name, async () => {
      const database = `vault-${crypto.randomUUID()}`;
      const vault = await IdbKeyVault.open(database);
      try {
        await run(vault);
      } finally {
        await vault.close();
        indexedDB.deleteDatabase(database);
      }
    });
  }
});
