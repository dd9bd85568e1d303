import { isDid, isHandle, normalizeHandle } from '../../protocol/index.ts';
import type { Did, Handle } from '../../protocol/index.ts';
import type { Account } from '../ports/account.ts';
import type { ServedAccount } from '../ports/repository-store.ts';
import { XrpcError } from '../xrpc/xrpc-error.ts';

interface Accounts<Found> {
  account(did: Did): Promise<Found | undefined>;
  accountNamed(handle: Handle): Promise<Found | undefined>;
}

/** The account of this store with that DID or handle. */
export async function findAccount<Found>(store: Accounts<Found>, identifier: string): Promise<Found | undefined> {
  if (isDid(identifier)) return store.account(identifier);
  return isHandle(identifier) ? store.accountNamed(normalizeHandle(identifier)) : undefined;
}

/** For methods that are about the account. @throws XrpcError AccountNotFound */
export async function accountToDescribe(store: Accounts<Account>, did: string): Promise<Account> {
  const account = await findAccount(store, did);
  if (account === undefined) throw new XrpcError(400, 'AccountNotFound', 'There is no such account in this house.');
  return account;
}

/** For methods that write. @throws XrpcError AccountNotFound */
export async function accountToWrite(store: Accounts<Account>, repo: string): Promise<Account> {
  const account = await findAccount(store, repo);
  if (account === undefined) throw new XrpcError(403, 'AccountNotFound', 'There is no such account in this house. Nothing was changed.');
  return account;
}

/** The refusals of repositories that are not served, by why. */
const REFUSALS: Readonly<Record<Exclude<ServedAccount['status'], 'active'>, readonly [code: string, message: string]>> = {
  deactivated: ['RepoDeactivated', 'The owner has deactivated this account.'],
  suspended: ['RepoSuspended', 'This account is suspended here.'],
  takendown: ['RepoTakendown', 'This account is not served here.'],
  deleted: ['RepoNotFound', 'This account was deleted here.'],
};

/** For methods that say what they know of an account, whatever its status. @throws XrpcError RepoNotFound */
export async function accountKnown<Found extends ServedAccount>(store: Accounts<Found>, repo: string): Promise<Found> {
  const account = await findAccount(store, repo);
  if (account === undefined) throw notHere();
  return account;
}

/** The refusal of a repository that the store does not know. */
export function notHere(): XrpcError {
  return new XrpcError(400, 'RepoNotFound', 'The repository is not here.');
}

/** For methods that read a repository. @throws XrpcError RepoNotFound, RepoTakendown, RepoSuspended, RepoDeactivated */
export async function accountToRead<Found extends ServedAccount>(store: Accounts<Found>, repo: string): Promise<Found> {
  return readable(await accountKnown(store, repo));
}

/** The account, if its repository is served. @throws XrpcError RepoNotFound, RepoTakendown, RepoSuspended, RepoDeactivated */
export function readable<Found extends ServedAccount>(account: Found): Found {
  if (account.status !== 'active') throw new XrpcError(400, ...REFUSALS[account.status]);
  return account;
}
