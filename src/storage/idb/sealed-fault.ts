import { sha256 } from '../../protocol/index.ts';
import { bitsApart, withoutFlippedBit } from './one-bit.ts';
import type { OwnBytes, SealedRow } from './schema.ts';
import { isSealed, sealBytes } from './sealed-row.ts';

/** What is wrong with a sealed row, and what it was, where that can be told. */
export interface SealedFault {
  readonly mended?: SealedRow;
}

/** Undefined for a row that is as it was sealed. */
export function sealedFault(row: SealedRow): SealedFault | undefined {
  const { bytes, sum } = row;
  if (isSealed(row)) return undefined;
  // It is the sum that was hit.
  if (bitsApart(sha256(bytes), sum) === 1) return { mended: { ...row, ...sealBytes(bytes) } };
  const mended: OwnBytes | undefined = withoutFlippedBit(bytes, (tried) => bitsApart(sha256(tried), sum) === 0);
  return mended === undefined ? {} : { mended: { ...row, ...sealBytes(mended) } };
}
