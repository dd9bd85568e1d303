import { mainSchema } from '@atcute/atproto/types/repo/listRecords';
import { isRecordKey } from '../../../../protocol/index.ts';
import type { Entry, Range, Tree } from '../../../../repo/index.ts';
import { answerFrom, readRecords } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { invalidRequest } from '../../../xrpc/xrpc-error.ts';

/** Of the records on one page, but for one that is larger: whoever reads no further keeps them in memory. */
const MOST_BYTES = 1_048_576;

/** Newest first, as far as keys are times; `reverse` turns that around. The cursor is the last record key. Of large records a page has fewer. */
export const listRecords = defineRead(mainSchema, (call) => {
  const { repo, collection, limit, cursor, reverse = false } = call.params;
  if (cursor !== undefined && !isRecordKey(cursor)) throw invalidRequest('The cursor is none that this method gave.');
  return answerFrom(call, repo, async ({ account, reader, repository }) => {
    const entries = await take(repository.tree, rangeOf(collection, cursor, reverse), limit);
    const values = await readRecords(reader, entries, MOST_BYTES);
    const last = entries[values.length - 1];
    return {
      records: values.map((value, index) => ({ uri: `at://${account.did}/${entries[index]!.key}`, cid: entries[index]!.value.toString(), value })),
      ...(last !== undefined && (entries.length === limit || values.length < entries.length) && { cursor: last.key.slice(collection.length + 1) }),
    };
  });
});

function rangeOf(collection: string, cursor: string | undefined, ascending: boolean): Range {
  // `0` follows `/`, and NUL is in no key.
  const from = ascending && cursor !== undefined ? `${collection}/${cursor}\0` : `${collection}/`;
  const to = !ascending && cursor !== undefined ? `${collection}/${cursor}` : `${collection}0`;
  return { from, to, reverse: !ascending };
}

async function take(tree: Tree, range: Range, limit: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of tree.entries(range)) {
    entries.push(entry);
    if (entries.length === limit) break;
  }
  return entries;
}
