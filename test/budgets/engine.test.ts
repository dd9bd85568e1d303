import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineBundle } from '../support/engine-bundle.ts';

/** Gzip, in bytes: the protocol without the catalogue of lexicons, and the repository. */
const BUDGET = 30 * 1000;

test('the engine stays within its budget', async (t) => {
  const { size, modules } = await engineBundle();
  const holds = (path: string): boolean => modules.some((id) => id.includes(path));
  assert.ok(holds('/src/repo/verify-repository.ts') && holds('/src/repo/edit.ts') && holds('/src/protocol/sha256.web.ts'), modules.join());
  assert.ok(!holds('@atcute/bluesky'), 'the catalogue is no part of the engine');
  t.diagnostic(`count: engine ${(size / 1000).toFixed(1)} kB of ${BUDGET / 1000} kB`);
  assert.ok(size <= BUDGET, `the engine takes ${size} bytes, and may take ${BUDGET}`);
});
