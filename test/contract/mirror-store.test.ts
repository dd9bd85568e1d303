import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryMirrorStore } from '../../src/storage/memory/index.ts';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { mirrorStoreContract } from '../../src/testing/index.ts';

const START = 1_750_000_000_000;

for (const { name, run } of mirrorStoreContract) {
  test(`mirror in memory: ${name}`, () => {
    const clock = { ms: START };
    return run({ store: new MemoryMirrorStore({ now: () => clock.ms }), clock });
  });

  test(`mirror in SQLite: ${name}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-mirror-'));
    const clock = { ms: START };
    const { store, close } = await openMirrorStore(directory, { now: () => clock.ms });
    try {
      await run({ store, clock });
    } finally {
      await close();
      rmSync(directory, { recursive: true });
    }
  });
}
