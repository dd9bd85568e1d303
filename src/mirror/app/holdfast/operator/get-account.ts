import { defineHostMethod, findAccount, XrpcError } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import type { OperatorHost } from '../../../operator/operator-host.ts';
import { accountView, hasLeft } from '../../../operator/views.ts';

export const getAccount = defineHostMethod<OperatorHost>()(lexicons.AppHoldfastOperatorGetAccount.mainSchema, async ({ host, params }) => {
  const account = await findAccount(host.copies, params.account);
  if (account === undefined || hasLeft(account)) throw new XrpcError(400, 'AccountNotFound', 'This account is not kept here.');
  return { account: await accountView(host, account) };
});
