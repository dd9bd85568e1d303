import { lexicons } from '../../../../protocol/index.ts';
import { mirrorView } from '../../../mirroring/mirror-view.ts';
import { changeMirror, pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const readNotice = defineMethod(lexicons.AppHoldfastBridgeReadNotice.mainSchema, async ({ house, input: { did, time } }) => {
  const account = await pairedAccount(house, did);
  await changeMirror(house, account.did, (mirror) => {
    if (mirror === undefined) return undefined;
    const { notice, withheld, ...rest } = mirror;
    const isRead = (word: typeof notice): boolean => word?.time === time;
    if (!isRead(notice) && !isRead(withheld)) return undefined;
    return { mirror: { ...rest, ...(notice !== undefined && !isRead(notice) && { notice }), ...(withheld !== undefined && !isRead(withheld) && { withheld }) } };
  });
  return { mirror: await mirrorView(house, await pairedAccount(house, did)) };
});
