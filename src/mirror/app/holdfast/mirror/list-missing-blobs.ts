import { isCidText, lexicons } from '../../../../protocol/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { missingBlobs } from '../../../missing-blobs.ts';

export const listMissingBlobs = defineAccountMethod(lexicons.AppHoldfastMirrorListMissingBlobs.mainSchema, async ({ host, did, params }) => {
  const { limit, cursor } = params;
  if (cursor !== undefined && !isCidText(cursor)) throw new XrpcError(400, 'InvalidRequest', 'The cursor is none that this method gave.');
  const cids = (await missingBlobs(host, did, limit, cursor)).map((cid) => cid.toString());
  return { cids, ...(cids.length >= limit && { cursor: cids.at(-1)! }) };
});
