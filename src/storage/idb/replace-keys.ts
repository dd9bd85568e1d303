import { withNewKeys } from '../../pds/index.ts';
import type { CommitChange, NewKeys } from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { KnownAccount } from './commits.ts';
import type { Connection } from './connection.ts';
import { historyRow } from './history-row.ts';
import { under } from './schema.ts';
import { accountMissing, headMoved } from './store-fault.ts';
import { tailRow } from './tail.ts';

/**
 * Stores new keys with the commit that they signed, in one transaction; what waited for the mirror goes in it.
 * @throws StoreError HeadMoved, AccountMissing
 */
export function replaceKeys(connection: Connection, change: CommitChange, next: NewKeys): Promise<KnownAccount> {
  const { did, expected, head: { cid, rev } } = change;
  const tail = tailRow([change]);
  const history = historyRow(change);
  return connection.write(['accounts', 'keys', 'tail', 'history', 'outbox'], async (transaction, again) => {
    const row = await transaction.objectStore('accounts').get(did);
    if (row === undefined) throw accountMissing(did);
    const before = readAccountRow(row, did);
    const { account, manifest } = before;
    // The earlier run was committed, only its answer was lost.
    if (again && account.head.cid.equals(cid)) return { ...before, row };
    if (!account.head.cid.equals(expected)) throw headMoved(did, account.head.cid);
    const after = {
      account: withNewKeys(account, change, next),
      manifest: {
        ...manifest, next: manifest.next + 1, tailBytes: manifest.tailBytes + tail.blocks.length,
        historyBytes: manifest.historyBytes + history.bytes.length, waiting: 0, waitingBytes: 0,
      },
    };
    const stored = { ...after, row: accountRow(after) };
    await Promise.all([
      transaction.objectStore('accounts').put(stored.row, did),
      transaction.objectStore('keys').put(next.keys, did),
      transaction.objectStore('tail').put(tail, [did, manifest.next]),
      transaction.objectStore('history').put(history, [did, rev]),
      transaction.objectStore('outbox').delete(under(did)),
    ]);
    return stored;
  });
}
