import type { Cid } from '../../protocol/index.ts';
import { StoreError } from '../../pds/index.ts';

/** Names of errors that say the connection is no more, which happens in WebKit and when the browser runs out of files. */
const LOSSES = ['InvalidStateError', 'UnknownError', 'AbortError'];

/** Whether it may help to open the database again. */
export function isLoss(error: unknown): boolean {
  return error instanceof DOMException && LOSSES.includes(error.name);
}

export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

/** Whether a row was to be added whose key is taken. */
export function isThereAlready(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'ConstraintError';
}

/** What a platform's error means for a house. Errors of ours, and mistakes of ours, stay as they are. */
export function storeFault(error: unknown): unknown {
  if (isFull(error)) {
    return new StoreError('StorageFull', 'The browser gives this house no more room; nothing was changed', {}, error);
  }
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'VersionError') {
    return new StoreError('StoreNewer', 'This house was opened by a newer version of Holdfast; reload the page', {}, error);
  }
  if (['DataCloneError', 'TransactionInactiveError', 'DataError', 'ConstraintError'].includes(error.name)) return error;
  return new StoreError('StoreClosed', 'The browser closed the database and did not open it again; reload the page', {}, error);
}

/** @param details which row it was */
export function damaged(what: string, details: Readonly<Record<string, string | number>>, cause?: unknown): StoreError {
  return new StoreError('StoreDamaged', `${what} is not what was stored`, details, cause);
}

export function accountMissing(did: string): StoreError {
  return new StoreError('AccountMissing', 'This house has no such account', { did });
}

export function headMoved(did: string, head: Cid): StoreError {
  return new StoreError('HeadMoved', 'Someone else wrote to this account first; nothing was changed', { did, head: head.toString() });
}
