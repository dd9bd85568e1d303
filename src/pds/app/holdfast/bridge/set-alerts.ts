import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { setAlertsAtMirror } from '../../../mirroring/alerts-at-mirror.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const setMirrorAlerts = defineMethod(lexicons.AppHoldfastBridgeSetAlerts.mainSchema, async ({ house, input: { did, mirror, deed } }) => {
  const account = await pairedAccount(house, did);
  requireConfirmed(account, house.now());
  return setAlertsAtMirror(house, account, deed, mirror);
});
