import { lexicons } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { HISTORY_LIMIT } from '../../../ports/account.ts';
import { accountView } from '../../../views.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const describeAccount = defineMethod(lexicons.AppHoldfastAccountDescribe.mainSchema, async ({ house, params }) => {
  const account = await accountToDescribe(house.store, params.did);
  const [size, blobs] = await Promise.all([house.store.size(account.did), house.blobs.usage(account.did)]);
  return {
    account: accountView(account),
    signingKey: account.signingKey,
    rotationKeys: account.rotationKeys,
    collections: [...account.collections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([collection, count]) => ({ collection, ...count })),
    repositoryBytes: size.blocks,
    deadBytes: size.dead,
    historyBytes: size.history,
    historyLimit: account.historyLimit ?? HISTORY_LIMIT,
    ...(size.oldest !== undefined && { historyFrom: size.oldest }),
    blobs: blobs.blobs,
    blobBytes: blobs.bytes,
    operations: account.operations.length,
  };
});
