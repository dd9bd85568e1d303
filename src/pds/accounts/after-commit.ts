import type { Account } from '../ports/account.ts';
import type { CommitChange } from '../ports/house-store.ts';

/** The account as a commit leaves it. A collection without records is no more. For stores, and for who makes the next commit. */
export function afterCommit(account: Account, { head, collections: touched }: Pick<CommitChange, 'head' | 'collections'>): Account {
  const collections = new Map([...new Map([...account.collections, ...touched])].filter(([, { records }]) => records > 0));
  return { ...account, head, collections };
}
