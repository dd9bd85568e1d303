import { blobRefsOf, Cid, cidOf, encodeCbor, fromJson, toJson, validateRecord } from '../../protocol/index.ts';
import type { BlobRef, CborMap, CborValue } from '../../protocol/index.ts';
import { invalidRequest } from '../xrpc/xrpc-error.ts';
import { refuseOldBlobRefs } from './blob-refs.ts';

/** What a lexicon had to say about a record; absent where nobody wanted to know. */
export type ValidationStatus = 'valid' | 'unknown';

/** A record that can be written. */
export interface PreparedRecord {
  readonly value: CborMap;
  readonly cid: Cid;
  /** Bytes of DAG-CBOR. */
  readonly size: number;
  readonly blobs: readonly BlobRef[];
  readonly validationStatus?: ValidationStatus;
}

/** Where a record is to stand. */
export interface Place {
  readonly collection: string;
  readonly rkey: string;
}

/**
 * Reads a record from its JSON form and holds it to its lexicon.
 * @param validate true: the lexicon must be known; false: it is not asked; otherwise it is asked where it is known
 * @throws XrpcError InvalidRequest
 * @throws JsonFormError for what has no place in the data model
 */
export function prepareRecord(json: unknown, place: Place, validate: boolean | undefined): PreparedRecord {
  const value = typed(fromJson(json), place.collection);
  refuseOldBlobRefs(value);
  const validationStatus = validate === false ? undefined : statusOf(value, place, validate === true);
  const bytes = encodeCbor(value);
  return {
    value, cid: cidOf(bytes), size: bytes.length, blobs: blobRefsOf(value),
    ...(validationStatus !== undefined && { validationStatus }),
  };
}

function typed(value: CborValue, collection: string): CborMap {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array || value instanceof Cid) {
    throw invalidRequest('A record is an object.');
  }
  const { $type = collection } = value as CborMap;
  if ($type !== collection) throw invalidRequest(`The $type of the record is not ${collection}, the collection it is for.`);
  return { $type, ...(value as CborMap) };
}

function statusOf(value: CborMap, { collection, rkey }: Place, required: boolean): ValidationStatus {
  const finding = validateRecord(collection, rkey, toJson(value));
  if (finding === 'valid') return 'valid';
  if (finding !== 'unknown') throw invalidRequest(`This is not a valid ${collection} record: ${finding.fault}`);
  if (required) throw invalidRequest(`The lexicon of ${collection} is not known here, so the record cannot be validated.`);
  return 'unknown';
}
