import { MirrorStoreError } from '../../mirroring/index.ts';
import { StoreError } from '../../pds/index.ts';

/** Result codes of SQLite. */
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NO_DATABASE = 26;
/** What the system says of a disk that takes nothing just now, though it is not full. */
const UNWILLING = ['EFBIG', 'EROFS', 'EIO', 'EMFILE', 'ENFILE'];
const OF_BLOBS = ['AccountMissing', 'StorageFull', 'StoreDamaged'] as const;

/** What an error of SQLite or of the file system means for a mirror. Errors of ours, and mistakes of ours, stay as they are. */
export function storeFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errcode = 0 } = error as Error & { readonly code?: string; readonly errcode?: number };
  // The higher bits say more about the same.
  const result = code === 'ERR_SQLITE_ERROR' ? errcode & 0xff : 0;
  if (result === FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return new MirrorStoreError('StorageFull', 'The disk of this mirror is full; nothing was changed', {}, error);
  }
  if ([READONLY, IOERR, CANTOPEN].includes(result) || (code !== undefined && UNWILLING.includes(code))) {
    // Who is refused so tries again: it passes as soon as the operator has seen to it.
    return new MirrorStoreError('StorageFull', 'The disk of this mirror takes nothing just now; nothing was changed', {}, error);
  }
  if (result === CORRUPT || result === NO_DATABASE) {
    return new MirrorStoreError('StoreDamaged', 'The database is damaged; a backup that is whole can take its place', {}, error);
  }
  return error;
}

/** The same for whoever asks for blobs. */
export function blobFault(error: unknown): unknown {
  const fault = storeFault(error);
  if (!(fault instanceof MirrorStoreError)) return fault;
  const code = OF_BLOBS.find((each) => each === fault.code);
  return code === undefined ? fault : new StoreError(code, fault.message, fault.details, fault);
}
