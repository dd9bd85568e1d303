import { test } from 'node:test';
import { MemoryBlobStore, MemoryHouseStore, MemoryJobStore, MemoryKeyVault } from '../../src/storage/memory/index.ts';
import { blobStoreContract, houseStoreContract, jobStoreContract, keptBlobContract, keyVaultContract } from '../../src/testing/index.ts';

for (const { name, run } of houseStoreContract) test(`house in memory: ${name}`, () => run(new MemoryHouseStore()));

for (const { name, run } of blobStoreContract) {
  test(`blobs in memory: ${name}`, () => {
    const blobs = new MemoryBlobStore();
    return run({ store: new MemoryHouseStore(blobs), blobs });
  });
}

for (const { name, run } of keptBlobContract) {
  test(`blobs in memory, of history: they ${name}`, () => {
    const blobs = new MemoryBlobStore();
    return run({ store: new MemoryHouseStore(blobs), blobs });
  });
}

for (const { name, run } of jobStoreContract) test(`jobs in memory: ${name}`, () => run(new MemoryJobStore()));

for (const { name, run } of keyVaultContract) test(`vault in memory: ${name}`, () => run(new MemoryKeyVault()));
