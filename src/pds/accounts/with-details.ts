import type { Account, AccountDetails } from '../ports/account.ts';

/** The account with its details changed; what is `undefined` among them is taken away. For stores. */
export function withDetails(account: Account, details: Partial<AccountDetails>): Account {
  const { handle, kit, mirror, confirmedUntil, ...rest } = { ...account, ...details };
  return {
    ...rest,
    ...(handle !== undefined && { handle }), ...(kit !== undefined && { kit }), ...(mirror !== undefined && { mirror }),
    ...(confirmedUntil !== undefined && { confirmedUntil }),
  };
}
