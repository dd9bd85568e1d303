import { mainSchema } from '@atcute/atproto/types/sync/getLatestCommit';
import { accountToRead } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';

export const getLatestCommit = defineRead(mainSchema, async ({ host, params }) => {
  const { head } = await accountToRead(host.store, params.did);
  return { cid: head.cid.toString(), rev: head.rev };
});
