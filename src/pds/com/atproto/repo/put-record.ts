import { mainSchema } from '@atcute/atproto/types/repo/putRecord';
import { commitOf, writtenRecord } from '../../../write/answers.ts';
import { prepareRecord } from '../../../write/prepare-record.ts';
import type { Wish } from '../../../write/wish.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const putRecord = defineMethod(mainSchema, async (context) => {
  const { house, input: { repo, collection, rkey, record: json, validate, swapCommit, swapRecord } } = context;
  const place = { collection, rkey };
  const record = prepareRecord(json, place, validate);
  const wish: Wish = { ...place, action: 'put', record, ...(swapRecord !== undefined && { swapRecord }) };
  return house.writer.write(context, { repo, swapCommit, wishes: [wish] }, (outcome) => ({
    ...writtenRecord(outcome, place, record), ...commitOf(outcome),
  }));
});
