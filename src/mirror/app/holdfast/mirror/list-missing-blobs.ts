import { isCidText, lexicons } from '../../../../protocol/index.ts';
import type { Cid } from '../../../../protocol/index.ts';
import { XrpcError } from '../../../../pds/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';

/** So many references are looked through for one answer. */
const LOOK_AT = 1_000;

export const listMissingBlobs = defineAccountMethod(lexicons.AppHoldfastMirrorListMissingBlobs.mainSchema, async ({ host, did, params }) => {
  const { limit, cursor } = params;
  if (cursor !== undefined && !isCidText(cursor)) throw new XrpcError(400, 'InvalidRequest', 'The cursor is none that this method gave.');
  const missing: Cid[] = [];
  let after: string | undefined = cursor;
  for (;;) {
    const named = await host.blobs.list(did, { limit: LOOK_AT, ...(after !== undefined && { after }) });
    const found = await Promise.all(named.map((cid) => host.blobs.info(did, cid)));
    missing.push(...named.filter((_, index) => found[index] === undefined));
    const last = named.at(-1)?.toString();
    if (last === undefined || named.length < LOOK_AT || missing.length >= limit) break;
    after = last;
  }
  const cids = missing.slice(0, limit).map((cid) => cid.toString());
  return { cids, ...(missing.length >= limit && { cursor: cids.at(-1)! }) };
});
