import { HoldfastError } from '../../protocol/index.ts';

/** Why a blob, or a part of one, is not kept. */
export type BlobRefusal = 'BlobTooLarge' | 'InvalidBlob' | 'QuotaExceeded' | 'WrongOffset' | 'UploadTaken' | 'PartTooLarge' | 'TooManyUploads' | 'StoreClosed';

/** A blob, or a part of one, that was sent and not kept. What was there before stays, but for parts of a blob that turned out to be another. */
export class BlobRefused extends HoldfastError<BlobRefusal> {}

export function tooLarge(blob: string, limit: number): BlobRefused {
  return new BlobRefused('BlobTooLarge', `This mirror keeps blobs of at most ${limit.toLocaleString('en')} bytes`, { blob });
}

export function otherBytes(blob: string): BlobRefused {
  return new BlobRefused('InvalidBlob', 'The bytes are not those of the CID', { blob });
}

export function noRoom(blob: string): BlobRefused {
  return new BlobRefused('QuotaExceeded', 'The blobs of this account take all the room that it has here', { blob });
}

export function wrongOffset(blob: string, held: number): BlobRefused {
  return new BlobRefused('WrongOffset', `Of this blob ${held} bytes are held, and the next part begins there`, { blob, held });
}

export function partTooLarge(blob: string, size: number): BlobRefused {
  return new BlobRefused('PartTooLarge', `The part goes beyond the ${size} bytes of the blob`, { blob });
}

export function taken(blob: string): BlobRefused {
  return new BlobRefused('UploadTaken', 'Another request goes on with this blob', { blob });
}

export function storeClosed(): BlobRefused {
  return new BlobRefused('StoreClosed', 'This mirror is stopping, and what has come of the blob is held');
}
