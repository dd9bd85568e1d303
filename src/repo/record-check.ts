import { HoldfastError, validateCbor } from '../protocol/index.ts';
import type { ErrorDetails } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';
import type { RepoFault } from './errors.ts';

/** No record is larger, in bytes of DAG-CBOR (https://atproto.com/specs/sync). */
export const MAX_RECORD_BYTES = 1_000_000;

/**
 * Checks that a block, whose hash is known to be right, can be a record: a map in canonical DAG-CBOR of the data model,
 * with a `$type`. Nodes and commits have none: were one of them a record too, the record would die with it.
 * @throws RepoError BlockCid, BlockTooLarge, RecordForm, RecordType
 */
export function checkRecord(path: string, block: Block): void {
  const fault = faultOf(block);
  if (fault === undefined) return;
  // Put together only now: the text of a CID costs more than the check.
  const { code, message, details, cause } = fault;
  throw new RepoError(code, message, { ...details, key: path, block: block.cid.toString() }, cause);
}

interface Fault {
  readonly code: RepoFault;
  readonly message: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

function faultOf({ cid, bytes }: Block): Fault | undefined {
  if (cid.codec !== 'dag-cbor') return { code: 'BlockCid', message: 'A record is a DAG-CBOR block' };
  if (bytes.length > MAX_RECORD_BYTES) {
    return { code: 'BlockTooLarge', message: `A record takes at most ${MAX_RECORD_BYTES} bytes`, details: { bytes: bytes.length } };
  }
  try {
    const kind = validateCbor(bytes);
    if (kind === 'value') return { code: 'RecordForm', message: 'A record is a map' };
    return kind === 'map' ? { code: 'RecordType', message: 'A record says in $type what it is' } : undefined;
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    return { code: 'RecordForm', message: 'A record is not canonical DAG-CBOR of the data model', details: cause.details, cause };
  }
}
