import { lexicons } from '../../../../protocol/index.ts';
import { leave } from '../../../mirroring/leaving.ts';
import { pairedAccount, pairingAlone } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const leaveMirror = defineMethod(lexicons.AppHoldfastBridgeLeave.mainSchema, async ({ house, input: { did, force = false } }) => {
  const account = await pairedAccount(house, did);
  return { deleted: await pairingAlone(house, account.did, () => leave(house, did, force)) };
});
