import { blobStoreContract, houseStoreContract, jobStoreContract, keptBlobContract } from '../../src/testing/index.ts';
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
