import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { addStandby } from '../../../mirroring/standbys.ts';
import { mirrorOrigin } from '../../../mirroring/mirror-url.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pairedAccount, pairingAlone } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const addMirrorStandby = defineMethod(lexicons.AppHoldfastBridgeAddStandby.mainSchema, async ({ house, input, request }) => {
  const account = await pairedAccount(house, input.did);
  requireConfirmed(account, house.now());
  const url = mirrorOrigin(input.url, request.url);
  return { mirror: await mirrorView(house, await pairingAlone(house, account.did, () => addStandby(house, account.did, url, input.invite))) };
});
