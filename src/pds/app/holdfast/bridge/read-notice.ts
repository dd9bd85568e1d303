import { lexicons } from '../../../../protocol/index.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { changeMirror, pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const readNotice = defineMethod(lexicons.AppHoldfastBridgeReadNotice.mainSchema, async ({ house, input: { did, time } }) => {
  const account = await pairedAccount(house, did);
  await changeMirror(house, account.did, (mirror) => {
    if (mirror?.notice?.time !== time) return undefined;
    const { notice: _, ...rest } = mirror;
    return { mirror: rest };
  });
  return { mirror: await mirrorView(house, await pairedAccount(house, did)) };
});
