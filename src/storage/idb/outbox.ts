import type { CborMap, Cid, Tid } from '../../protocol/index.ts';
import type { OutboxEntry } from '../../pds/index.ts';
import type { Manifest, StoredAccount } from './account-row.ts';
import type { Writing } from './connection.ts';
import { under } from './schema.ts';
import type { OutboxRow } from './schema.ts';
import { seal, unseal } from './sealed-row.ts';

interface OutboxFields {
  readonly cid: Cid;
  readonly blobs: readonly Cid[];
  readonly message: Uint8Array;
}

export function outboxRow({ cid, blobs, message }: OutboxEntry): OutboxRow {
  const fields: OutboxFields & CborMap = { cid, blobs, message };
  return { ...seal(fields), size: message.length };
}

/** @throws StoreError StoreDamaged */
export function readOutboxRow(row: OutboxRow, rev: string, did: string): OutboxEntry {
  return { rev: rev as Tid, ...unseal<OutboxFields>(row, 'A row of the outbox', { did }) };
}

/** Deletes what waited up to `settled`, or all where the account has no mirror, and gives the manifest as it is then. */
export async function dropWaiting(transaction: Writing, { account, manifest }: StoredAccount, settled?: Tid): Promise<Manifest> {
  const { did, mirror } = account;
  const outbox = transaction.objectStore('outbox');
  if (mirror === undefined) {
    if (manifest.waiting > 0) await outbox.delete(under(did));
    return { ...manifest, waiting: 0, waitingBytes: 0 };
  }
  if (settled === undefined || manifest.waiting === 0) return manifest;
  const range = IDBKeyRange.bound([did], [did, settled]);
  const rows = await outbox.getAll(range);
  if (rows.length === 0) return manifest;
  await outbox.delete(range);
  return {
    ...manifest,
    waiting: manifest.waiting - rows.length,
    waitingBytes: rows.reduce((bytes, { size }) => bytes - size, manifest.waitingBytes),
  };
}
