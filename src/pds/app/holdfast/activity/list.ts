import { isTid, lexicons } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { operationView } from '../../../views.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

export const listActivity = defineMethod(lexicons.AppHoldfastActivityList.mainSchema, async ({ house, params }) => {
  const { limit, cursor, path } = params;
  if (cursor !== undefined && !isTid(cursor)) throw invalidRequest('The cursor is none that this method gave.');
  const { did } = await accountToDescribe(house.store, params.did);
  const entries = await house.store.history(did, {
    limit, ...(cursor !== undefined && { before: cursor }), ...(path !== undefined && { path }),
  });
  const last = entries.at(-1);
  return {
    commits: entries.map(({ rev, cid, time, operations }) => ({
      rev, time, cid: cid.toString(), operations: operations.filter((operation) => path === undefined || operation.path === path).map(operationView),
    })),
    ...(last !== undefined && entries.length === limit && { cursor: last.rev }),
  };
});
