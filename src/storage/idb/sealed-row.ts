import { decodeCbor, encodeCbor, sha256 } from '../../protocol/index.ts';
import type { CborMap } from '../../protocol/index.ts';
import type { SealedRow } from './schema.ts';
import { damaged } from './store-fault.ts';

/** A row that tells when it was changed by something else than us. */
export function seal(value: CborMap): SealedRow {
  return sealBytes(new Uint8Array(encodeCbor(value)));
}

/** `bytes` have to be alone in their buffer. */
export function sealBytes(bytes: Uint8Array<ArrayBuffer>): SealedRow {
  return { bytes, sum: new Uint8Array(sha256(bytes)) };
}

/**
 * The value of a row, of the type that was sealed.
 * @throws StoreError StoreDamaged
 */
export function unseal<Value>(row: SealedRow, what: string, details: Readonly<Record<string, string>>): Value {
  // The sum says that these are the bytes that `seal` made of such a value.
  return decodeCbor(unsealBytes(row, what, details)) as Value;
}

/** @throws StoreError StoreDamaged */
export function unsealBytes(row: SealedRow, what: string, details: Readonly<Record<string, string>>): Uint8Array {
  if (!isSealed(row)) throw damaged(what, details);
  return row.bytes;
}

/** Whether the bytes are those that were sealed. */
export function isSealed({ bytes, sum }: SealedRow): boolean {
  const actual = sha256(bytes);
  return sum.length === actual.length && actual.every((byte, index) => byte === sum[index]);
}
