import { lexicons } from '../../../../protocol/index.ts';
import { look } from '../../../mirroring/look.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const lookAround = defineMethod(lexicons.AppHoldfastBridgeLook.mainSchema, async ({ house, input }) => {
  const { did } = await pairedAccount(house, input.did);
  return { mirror: await mirrorView(house, await look(house, did)) };
});
