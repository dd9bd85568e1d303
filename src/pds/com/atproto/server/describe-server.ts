import { mainSchema } from '@atcute/atproto/types/server/describeServer';
import { defineMethod } from '../../../xrpc/method.ts';

export const describeServer = defineMethod(mainSchema, async ({ house }) => ({
  did: house.did,
  availableUserDomains: [],
  blobUploadLimit: house.maxBlobBytes,
}));
