import { CborError, decodeCbor } from '../protocol/index.ts';
import type { CborValue } from '../protocol/index.ts';

/** The value of a stored record. One that old software wrote outside the data model, kept by an import, is its bytes. */
export function recordValue(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) return bytes;
    throw error;
  }
}
