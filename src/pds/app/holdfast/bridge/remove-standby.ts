import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { removeStandby } from '../../../mirroring/standbys.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pairedAccount, pairingAlone } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const removeMirrorStandby = defineMethod(lexicons.AppHoldfastBridgeRemoveStandby.mainSchema, async ({ house, input: { did: asked, url, force = false } }) => {
  const account = await pairedAccount(house, asked);
  requireConfirmed(account, house.now());
  return { mirror: await mirrorView(house, await pairingAlone(house, account.did, () => removeStandby(house, account.did, url, force))) };
});
