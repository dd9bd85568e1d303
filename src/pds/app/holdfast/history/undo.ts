import { lexicons, parseTid } from '../../../../protocol/index.ts';
import { accountToDescribe } from '../../../accounts/find-account.ts';
import { keptCommit } from '../../../history/change.ts';
import { undoWishes } from '../../../history/undo.ts';
import { commitOf } from '../../../write/answers.ts';
import { recall } from '../../../write/journal.ts';
import { defineMethod } from '../../../xrpc/method.ts';
import type { Output } from '../../../xrpc/method.ts';

const schema = lexicons.AppHoldfastHistoryUndo.mainSchema;

export const undoChange = defineMethod(schema, async (context) => {
  const { house, input: { rev, path, force } } = context;
  const { did } = await accountToDescribe(house.store, context.input.did);
  // A repeat would find that it was changed again since: by itself.
  const before = await recall(house.store, context);
  if (before !== undefined) return before as Output<typeof schema>;
  const wishes = await undoWishes(house, did, await keptCommit(house, did, parseTid(rev), path), { path, force });
  return house.writer.write(context, { repo: did, wishes }, (outcome) => ({ records: wishes.length, ...commitOf(outcome) }));
});
