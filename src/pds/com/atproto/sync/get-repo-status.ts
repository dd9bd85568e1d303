import { mainSchema } from '@atcute/atproto/types/sync/getRepoStatus';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getRepoStatus = defineMethod(mainSchema, async ({ house, params }) => {
  const { did, head } = await accountToRead(house.store, params.did);
  return { did, active: true, rev: head.rev };
});
