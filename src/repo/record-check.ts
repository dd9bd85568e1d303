import { HoldfastError, validateCbor } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { RepoError } from './errors.ts';

/** No record is larger, in bytes of DAG-CBOR (https://atproto.com/specs/sync). */
export const MAX_RECORD_BYTES = 1_000_000;

/**
 * Checks that a block, whose hash is known to be right, can be a record: a map in canonical DAG-CBOR of the data model.
 * @throws RepoError BlockCid, BlockTooLarge, RecordForm
 */
export function checkRecord(path: string, { cid, bytes }: Block): void {
  const place = { key: path, block: cid.toString() };
  if (cid.codec !== 'dag-cbor') throw new RepoError('BlockCid', 'A record is a DAG-CBOR block', place);
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new RepoError('BlockTooLarge', `A record takes at most ${MAX_RECORD_BYTES} bytes`, { ...place, bytes: bytes.length });
  }
  if (!isMap(bytes, place)) throw new RepoError('RecordForm', 'A record is a map', place);
}

function isMap(bytes: Uint8Array, place: { readonly key: string; readonly block: string }): boolean {
  try {
    return validateCbor(bytes);
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    throw new RepoError('RecordForm', 'A record is not canonical DAG-CBOR of the data model', { ...cause.details, ...place }, cause);
  }
}
