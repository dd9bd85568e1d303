import { lexicons, parseDatetime, parseTid } from '../../../../protocol/index.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { refused } from '../../../mirroring/refused.ts';
import { readHead } from '../../../mirroring/told-head.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const hearRefusal = defineMethod(lexicons.AppHoldfastBridgeRefused.mainSchema, async ({ house, input }) => {
  const { rev, code, message, head, time } = input;
  const { did } = await pairedAccount(house, input.did);
  return refused(house, did, {
    type: '#reject', code, message, time: parseDatetime(time),
    ...(rev !== undefined && { rev: parseTid(rev) }), ...(head !== undefined && { head: readHead(head) }),
  });
});
