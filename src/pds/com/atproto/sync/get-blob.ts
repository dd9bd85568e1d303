import { mainSchema } from '@atcute/atproto/types/sync/getBlob';
import { parseCid } from '../../../../protocol/index.ts';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

/** Only blobs that a record names; what they are is not trusted, so a browser may show them and nothing more. */
export const getBlob = defineRead(mainSchema, async ({ host: { store, blobs }, params }) => {
  const { did } = await accountToRead(store, params.did);
  const cid = parseCid(params.cid);
  const [info, bytes, isReferenced] = await Promise.all([blobs.info(did, cid), blobs.bytes(did, cid), blobs.isReferenced(did, cid)]);
  if (info === undefined || bytes === undefined || !isReferenced) {
    throw new XrpcError(400, 'BlobNotFound', 'There is no such blob in the repository.');
  }
  return new Response(bytes, {
    headers: {
      'content-type': info.mimeType,
      'content-length': String(info.size),
      'content-disposition': `attachment; filename="${params.cid}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  });
});
