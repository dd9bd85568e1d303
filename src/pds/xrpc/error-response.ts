import { InvalidSyntaxError, JsonFormError, UnencodableError } from '../../protocol/index.ts';
import type { HoldfastError } from '../../protocol/index.ts';
import { RepoError } from '../../repo/index.ts';
import type { RepoFault } from '../../repo/index.ts';
import { StoreError } from '../ports/store-error.ts';
import type { StoreFault } from '../ports/store-error.ts';
import { XrpcError } from './xrpc-error.ts';

/** What of the engine's refusals is about the request, not about the repository. */
const REQUEST_FAULTS: ReadonlySet<RepoFault> = new Set([
  'RecordExists', 'RecordMissing', 'RecordType', 'DuplicatePath', 'NodeKey', 'BlockTooLarge', 'CommitTooLarge',
]);

const STORE_ERRORS: Readonly<Record<StoreFault, readonly [status: number, message: string]>> = {
  AccountExists: [400, 'This account is in this house already. Nothing was changed.'],
  AccountMissing: [400, 'There is no such account in this house. Nothing was changed.'],
  HeadMoved: [503, 'The house is busy with other changes to this account. Nothing was changed; please try again.'],
  RequestKnown: [503, 'This very request is being carried out. Nothing was changed by this one; please ask again for its answer.'],
  StorageFull: [507, 'The browser has no room left. Nothing was changed, and what is stored is safe.'],
  StoreClosed: [503, 'The connection to the store was lost, and whether this was done is not known. Please ask again: the same request is not done twice.'],
  StoreDamaged: [500, 'Nothing was changed. Something is not what was stored; “Check my house” finds out, and puts it right.'],
  StoreNewer: [500, 'The stored data belongs to a newer version of Holdfast. Nothing was changed; please reload.'],
};

/** Faults of the store under the names of the lexicons, where they have one. */
const STORE_NAMES: Partial<Record<StoreFault, string>> = { AccountMissing: 'AccountNotFound', HeadMoved: 'NotEnoughResources', RequestKnown: 'NotEnoughResources' };

/**
 * The answer to a request that failed: a name and a sentence, and nothing of what lies inside.
 * @param onError hears of what is no fault of the request
 */
export function errorResponse(error: unknown, onError?: (error: unknown) => void): Response {
  const { status, code, message } = refusalOf(error);
  if (status === 500) onError?.(error);
  return Response.json({ error: code, message }, { status, headers: { 'cache-control': 'no-store' } });
}

function refusalOf(error: unknown): Pick<XrpcError, 'status' | 'code' | 'message'> {
  if (error instanceof XrpcError) return error;
  if (error instanceof StoreError) {
    const [status, message] = STORE_ERRORS[error.code];
    return { status, code: STORE_NAMES[error.code] ?? error.code, message };
  }
  if (error instanceof RepoError && !REQUEST_FAULTS.has(error.code)) {
    const [status, message] = STORE_ERRORS.StoreDamaged;
    const { key } = error.details;
    return { status, code: 'StoreDamaged', message: key === undefined ? message : message.replace('Something', `The record ${key}`) };
  }
  if (isAboutRequest(error)) return { status: 400, code: 'InvalidRequest', message: `${error.message}. Nothing was changed.` };
  return { status: 500, code: 'InternalServerError', message: 'Something went wrong inside the house. What is stored is safe.' };
}

function isAboutRequest(error: unknown): error is HoldfastError {
  return error instanceof RepoError || error instanceof JsonFormError || error instanceof InvalidSyntaxError
    || error instanceof UnencodableError;
}
