import { lexicons, parseCid } from '../../../../protocol/index.ts';
import { fetchBlobs } from '../../../mirroring/fetch-blobs.ts';
import { pairedAccount } from '../../../mirroring/paired.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const fetchMirrorBlobs = defineMethod(lexicons.AppHoldfastBridgeFetchBlobs.mainSchema, async ({ house, input }) => {
  const { did, mirror: { url } } = await pairedAccount(house, input.did);
  await fetchBlobs(house, did, url, input.cids.map(parseCid));
  return {};
});
