import { lexicons } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const setHistoryLimit = defineMethod(lexicons.AppHoldfastHistorySetLimit.mainSchema, async ({ house, input }) => {
  const { did } = await accountToDescribe(house.store, input.did);
  await house.store.update(did, { historyLimit: input.bytes });
  await house.store.maintain(did);
  house.feed.announce({ type: 'accounts' });
});
