import { test } from 'node:test';
import { MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { mirrorStoreContract } from '../../src/testing/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

const START = 1_750_000_000_000;

for (const { name, run } of mirrorStoreContract) {
  test(`mirror in memory: ${name}`, () => {
    const clock = { ms: START };
    return run({ store: new MemoryMirrorStore({ now: () => clock.ms }), clock });
  });

  test(`mirror in SQLite: ${name}`, () => inDirectory((directory) => {
    const clock = { ms: START };
    return opened(directory, { now: () => clock.ms }, ({ store }) => run({ store, clock }));
  }));
}
