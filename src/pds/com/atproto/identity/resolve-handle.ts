import { mainSchema } from '@atcute/atproto/types/identity/resolveHandle';
import { parseHandle } from '../../../../protocol/index.ts';
import { findAccount } from '../../../accounts/find-account.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

export const resolveHandle = defineMethod(mainSchema, async ({ house, params }) => {
  const handle = parseHandle(params.handle);
  const did = (await findAccount(house.store, handle))?.did ?? await house.resolveHandle?.(handle);
  if (did === undefined) throw new XrpcError(400, 'HandleNotFound', 'No account of this house has the handle.');
  return { did };
});
