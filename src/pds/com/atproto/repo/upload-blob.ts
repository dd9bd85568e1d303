import { mainSchema } from '@atcute/atproto/types/repo/uploadBlob';
import { accountAsked } from '../../../accounts/account-asked.ts';
import { mediaTypeOf } from '../../../blobs/media-type.ts';
import { rawCid } from '../../../blobs/raw-cid.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const uploadBlob = defineMethod(mainSchema, async (context) => {
  const { house: { blobs }, request, body } = context;
  const did = await accountAsked(context);
  const cid = await rawCid(body);
  const { mimeType, size } = await blobs.put(did, body, { cid, mimeType: mediaTypeOf(body, request.headers.get('content-type')) });
  return { blob: { $type: 'blob', ref: { $link: cid.toString() }, mimeType, size } };
});
