import assert from 'node:assert/strict';
import { RepoError } from '../../src/repo/index.ts';
import type { RepoFault } from '../../src/repo/index.ts';

/** Fails unless the promise rejects with this reason, and with these details among those it has. */
export async function assertRefused(
  promise: Promise<unknown>, code: RepoFault, details: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const error = await promise.then(() => assert.fail(`accepted, wanted ${code}`), (reason: unknown) => reason);
  if (!(error instanceof RepoError)) throw error;
  assert.equal(error.code, code, error.message);
  const named = Object.fromEntries(Object.keys(details).map((name) => [name, error.details[name]]));
  assert.deepEqual(named, details);
}
