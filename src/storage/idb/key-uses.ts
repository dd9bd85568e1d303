import type { Did } from '../../protocol/index.ts';
import { PASS_HOUR_MS, PASSES_KEPT_MS } from '../../pds/index.ts';
import type { KeyUse } from '../../pds/index.ts';
import type { Writing } from './connection.ts';

/** Passes of one hour share a row, and old ones go; whatever else a key was used for has a row of its own, and stays. */
export async function noteUse(transaction: Writing, did: Did, use: KeyUse, at: number): Promise<void> {
  const { what, subject, audience } = use;
  const uses = transaction.objectStore('uses');
  const isPass = what === 'token';
  const key: [string, string, number, string] = [did, what, isPass ? at - at % PASS_HOUR_MS : at, `${subject} ${audience}`];
  const before = await uses.get(key);
  await Promise.all([
    uses.put({ ...use, at, count: (before?.count ?? 0) + 1 }, key),
    isPass && uses.delete(IDBKeyRange.bound([did, what], [did, what, at - PASSES_KEPT_MS])),
  ]);
}
