import { mainSchema } from '@atcute/atproto/types/identity/resolveHandle';
import { parseHandle } from '../../../../protocol/index.ts';
import { findAccount } from '../../../accounts/find-account.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

export const resolveHandle = defineRead(mainSchema, async ({ host, params }) => {
  const handle = parseHandle(params.handle);
  const did = (await findAccount(host.store, handle))?.did ?? await host.resolveHandle?.(handle);
  if (did === undefined) throw new XrpcError(400, 'HandleNotFound', 'No account of this server has the handle.');
  return { did };
});
