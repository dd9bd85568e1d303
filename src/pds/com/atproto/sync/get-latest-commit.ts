import { mainSchema } from '@atcute/atproto/types/sync/getLatestCommit';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const getLatestCommit = defineMethod(mainSchema, async ({ house, params }) => {
  const { head } = await accountToRead(house.store, params.did);
  return { cid: head.cid.toString(), rev: head.rev };
});
