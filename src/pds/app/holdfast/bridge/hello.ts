import { lexicons } from '../../../../protocol/index.ts';
import { houseDesk } from '../../../mirroring/house-desk.ts';
import { leaveOthers } from '../../../mirroring/leaving.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const sayHello = defineMethod(lexicons.AppHoldfastBridgeHello.mainSchema, async ({ house, input }) => {
  const { did, mirror: { url } } = await pairedAccount(house, input.did);
  // They meet again, so a mirror that was left may answer by now.
  void leaveOthers(house, did);
  const { token, version } = await houseDesk(house, did).hello(input.purpose, input.fingerprints);
  return { url, did, token, version };
});
