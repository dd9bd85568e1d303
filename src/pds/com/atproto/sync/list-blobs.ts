import { mainSchema } from '@atcute/atproto/types/sync/listBlobs';
import { parseTid } from '../../../../protocol/index.ts';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';

/** The cursor is the last CID. */
export const listBlobs = defineRead(mainSchema, async ({ host, params }) => {
  const { limit, cursor, since } = params;
  const { did } = await accountToRead(host.store, params.did);
  const cids = await host.blobs.list(did, {
    limit, ...(cursor !== undefined && { after: cursor }), ...(since !== undefined && { since: parseTid(since) }),
  });
  const last = cids.at(-1);
  return {
    cids: cids.map((cid) => cid.toString()),
    ...(last !== undefined && cids.length === limit && { cursor: last.toString() }),
  };
});
