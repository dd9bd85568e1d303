import { mainSchema } from '@atcute/atproto/types/server/describeServer';
import { defineRead } from '../../../xrpc/method.ts';

export const describeServer = defineRead(mainSchema, async ({ host: { did, maxBlobBytes, description } }) => ({
  did,
  ...description,
  blobUploadLimit: maxBlobBytes,
}));
