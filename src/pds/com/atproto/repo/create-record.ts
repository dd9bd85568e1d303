import { mainSchema } from '@atcute/atproto/types/repo/createRecord';
import { commitOf, keyFor, writtenRecord } from '../../../write/answers.ts';
import { prepareRecord } from '../../../write/prepare-record.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const createRecord = defineMethod(mainSchema, async (context) => {
  const { house, input: { repo, collection, rkey, record: json, validate, swapCommit } } = context;
  const place = { collection, rkey: keyFor(context, rkey) };
  const record = prepareRecord(json, place, validate);
  return house.writer.write(context, { repo, swapCommit, wishes: [{ ...place, action: 'create', record }] }, (outcome) => ({
    ...writtenRecord(outcome, place, record), ...commitOf(outcome),
  }));
});
