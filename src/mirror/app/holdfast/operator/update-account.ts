import { defineHostMethod, XrpcError } from '../../../../pds/index.ts';
import { lexicons, parseDid } from '../../../../protocol/index.ts';
import type { OperatorHost } from '../../../operator/operator-host.ts';
import { accountView, hasLeft, termsFromView } from '../../../operator/views.ts';
import { xrpcErrorOf } from '../../../refusals.ts';
import { letStand } from '../../../standing.ts';

export const updateAccount = defineHostMethod<OperatorHost>()(lexicons.AppHoldfastOperatorUpdateAccount.mainSchema, async ({ host, input }) => {
  const did = parseDid(input.did);
  const before = await host.copies.account(did);
  if (before === undefined || hasLeft(before)) throw new XrpcError(400, 'AccountNotFound', 'This account is not kept here.');
  try {
    if (input.terms !== undefined) {
      await host.copies.setTerms(did, termsFromView(input.terms));
      host.log(`${did} has other terms`);
    }
    if (input.status !== undefined) await letStand(host, did, input.status);
  } catch (error) {
    throw xrpcErrorOf(error);
  }
  return { account: await accountView(host, (await host.copies.account(did))!) };
});
