import { lexicons } from '../../../../protocol/index.ts';
import { accountView } from '../../../views.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const listAccounts = defineMethod(lexicons.AppHoldfastAccountList.mainSchema, async ({ house }) => ({
  accounts: (await house.store.accounts()).map(accountView),
}));
