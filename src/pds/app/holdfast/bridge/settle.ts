import { lexicons } from '../../../../protocol/index.ts';
import { invalidReceipt, settle } from '../../../mirroring/settle.ts';
import { readReceipt } from '../../../mirroring/told-receipt.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const settleReceipt = defineMethod(lexicons.AppHoldfastBridgeSettle.mainSchema, async ({ house, input }) => {
  const receipt = readReceipt(input.receipt);
  if (receipt === undefined) throw invalidReceipt('This is no receipt.');
  await settle(house, input.did, receipt);
  return {};
});
