import { findAccount, XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { accountView, hasLeft } from '../../../operator/views.ts';

export const getAccount = defineOperatorMethod(lexicons.AppHoldfastOperatorGetAccount.mainSchema, async ({ host, params }) => {
  const account = await findAccount(host.copies, params.account);
  if (account === undefined || hasLeft(account)) throw new XrpcError(400, 'AccountNotFound', 'This account is not kept here.');
  return { account: await accountView(host, account) };
});
