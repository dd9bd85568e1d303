import { mainSchema as listRecords } from '@atcute/atproto/types/repo/listRecords';
import { count, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import { mustRefuse, TooLarge } from '../host.ts';
import { steady } from '../snapshot.ts';
import type { Snapshot } from '../snapshot.ts';
import { mustBeBlock } from './records.ts';
import type { Reader } from './records.ts';

const WHY = 'https://docs.bsky.app/docs/api/com-atproto-repo-list-records';
const LIST = 'com.atproto.repo.listRecords';
/** A list of more records is not read to its end. */
const MOST = 500;
const MOST_PAGES = 60;

interface Listed {
  readonly uri: string;
  readonly cid: string;
  readonly value: unknown;
}

/** Lists of records. */
export const LIST_CHECKS: readonly Check[] = [
  {
    id: 'records.list', title: 'A list has the records of a collection, with their values', why: WHY,
    run: (context) => steady(context, async (snapshot) => {
      const { collection } = chosen(snapshot);
      const { records } = await listOf(context, { collection, limit: 50 });
      must(records.length > 0, 'Missing', `The list of ${collection} is empty`);
      for (const { uri, cid, value } of records) {
        const path = pathIn(context, uri);
        must(snapshot.records.get(path)?.toString() === cid, 'OtherCid', `The list has ${shown(uri)} with a CID that the repository does not have there`);
        const bytes = snapshot.samples.get(path);
        if (bytes !== undefined) mustBeBlock(path, value, bytes);
      }
      return count(records.length, 'record');
    }),
  },
  {
    id: 'records.list-order', title: 'Lists begin with the newest key', why: WHY,
    run: (context) => steady(context, (snapshot) => isInOrder(context, snapshot, false)),
  },
  {
    id: 'records.list-reverse', title: 'Lists turned round begin with the oldest key', why: WHY,
    run: (context) => steady(context, (snapshot) => isInOrder(context, snapshot, true)),
  },
  {
    id: 'records.list-pages', title: 'Pages follow each other without gap or repetition', why: WHY,
    run: (context) => steady(context, async (snapshot) => {
      const { collection, paths } = chosen(snapshot);
      if (paths.length < 2) throw new NotSeen('no collection has more than one record');
      await given('records.list', listOf(context, { collection, limit: 2 }));
      const limit = Math.min(100, Math.max(1, Math.ceil(paths.length / 3)));
      const read = await pagesOf(context, collection, limit);
      must(read.join() === paths.toReversed().join(), 'Pages', `The pages of ${collection} have ${read.length} records, and not the ${paths.length} of the repository in their order`);
      return count(Math.ceil(paths.length / limit), 'page');
    }),
  },
  {
    id: 'records.list-limit', title: 'A list is as long as was asked for, and no limit is out of bounds', why: WHY,
    run: (context) => steady(context, async (snapshot) => {
      const { collection } = chosen(snapshot);
      const { records } = await given('records.list', listOf(context, { collection, limit: 1 }));
      must(records.length === 1, 'Limit', `A list of one record has ${records.length}`);
      const wrong = { repo: context.did, collection };
      mustRefuse(await context.host.get(LIST, { ...wrong, limit: 0 }), 'listRecords with limit 0', ['InvalidRequest']);
      return mustRefuse(await context.host.get(LIST, { ...wrong, limit: 1_000 }), 'listRecords with limit 1000', ['InvalidRequest']);
    }),
  },
  {
    id: 'records.list-empty', title: 'A collection without records has an empty list', why: WHY,
    run: async ({ host, did }) => {
      const { records, cursor } = await given('records.list', host.query(listRecords, { repo: did, collection: 'com.example.nothing' }));
      must(records.length === 0 && cursor === undefined, 'NotEmpty', `The list of a collection that is not there has ${count(records.length, 'record')}`);
      return 'nothing';
    },
  },
];

/** A collection to list: the largest that is read to its end. @throws NotSeen */
function chosen({ collections, records, isWhole }: Snapshot): { readonly collection: string; readonly paths: readonly string[] } {
  const fitting = [...collections].filter(([, size]) => size <= MOST).sort(([, a], [, b]) => b - a);
  const collection = fitting[0]?.[0];
  if (collection === undefined || !isWhole) throw new NotSeen('the repository has no collection of a size that can be read whole');
  return { collection, paths: [...records.keys()].filter((path) => path.startsWith(`${collection}/`)) };
}

async function isInOrder(context: Reader, snapshot: Snapshot, reverse: boolean): Promise<string> {
  const { collection, paths } = chosen(snapshot);
  if (paths.length < 2) throw new NotSeen('no collection has more than one record');
  const { records, limit, cursor } = await given('records.list', listOf(context, { collection, limit: 100, ...(reverse && { reverse }) }));
  const read = records.map(({ uri }) => pathIn(context, uri));
  // A page may have fewer than were asked for, where it says how to go on.
  const expected = (reverse ? paths : paths.toReversed()).slice(0, cursor === undefined ? limit : read.length);
  must(read.length > 0 && read.join() === expected.join(), 'Order', `The list of ${collection} has ${count(read.length, 'record')}, not in the order that is due`);
  return count(read.length, 'record');
}

interface Page {
  readonly records: readonly Listed[];
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A list by a limit, which is a smaller one where the records are too large for one answer. @throws Finding; NotSeen */
async function listOf({ host, did }: Reader, params: { readonly collection: string; readonly limit: number; readonly reverse?: boolean; readonly cursor?: string | undefined }): Promise<Page> {
  for (let { limit } = params; ; limit = Math.ceil(limit / 2)) {
    try {
      return { ...await host.query(listRecords, { repo: did, ...params, limit }), limit };
    } catch (error) {
      if (!(error instanceof TooLarge) || limit === 1) throw error;
    }
  }
}

async function pagesOf(reader: Reader, collection: string, most: number): Promise<readonly string[]> {
  const read: string[] = [];
  let cursor: string | undefined;
  let limit = most;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await given('records.list', listOf(reader, { collection, limit, cursor }));
    read.push(...answer.records.map(({ uri }) => pathIn(reader, uri)));
    if (answer.cursor === undefined || answer.records.length === 0) return read;
    must(answer.cursor !== cursor, 'Cursor', 'A cursor leads to itself');
    ({ cursor, limit } = answer);
  }
  if (limit < most) throw new NotSeen('its records are too large for the list to be read to its end');
  return read;
}

/** @throws Finding where it is of another account */
function pathIn({ did }: Pick<Reader, 'did'>, uri: string): string {
  const start = `at://${did}/`;
  must(uri.startsWith(start), 'Uri', `The list has the uri ${shown(uri)}, which is not of the account`);
  return uri.slice(start.length);
}
