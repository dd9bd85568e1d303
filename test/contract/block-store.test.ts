import { test } from 'node:test';
import { MemoryBlockStore } from '../../src/storage/memory/index.ts';
import { blockStoreContract } from '../../src/testing/index.ts';

for (const { name, run } of blockStoreContract) test(`memory: ${name}`, () => run(new MemoryBlockStore()));
