import type { CborMap, Cid, Datetime, Tid } from '../../protocol/index.ts';
import type { Operation } from '../../repo/index.ts';
import type { CommitChange, HistoryEntry, JournalEntry } from '../../pds/index.ts';
import type { SealedRow } from './schema.ts';
import { seal, unseal } from './sealed-row.ts';

/** Action, path, CID, CID before. */
type Changed = readonly [Operation['action'], string, Cid | null, Cid | null];

interface HistoryFields {
  readonly rev: string;
  readonly cid: Cid;
  readonly time: string;
  readonly operations: readonly Changed[];
  readonly own?: readonly Changed[];
  readonly previous: readonly (readonly [string, Uint8Array])[];
}

export function historyRow({ head, time, operations, own, previous }: CommitChange): SealedRow {
  const fields: HistoryFields & CborMap = {
    rev: head.rev,
    cid: head.cid,
    time,
    operations: operations.map(changedOf),
    ...(own !== undefined && { own: own.map(changedOf) }),
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
    operations: fields.operations.map(operationOf),
    ...(fields.own !== undefined && { own: fields.own.map(operationOf) }),
    previous: new Map(fields.previous),
  };
}

function changedOf({ action, path, cid, prev }: Operation): Changed {
  return [action, path, cid, prev ?? null];
}

function operationOf([action, path, cid, prev]: Changed): Operation {
  return { action, path, cid, ...(prev !== null && { prev }) } as Operation;
}

export function journalRow({ caller, request, body, status, answer }: JournalEntry): SealedRow {
  return seal({ caller, request, body, status, answer });
}

/** @throws StoreError StoreDamaged */
export function readJournalRow(row: SealedRow, request: string): JournalEntry {
  return unseal<JournalEntry>(row, 'A row of the journal', { request });
}
