import { MirrorRefusal, MirrorStoreError } from '../mirroring/index.ts';
import type { MirrorFault, MirrorStoreFault } from '../mirroring/index.ts';
import { XrpcError } from '../pds/index.ts';
import { ServiceAuthError } from '../protocol/index.ts';
import { BlobRefused } from '../storage/sqlite/index.ts';
import type { BlobRefusal } from '../storage/sqlite/index.ts';

const UNCHANGED = 'Nothing was changed.';

/** Refusals whose status is not 400, or that the lexicons call otherwise. */
const REFUSALS: Partial<Record<MirrorFault, readonly [status: number, code: string]>> = {
  AccountMissing: [400, 'AccountNotFound'],
  IdentityUnknown: [503, 'IdentityUnknown'],
  InvalidToken: [401, 'InvalidToken'],
  CommitTooLarge: [413, 'CommitTooLarge'],
  RepoTooLarge: [413, 'RepoTooLarge'],
  QuotaExceeded: [413, 'QuotaExceeded'],
  RateLimitExceeded: [429, 'RateLimitExceeded'],
  StorageFull: [507, 'StorageFull'],
};

const STORE_REFUSALS: Partial<Record<MirrorStoreFault, readonly [status: number, code: string, message: string]>> = {
  AccountExists: [400, 'InvalidRequest', 'This mirror has that account already.'],
  AccountMissing: [400, 'AccountNotFound', 'This mirror does not keep that account.'],
  HandleTaken: [400, 'HandleNotAvailable', 'Another account of this mirror has that handle. Please choose another.'],
  InvitationInvalid: [400, 'InvalidInviteCode', 'This invitation is none of this mirror, is over, or was used.'],
  HeadMoved: [503, 'NotEnoughResources', 'The account is being changed by another request; please try again.'],
  StorageFull: [507, 'StorageFull', 'This mirror has no room left. What you have is safe in your house.'],
};

const BLOB_STATUS: Readonly<Record<BlobRefusal, number>> = {
  BlobTooLarge: 413, QuotaExceeded: 413, PartTooLarge: 413, InvalidBlob: 400, WrongOffset: 409, UploadTaken: 409, TooManyUploads: 429, StoreClosed: 503,
};

/** What was thrown, as XRPC tells it; what is nobody's refusal stays what it is. */
export function xrpcErrorOf(error: unknown): unknown {
  if (error instanceof ServiceAuthError) return new XrpcError(401, error.code, `${error.message}.`, error);
  if (error instanceof MirrorRefusal) {
    const [status, code] = REFUSALS[error.code] ?? [400, error.code];
    return new XrpcError(status, code, error.message, error);
  }
  if (error instanceof BlobRefused) return new XrpcError(BLOB_STATUS[error.code], error.code, `${error.message}. Nothing more was kept.`, error);
  const [status, code, message] = (error instanceof MirrorStoreError && STORE_REFUSALS[error.code]) || [];
  return status === undefined ? error : new XrpcError(status, code!, `${message!} ${UNCHANGED}`, error);
}
