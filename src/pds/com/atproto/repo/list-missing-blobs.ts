import { mainSchema } from '@atcute/atproto/types/repo/listMissingBlobs';
import { accountAsked } from '../../../accounts/account-asked.ts';
import { defineMethod } from '../../../xrpc/method.ts';

/** So many blobs that records name are looked through at a time. */
const LOOK_AT = 500;

/** The cursor is the last CID. Of the records that name a blob the first is given. */
export const listMissingBlobs = defineMethod(mainSchema, async (context) => {
  const { house: { blobs: store }, params: { limit, cursor } } = context;
  const did = await accountAsked(context);
  const blobs: { readonly cid: string; readonly recordUri: `at://${string}` }[] = [];
  for (let after = cursor; ;) {
    const named = await store.list(did, { limit: LOOK_AT, ...(after !== undefined && { after }) });
    for (const cid of named) {
      after = cid.toString();
      if (await store.info(did, cid) !== undefined) continue;
      const path = await store.namedBy(did, cid);
      // Its record went a moment ago.
      if (path === undefined) continue;
      blobs.push({ cid: after, recordUri: `at://${did}/${path}` });
      if (blobs.length === limit) return { blobs, cursor: after };
    }
    if (named.length < LOOK_AT) return { blobs };
  }
});
