import { lexicons } from '../../../../protocol/index.ts';
import { handOver } from '../../../mirroring/hand-over.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const handOverRepository = defineMethod(lexicons.AppHoldfastBridgeHandOver.mainSchema, async ({ house, input }) => {
  const { did } = await pairedAccount(house, input.did);
  const { commit, rev, seq, time } = await handOver(house, did);
  return { receipt: { commit: commit.toString(), rev, seq, time } };
});
