import { mainSchema } from '@atcute/atproto/types/sync/getRepoStatus';
import { accountKnown } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';

/** Answers for every account that is known here; the rev only of one that is served. */
export const getRepoStatus = defineRead(mainSchema, async ({ host, params }) => {
  const { did, status, head } = await accountKnown(host.store, params.did);
  return status === 'active' ? { did, active: true, rev: head.rev } : { did, active: false, status };
});
