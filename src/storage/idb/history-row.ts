import type { CborMap, Cid, Datetime, Tid } from '../../protocol/index.ts';
import type { Operation } from '../../repo/index.ts';
import type { CommitChange, HistoryEntry, JournalEntry } from '../../pds/index.ts';
import type { SealedRow } from './schema.ts';
import { seal, unseal } from './sealed-row.ts';

interface HistoryFields {
  readonly rev: string;
  readonly cid: Cid;
  readonly time: string;
  /** Action, path, CID, CID before. */
  readonly operations: readonly (readonly [Operation['action'], string, Cid | null, Cid | null])[];
  readonly previous: readonly (readonly [string, Uint8Array])[];
}

export function historyRow({ head, time, operations, previous }: CommitChange): SealedRow {
  const fields: HistoryFields & CborMap = {
    rev: head.rev,
    cid: head.cid,
    time,
    operations: operations.map(({ action, path, cid, prev }) => [action, path, cid, prev ?? null] as const),
    previous: [...previous],
  };
  return seal(fields);
}

/** @throws StoreError StoreDamaged */
export function readHistoryRow(row: SealedRow, did: string): HistoryEntry {
  const fields = unseal<HistoryFields>(row, 'A row of history', { did });
  return {
    rev: fields.rev as Tid,
    cid: fields.cid,
    time: fields.time as Datetime,
    operations: fields.operations.map(([action, path, cid, prev]) => (
      { action, path, cid, ...(prev !== null && { prev }) } as Operation
    )),
    previous: new Map(fields.previous),
  };
}

export function journalRow({ caller, request, body, status, answer }: JournalEntry): SealedRow {
  return seal({ caller, request, body, status, answer });
}

/** @throws StoreError StoreDamaged */
export function readJournalRow(row: SealedRow, request: string): JournalEntry {
  return unseal<JournalEntry>(row, 'A row of the journal', { request });
}
