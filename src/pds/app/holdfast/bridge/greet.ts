import { datetimeToMs, lexicons, parseDatetime } from '../../../../protocol/index.ts';
import { greet } from '../../../mirroring/greet.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { readHead, WITHOUT_LIMITS } from '../../../mirroring/told-head.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const greetMirror = defineMethod(lexicons.AppHoldfastBridgeGreet.mainSchema, async ({ house, input }) => {
  const { head, time, sentAt, receivedAt } = input;
  const { did } = await pairedAccount(house, input.did);
  const told = head === undefined ? {} : { head: readHead(head) };
  return greet(house, did, { type: '#welcome', ...told, time: parseDatetime(time), limits: WITHOUT_LIMITS }, msOf(sentAt), msOf(receivedAt));
});

const msOf = (time: string): number => datetimeToMs(parseDatetime(time));
