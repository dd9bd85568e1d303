import { CidMap } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import type { CommitChange } from '../../pds/index.ts';
import { readAccountRow } from './account-row.ts';
import type { StoredAccount } from './account-row.ts';
import type { Connection } from './connection.ts';
import type { TailRow } from './schema.ts';
import { packCids, packSections } from './sections.ts';
import { damaged } from './store-fault.ts';

/** An account with the rows of its tail, oldest first. */
export interface AccountWithTail extends StoredAccount {
  readonly rows: readonly TailRow[];
}

/** What commits, each on the one before, come to as a row: a block that came and died within them is not kept. */
export function tailRow(changes: readonly Pick<CommitChange, 'newBlocks' | 'deadBlocks' | 'previous'>[]): TailRow {
  const living = new CidMap<Uint8Array>();
  const dead: Cid[] = [];
  let dropped = 0;
  for (const { newBlocks, deadBlocks, previous } of changes) {
    for (const cid of deadBlocks) if (!living.delete(cid)) dead.push(cid);
    for (const { cid, bytes } of newBlocks) living.set(cid, bytes);
    for (const { length } of previous.values()) dropped += length;
  }
  return { blocks: packSections([...living.entries()].map(([cid, bytes]) => ({ cid, bytes }))), dead: packCids(dead), dropped };
}

/**
 * The account at one moment; undefined when there is none.
 * @throws StoreError StoreDamaged, also where a row of the tail is missing
 */
export function accountWithTail(connection: Connection, did: string): Promise<AccountWithTail | undefined> {
  return connection.read(['accounts', 'tail'], async (transaction) => {
    const row = await transaction.objectStore('accounts').get(did);
    if (row === undefined) return undefined;
    const stored = readAccountRow(row, did);
    const { from, next } = stored.manifest;
    const rows = from === next ? [] : await transaction.objectStore('tail').getAll(IDBKeyRange.bound([did, from], [did, next - 1]));
    if (rows.length !== next - from) throw damaged('The tail', { did, rows: rows.length, listed: next - from });
    return { ...stored, rows };
  });
}
