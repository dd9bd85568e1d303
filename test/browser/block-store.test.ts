import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { blockStoreContract } from '../../src/testing/index.ts';
import { ok } from './assert.ts';

describe('BlockStore in memory, in a browser', () => {
  it('has a contract', () => ok(blockStoreContract.length >= 9, `${blockStoreContract.length} cases`));

  for (const { name, run } of blockStoreContract) it(name, () => run(new MemoryBlockStore()));
});
