import type { Did } from '../../protocol/index.ts';
import type { Call } from '../xrpc/method.ts';
import { invalidRequest, XrpcError } from '../xrpc/xrpc-error.ts';
import { accountToWrite } from './find-account.ts';

/** Lexicons take the account from the session; an owner of several says which. */
const ACCOUNT = 'holdfast-account';

/**
 * The account that the owner's call is about: the one that its header names, else the only one.
 * @throws XrpcError AuthMissing, AccountNotFound, InvalidRequest
 */
export async function accountAsked({ host: { store }, caller, request }: Call): Promise<Did> {
  if (caller.kind !== 'owner') throw new XrpcError(401, 'AuthMissing', 'This is for the owner of the house alone.');
  const named = request.headers.get(ACCOUNT);
  if (named !== null) return (await accountToWrite(store, named)).did;
  const [account, ...others] = await store.accounts();
  if (account === undefined || others.length > 0) {
    throw invalidRequest(`The header ${ACCOUNT} says which account of this house is meant. Nothing was changed.`);
  }
  return account.did;
}
