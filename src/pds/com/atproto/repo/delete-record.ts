import { mainSchema } from '@atcute/atproto/types/repo/deleteRecord';
import { commitOf } from '../../../write/answers.ts';
import type { Wish } from '../../../write/wish.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const deleteRecord = defineMethod(mainSchema, async (context) => {
  const { house, input: { repo, collection, rkey, swapCommit, swapRecord } } = context;
  const wish: Wish = { collection, rkey, action: 'delete', isMissingFine: true, ...(swapRecord !== undefined && { swapRecord }) };
  return house.writer.write(context, { repo, swapCommit, wishes: [wish] }, commitOf);
});
