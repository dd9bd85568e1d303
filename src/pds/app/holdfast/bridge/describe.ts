import { lexicons } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const describeBridge = defineMethod(lexicons.AppHoldfastBridgeDescribe.mainSchema, async ({ house, params }) => {
  const account = await accountToDescribe(house.store, params.did);
  const { mirror } = account;
  return mirror === undefined ? {} : { mirror: await mirrorView(house, { ...account, mirror }) };
});
