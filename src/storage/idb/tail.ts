import type { Block } from '../../repo/index.ts';
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

/** What a commit, or the blocks of a new account, come to as a row. */
export function tailRow(blocks: readonly Block[], change?: CommitChange): TailRow {
  let dropped = 0;
  for (const bytes of change?.previous.values() ?? []) dropped += bytes.length;
  return { blocks: packSections(blocks), dead: packCids(change?.deadBlocks ?? []), dropped };
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
