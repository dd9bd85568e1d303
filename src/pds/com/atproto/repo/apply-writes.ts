import { mainSchema } from '@atcute/atproto/types/repo/applyWrites';
import { commitOf, keyFor, writtenRecord } from '../../../write/answers.ts';
import { prepareRecord } from '../../../write/prepare-record.ts';
import type { Wish } from '../../../write/wish.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

const MAX_WRITES = 200;
const NSID = 'com.atproto.repo.applyWrites';

export const applyWrites = defineMethod(mainSchema, async (context) => {
  const { house, input: { repo, writes, validate, swapCommit } } = context;
  if (writes.length > MAX_WRITES) throw invalidRequest(`Too many writes. Max: ${MAX_WRITES}`);
  const wishes = writes.map((write): Wish => {
    const { collection } = write;
    if (write.$type === `${NSID}#delete`) return { collection, rkey: write.rkey, action: 'delete', isMissingFine: false };
    const place = { collection, rkey: keyFor(context, write.rkey) };
    const action = write.$type === `${NSID}#create` ? 'create' : 'update';
    return { ...place, action, record: prepareRecord(write.value, place, validate) };
  });
  return house.writer.write(context, { repo, swapCommit, wishes }, (outcome) => ({
    ...commitOf(outcome),
    results: wishes.map((wish) => (wish.action === 'delete'
      ? { $type: `${NSID}#deleteResult` }
      : { $type: `${NSID}#${wish.action}Result`, ...writtenRecord(outcome, wish, wish.record) })),
  }));
});
