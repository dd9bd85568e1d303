import { lexicons } from '../../../../protocol/index.ts';
import { requireConfirmed } from '../../../accounts/confirmed.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { mirrorOrigin } from '../../../mirroring/mirror-url.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pair } from '../../../mirroring/pairing.ts';
import { pairingAlone } from '../../../mirroring/paired.ts';
import { stepTeller } from '../../../step-teller.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const pairMirror = defineMethod(lexicons.AppHoldfastBridgePair.mainSchema, async ({ house, input, request, requestId }) => {
  const known = await accountToDescribe(house.store, input.did);
  requireConfirmed(known, house.now());
  const { did } = known;
  const wish = { ...input, did, url: mirrorOrigin(input.url, request.url) };
  const account = await pairingAlone(house, did, () => pair(house, wish, stepTeller(house.feed, requestId)));
  return { mirror: await mirrorView(house, account) };
});
