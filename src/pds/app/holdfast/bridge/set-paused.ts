import { lexicons } from '../../../../protocol/index.ts';
import { goOn } from '../../../mirroring/alarms.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { changeMirror, pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const setPaused = defineMethod(lexicons.AppHoldfastBridgeSetPaused.mainSchema, async ({ house, input: { did, paused } }) => {
  const account = await pairedAccount(house, did);
  await changeMirror(house, account.did, (mirror) => {
    if (mirror === undefined) return undefined;
    return { mirror: paused ? { ...mirror, isPaused: true } : goOn(mirror) };
  });
  return { mirror: await mirrorView(house, await pairedAccount(house, did)) };
});
