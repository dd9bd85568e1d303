import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { leave } from '../../../mirroring/leaving.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pairedAccount, pairingAlone } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const leaveMirror = defineMethod(lexicons.AppHoldfastBridgeLeave.mainSchema, async ({ house, input: { did, force = false } }) => {
  const account = await pairedAccount(house, did);
  requireConfirmed(account, house.now());
  const deleted = await pairingAlone(house, account.did, () => leave(house, did, force));
  const { mirror, ...left } = await accountToDescribe(house.store, did);
  return { deleted, ...(mirror !== undefined && { mirror: await mirrorView(house, { ...left, mirror }) }) };
});
