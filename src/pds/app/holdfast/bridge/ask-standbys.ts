import { lexicons } from '../../../../protocol/index.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { askStandbys } from '../../../mirroring/standbys.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const askMirrorStandbys = defineMethod(lexicons.AppHoldfastBridgeAskStandbys.mainSchema, async ({ house, input }) => {
  const { did } = await pairedAccount(house, input.did);
  return { mirror: await mirrorView(house, await askStandbys(house, did)) };
});
