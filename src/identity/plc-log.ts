import { cidOf, datetimeToMs, isDatetime, parseDidKey, verifySignature } from '../protocol/index.ts';
import type { Cid, Did, PublicKey } from '../protocol/index.ts';
import { PlcError } from './errors.ts';
import { isFields } from './json-shape.ts';
import type { PlcData } from './plc-data.ts';
import { readOperation } from './plc-operation-form.ts';
import { dataOf, genesisDid, signedBytes, unsignedBytes } from './plc-operation.ts';
import type { AnyPlcOperation } from './plc-operation.ts';
import { decodeSignature } from './plc-signature.ts';

/** An operation that has been verified, as the log of its DID has it. */
export interface PlcLogEntry {
  readonly operation: AnyPlcOperation;
  readonly cid: Cid;
  /** When the directory took it: milliseconds since 1970. The directory says so, and nobody can check it. */
  readonly createdAt: number;
  /** The place of the key that signed it among the rotation keys before it; of a genesis, among its own. */
  readonly signer: number;
  /** Whether a recovery undid it. */
  readonly nullified: boolean;
}

/** A log that holds: what the DID says now, and how that came to be. */
export interface PlcLog {
  readonly did: Did;
  /** Undefined when the DID has been ended. */
  readonly data: PlcData | undefined;
  /** The operation that the next one follows. */
  readonly head: Cid;
  /** In the order in which the directory took them. */
  readonly entries: readonly PlcLogEntry[];
}

/** So long after an operation a rotation key above its signer's can undo it: 72 hours in milliseconds. */
export const RECOVERY_WINDOW = 72 * 60 * 60 * 1000;

/** How much of a log is read. */
export interface LogLimits {
  readonly operations: number;
  /** Of the operations as DAG-CBOR. */
  readonly bytes: number;
}

/** How much of a log is read. The directory takes 100 operations a week, and most DIDs have fewer than ten. */
export const PLC_LOG_LIMITS: LogLimits = { operations: 5_000, bytes: 8 * 1024 * 1024 };

/** The specification allows so many bytes of DAG-CBOR; the directory itself takes fewer today. */
const MAX_OPERATION_BYTES = 7_500;

type MutableEntry = { -readonly [Field in keyof PlcLogEntry]: PlcLogEntry[Field] };

/**
 * Verifies the audit log of a did:plc, `GET /:did/log/audit` as parsed JSON, from the hash that is the DID to the last
 * operation: CIDs, order, signatures, recoveries and their 72 hours. What it cannot see is an operation that the
 * directory leaves out at the end. https://web.plc.directory/spec/v0.1/did-plc
 * @throws PlcError with the index of the first entry that is wrong
 */
export async function verifyPlcLog(
  did: Did,
  log: unknown,
  limits: LogLimits = PLC_LOG_LIMITS,
): Promise<PlcLog> {
  if (!Array.isArray(log) || log.length === 0) throw new PlcError('LogForm', 'A log is a list of operations');
  if (log.length > limits.operations) throw new PlcError('LogTooLarge', 'Too many operations', { count: log.length });
  const entries: MutableEntry[] = [];
  const history: MutableEntry[] = [];
  const flags: boolean[] = [];
  let bytes = 0;
  for (const [index, value] of (log as readonly unknown[]).entries()) {
    const { operation, cid, createdAt, nullified, size } = readEntry(did, value, index);
    bytes += size;
    if (bytes > limits.bytes) throw new PlcError('LogTooLarge', 'The log is too long', { index });
    const last = entries.at(-1);
    if (last !== undefined && createdAt < last.createdAt) {
      throw new PlcError('EntryTime', 'An operation is older than the one before', { index });
    }
    const signer = last === undefined
      ? await genesisSigner(did, operation)
      : await nextSigner(history, operation, createdAt, last.createdAt, index);
    const entry = { operation, cid, createdAt, signer, nullified: false };
    entries.push(entry);
    history.push(entry);
    flags.push(nullified);
  }
  const mismatch = entries.findIndex(({ nullified }, index) => nullified !== flags[index]);
  if (mismatch !== -1) throw new PlcError('EntryNullified', 'The log says otherwise what was undone', { index: mismatch });
  const { operation, cid } = history.at(-1)!;
  return { did, data: dataOf(operation), head: cid, entries };
}

interface ReadEntry {
  readonly operation: AnyPlcOperation;
  readonly cid: Cid;
  readonly createdAt: number;
  readonly nullified: boolean;
  readonly size: number;
}

/** Reads one entry and hashes its operation. Other fields than these are the directory's own, and passed over. */
function readEntry(did: Did, value: unknown, index: number): ReadEntry {
  if (!isFields(value)) throw new PlcError('EntryForm', 'An entry is an object', { index });
  const { nullified, createdAt } = value;
  if (typeof nullified !== 'boolean') throw new PlcError('EntryForm', 'An entry says whether it was undone', { index });
  if (typeof createdAt !== 'string' || !isDatetime(createdAt)) {
    throw new PlcError('EntryForm', 'An entry has a time', { index });
  }
  if (value['did'] !== did) throw new PlcError('EntryDid', 'An entry of another DID', { index });
  const operation = readOperation(value['operation'], { index });
  const signed = signedBytes(operation);
  const size = signed.length;
  if (size > MAX_OPERATION_BYTES) {
    throw new PlcError('OperationTooLarge', 'An operation has at most 7,500 bytes', { index, size });
  }
  const cid = cidOf(signed);
  if (value['cid'] !== cid.toString()) throw new PlcError('EntryCid', 'An operation has another CID', { index });
  return { operation, cid, createdAt: datetimeToMs(createdAt), nullified, size };
}

async function genesisSigner(did: Did, operation: AnyPlcOperation): Promise<number> {
  if (operation.type === 'plc_tombstone' || operation.prev !== null) {
    throw new PlcError('GenesisForm', 'A log begins with the operation that makes the DID', { index: 0 });
  }
  if (genesisDid(operation) !== did) throw new PlcError('GenesisDid', 'The first operation makes another DID', { index: 0 });
  return signerOf(operation, dataOf(operation)!.rotationKeys, 0);
}

/** Finds who signed, and takes out of the history what the operation undoes. */
async function nextSigner(
  history: MutableEntry[],
  operation: AnyPlcOperation,
  createdAt: number,
  lastCreatedAt: number,
  index: number,
): Promise<number> {
  if (operation.type === 'create') throw new PlcError('LegacyPosition', 'The old form only begins a log', { index });
  const previous = history.findLastIndex(({ cid }) => cid.toString() === operation.prev);
  if (previous === -1) throw new PlcError('PrevUnknown', 'An operation follows none that holds', { index });
  const keys = dataOf(history[previous]!.operation)?.rotationKeys;
  if (keys === undefined) throw new PlcError('AfterTombstone', 'An operation follows the end of the DID', { index });
  const signer = await signerOf(operation, keys, index);
  const undone = history[previous + 1];
  if (undone === undefined) return signer;
  if (signer >= undone.signer) {
    throw new PlcError('RecoveryKey', 'Only a rotation key above the one that signed can undo', { index });
  }
  if (createdAt <= lastCreatedAt) throw new PlcError('EntryTime', 'A recovery is as old as what it undoes', { index });
  if (createdAt - undone.createdAt > RECOVERY_WINDOW) {
    throw new PlcError('RecoveryLate', 'An operation can be undone for 72 hours', { index });
  }
  for (const entry of history.splice(previous + 1)) entry.nullified = true;
  return signer;
}

/** The place of the first key that signed the operation. */
async function signerOf(operation: AnyPlcOperation, keys: readonly string[], index: number): Promise<number> {
  const signature = decodeSignature(operation.sig);
  if (signature !== undefined) {
    const message = unsignedBytes(operation);
    for (const [position, text] of keys.entries()) {
      const key = publicKey(text);
      if (key !== undefined && (await verifySignature(key, message, signature))) return position;
    }
  }
  throw new PlcError('OperationSignature', 'No rotation key signed the operation', { index });
}

function publicKey(text: string): PublicKey | undefined {
  try {
    return parseDidKey(text);
  } catch {
    return undefined;
  }
}
