import { XrpcError } from '../../../../pds/index.ts';
import { isDid, lexicons } from '../../../../protocol/index.ts';
import type { Did } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { accountView, hasLeft } from '../../../operator/views.ts';

export const listAccounts = defineOperatorMethod(lexicons.AppHoldfastOperatorListAccounts.mainSchema, async ({ host, params }) => {
  const { limit, cursor } = params;
  if (cursor !== undefined && !isDid(cursor)) throw new XrpcError(400, 'InvalidRequest', 'The cursor is one that this method has given.');
  const page = await host.copies.accounts({ limit, ...(cursor !== undefined && { after: cursor as Did }) });
  const kept = page.filter((account) => !hasLeft(account));
  return {
    accounts: await Promise.all(kept.map((account) => accountView(host, account))),
    ...(page.length === limit && { cursor: page.at(-1)!.did }),
  };
});
