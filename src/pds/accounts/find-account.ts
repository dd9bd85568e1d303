import { isDid, isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Account } from '../ports/account.ts';
import type { HouseStore } from '../ports/house-store.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

type Accounts = Pick<HouseStore, 'account' | 'accounts'>;

/** The account of this house with that DID or handle. */
export async function findAccount(store: Accounts, identifier: string): Promise<Account | undefined> {
  if (isDid(identifier)) return store.account(identifier);
  if (!isHandle(identifier)) return undefined;
  const handle = normalizeHandle(identifier);
  return (await store.accounts()).find((account) => account.handle === handle);
}

/** For methods that are about the account. @throws XrpcError AccountNotFound */
export async function accountToDescribe(store: Accounts, did: string): Promise<Account> {
  const account = await findAccount(store, did);
  if (account === undefined) throw new XrpcError(400, 'AccountNotFound', 'There is no such account in this house.');
  return account;
}

/** For methods that write. @throws XrpcError AccountNotFound */
export async function accountToWrite(store: Accounts, repo: string): Promise<Account> {
  const account = await findAccount(store, repo);
  if (account === undefined) throw new XrpcError(403, 'AccountNotFound', 'There is no such account in this house. Nothing was changed.');
  return account;
}

/** For methods that read a repository. @throws XrpcError RepoNotFound */
export async function accountToRead(store: Accounts, repo: string): Promise<Account> {
  const account = await findAccount(store, repo);
  if (account === undefined) throw new XrpcError(400, 'RepoNotFound', 'The repository is not in this house.');
  return account;
}
