import { lexicons } from '../../../../protocol/index.ts';
import { houseDesk } from '../../../mirroring/house-desk.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const sayHello = defineMethod(lexicons.AppHoldfastBridgeHello.mainSchema, async ({ house, input }) => {
  const { did, mirror: { url } } = await pairedAccount(house, input.did);
  const { token, version } = await houseDesk(house, did).hello();
  return { url, did, token, version };
});
