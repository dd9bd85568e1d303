import { HISTORY_LIMIT, isUnconfirmed } from '../../pds/index.ts';
import type { HistoryEntry, HistoryQuery } from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { StoredAccount } from './account-row.ts';
import type { Connection } from './connection.ts';
import { readHistoryRow } from './history-row.ts';
import { under } from './schema.ts';

type HistoryKey = [string, string];

/** So many rows are read, or let go, in one transaction: writers wait for no more. */
const RUN = 100;

/** Commits of history, in the order of the query. */
export async function readHistory(connection: Connection, did: string, query: HistoryQuery): Promise<readonly HistoryEntry[]> {
  const { limit, path, from } = query;
  const keys = limit === 0 ? [] : await keysOf(connection, did, query);
  const needle = path === undefined ? undefined : new TextEncoder().encode(path);
  const found: HistoryEntry[] = [];
  for (let at = 0; at < keys.length && found.length < limit; at += RUN) {
    const run = keys.slice(at, at + RUN);
    if (from === undefined) run.reverse();
    const range = IDBKeyRange.bound(run[0], run.at(-1));
    const rows = await connection.read(['history'], (transaction) => transaction.objectStore('history').getAll(range));
    if (from === undefined) rows.reverse();
    for (const row of rows) {
      // Reading a row costs a hash: most rows are of other records, and their bytes say so.
      if (needle !== undefined && !contains(row.bytes, needle)) continue;
      const entry = readHistoryRow(row, did);
      if (path === undefined || entry.operations.some((operation) => operation.path === path)) found.push(entry);
      if (found.length === limit) break;
    }
  }
  return found;
}

/** Those that may answer the query, in its order. */
function keysOf(connection: Connection, did: string, { limit, before, from, path }: HistoryQuery): Promise<readonly HistoryKey[]> {
  const range = IDBKeyRange.bound(from === undefined ? [did] : [did, from], before === undefined ? [did, []] : [did, before], false, true);
  return connection.read(['history'], async (transaction) => {
    const history = transaction.objectStore('history');
    if (from !== undefined) return history.getAllKeys(range, path === undefined ? limit : undefined);
    if (path !== undefined) return (await history.getAllKeys(range)).reverse();
    const found: HistoryKey[] = [];
    let cursor = await history.openKeyCursor(range, 'prev');
    while (cursor !== null) {
      found.push(cursor.key);
      cursor = found.length < limit ? await cursor.continue() : null;
    }
    return found;
  });
}

/** Whether history has outgrown what its owner allows. */
export function isHistoryDue({ account, manifest }: StoredAccount): boolean {
  return manifest.historyBytes > (account.historyLimit ?? HISTORY_LIMIT);
}

/**
 * Lets the oldest commits go while history is larger than its owner allows. The newest stays: it says what was stored last; and
 * what the mirror has not confirmed.
 */
export async function pruneHistory(connection: Connection, did: string): Promise<void> {
  for (let isAgain = false; await pruneRun(connection, did, isAgain); isAgain = true);
}

/** Whether there may be more to let go. */
function pruneRun(connection: Connection, did: string, isAgain: boolean): Promise<boolean> {
  return connection.write(['accounts', 'history'], async (transaction) => {
    const row = await transaction.objectStore('accounts').get(did);
    if (row === undefined) return false;
    const { account, manifest } = readAccountRow(row, did);
    if (!isAgain && !isHistoryDue({ account, manifest })) return false;
    // A little more than asked, so that not every commit has to let one go.
    const limit = (account.historyLimit ?? HISTORY_LIMIT) * 0.95;
    const history = transaction.objectStore('history');
    const newest = (await history.openKeyCursor(under(did), 'prev'))?.key[1];
    let [historyBytes, count, last] = [manifest.historyBytes, 0, ''];
    let cursor = await history.openCursor(under(did));
    while (cursor !== null && cursor.key[1] !== newest && !isUnconfirmed(account, cursor.key[1]) && historyBytes > limit && count < RUN) {
      historyBytes -= cursor.value.bytes.length;
      last = cursor.key[1];
      count++;
      cursor = await cursor.continue();
    }
    // What is left is the newest: its size is known for certain.
    if (cursor !== null && cursor.key[1] === newest) historyBytes = cursor.value.bytes.length;
    if (historyBytes === manifest.historyBytes) return false;
    if (count > 0) await history.delete(IDBKeyRange.bound([did], [did, last]));
    await transaction.objectStore('accounts').put(accountRow({ account, manifest: { ...manifest, historyBytes } }), did);
    return count === RUN;
  });
}

function contains(bytes: Uint8Array, needle: Uint8Array): boolean {
  for (let at = bytes.indexOf(needle[0]!); at >= 0; at = bytes.indexOf(needle[0]!, at + 1)) {
    let matched = 1;
    while (matched < needle.length && bytes[at + matched] === needle[matched]) matched++;
    if (matched === needle.length) return true;
  }
  return false;
}
