import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const RECORDS = 100_000;
const HEAP_MEGABYTES = 192;

test('100,000 records are verified, imported, walked and exported with a heap of 192 MB', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-memory-'));
  t.after(() => rm(folder, { recursive: true }));
  const script = fileURLToPath(new URL('hundred-thousand.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MEGABYTES}`, script, join(folder, 'repository.car'), String(RECORDS),
  ]);
  const seen = JSON.parse(stdout) as Record<string, number | boolean>;
  t.diagnostic(stdout.trim());
  assert.equal(seen['records'], RECORDS);
  assert.equal(seen['walked'], RECORDS);
  assert.equal(seen['identical'], true);
  // The limit was in force: the young generation may add some, never as much again.
  assert.ok((seen['heapLimit'] as number) < HEAP_MEGABYTES * 2 * 1_048_576);
});
