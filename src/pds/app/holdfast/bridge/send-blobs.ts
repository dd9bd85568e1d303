import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { mirrorClient, pairedAccount } from '../../../mirroring/paired.ts';
import { sendBlobs, sendLackedBlobs } from '../../../mirroring/send-blobs.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const sendMirrorBlobs = defineMethod(lexicons.AppHoldfastBridgeSendBlobs.mainSchema, async ({ house, input }) => {
  const account = await pairedAccount(house, input.did);
  const client = await mirrorClient(house, account, account.mirror);
  const { sent, missing } = input.cids === undefined
    ? await sendLackedBlobs(house, account.did, client)
    : await sendBlobs(house, account.did, client, input.cids.map(parseCid));
  return { sent, missing };
});
