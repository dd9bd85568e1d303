import type { Cid } from '../protocol/index.ts';
import type { PlcData } from './plc-data.ts';
import { RECOVERY_WINDOW } from './plc-log.ts';
import type { PlcLog, PlcLogEntry } from './plc-log.ts';
import { dataOf } from './plc-operation.ts';

/** What undoes the operations of somebody else: one operation that says again what held before them. */
export interface PlcUndo {
  /** What it says: as after the last operation of ours. */
  readonly data: PlcData;
  /** What it follows. */
  readonly prev: Cid;
  /** Milliseconds since 1970: no directory takes it later. */
  readonly until: number;
  /** A rotation key above this place of `data` can sign it. */
  readonly above: number;
}

/** A verified log, held against what its owner's house knows to be its owner's. */
export interface PlcComparison {
  /** Operations that hold and are not known, oldest first. */
  readonly foreign: readonly PlcLogEntry[];
  /** Undefined where there is nothing to undo, or it follows nothing of ours. */
  readonly undo: PlcUndo | undefined;
}

/**
 * Finds what somebody else did to a DID. What was undone already is passed over: it does nothing any more.
 * @param own CIDs of the operations that are the owner's; the first one is, since its hash is the DID
 */
export function compareWithOwn(log: PlcLog, own: ReadonlySet<string>): PlcComparison {
  const holding = log.entries.filter(({ nullified }) => !nullified);
  const isOwn = ({ cid }: PlcLogEntry, place: number): boolean => place === 0 || own.has(cid.toString());
  const foreign = holding.filter((entry, place) => !isOwn(entry, place));
  const [first] = foreign;
  const last = first && holding[holding.indexOf(first) - 1];
  const data = last && dataOf(last.operation);
  if (first === undefined || last === undefined || data === undefined) return { foreign, undo: undefined };
  return { foreign, undo: { data, prev: last.cid, until: first.createdAt + RECOVERY_WINDOW, above: first.signer } };
}
