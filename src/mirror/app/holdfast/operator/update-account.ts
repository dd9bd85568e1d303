import { XrpcError } from '../../../../pds/index.ts';
import { lexicons, parseDid } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { accountView, hasLeft, termsFromView } from '../../../operator/views.ts';
import { letStand } from '../../../standing.ts';

export const updateAccount = defineOperatorMethod(lexicons.AppHoldfastOperatorUpdateAccount.mainSchema, async ({ host, input }) => {
  const did = parseDid(input.did);
  const before = await host.copies.account(did);
  if (before === undefined || hasLeft(before)) throw new XrpcError(400, 'AccountNotFound', 'This account is not kept here.');
  if (input.terms !== undefined) {
    await host.copies.setTerms(did, termsFromView(input.terms));
    host.log(`${did} has other terms`);
  }
  if (input.status !== undefined) await letStand(host, did, input.status);
  return { account: await accountView(host, (await host.copies.account(did))!) };
});
