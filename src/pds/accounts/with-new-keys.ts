import type { Account } from '../ports/account.ts';
import type { CommitChange, NewKeys } from '../ports/house-store.ts';
import { afterCommit } from './after-commit.ts';

/** The account as new keys and the commit that they signed leave it: a mirror is to be sent everything again. For stores. */
export function withNewKeys(account: Account, change: CommitChange, { signingKey, rotationKeys, operations, kit }: NewKeys): Account {
  const { mirror } = account;
  return {
    ...afterCommit(account, change), signingKey, rotationKeys, operations, kit,
    ...(mirror !== undefined && { mirror: { ...mirror, resend: true } }),
  };
}
