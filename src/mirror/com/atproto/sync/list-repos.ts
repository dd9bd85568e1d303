import { mainSchema } from '@atcute/atproto/types/sync/listRepos';
import { isKnown } from '../../../../mirroring/index.ts';
import { defineHostMethod, XrpcError } from '../../../../pds/index.ts';
import { isDid } from '../../../../protocol/index.ts';
import type { MirrorHost } from '../../../mirror-host.ts';

/** Of the name that it is asked by. In the order of DIDs; the cursor is the last DID that was looked at. What nobody has heard of, and what was deleted, is not here. */
export const listRepos = defineHostMethod<MirrorHost>()(mainSchema, async ({ host, params: { limit, cursor } }) => {
  if (cursor !== undefined && !isDid(cursor)) throw new XrpcError(400, 'InvalidRequest', 'The cursor is none that this method gave.');
  const accounts = await host.copies.accounts({ limit, host: host.at.name, ...(cursor !== undefined && { after: cursor }) });
  const last = accounts.at(-1);
  return {
    repos: accounts.flatMap((account) => {
      const { did, status, head } = account;
      if (head === undefined || status === 'deleted' || !isKnown(account)) return [];
      const active = status === 'active';
      return [{ did, head: head.cid.toString(), rev: head.rev, active, ...(status !== 'active' && { status }) }];
    }),
    ...(last !== undefined && accounts.length === limit && { cursor: last.did }),
  };
});
