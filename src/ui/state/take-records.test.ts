import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, encodeCbor, toJson } from '../../protocol/index.ts';
import type { CborMap } from '../../protocol/index.ts';
import { ALICE, NOTE, PdsHouse } from '../../../test/support/pds-house.ts';
import { FileValues } from './file-values.ts';
import { takeRecords } from './take-records.ts';
import type { FoundChange, TakeResult } from '../jobs/compare-types.ts';

const { did } = ALICE;
const APPLY = 'com.atproto.repo.applyWrites';

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A file with these records, as comparing gives it. */
function fileWith(records: readonly (readonly [path: string, record: CborMap, here?: string])[]) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  const changes = records.map(([path, record, here]): FoundChange => {
    const bytes = encodeCbor(record).slice();
    pieces.push(bytes);
    at += bytes.length;
    return { path, at: at - bytes.length, size: bytes.length, ...(here !== undefined && { here }) };
  });
  return { changes, values: new FileValues(new Blob(pieces)) };
}

const note = (text: string): CborMap => ({ $type: NOTE, text });

async function taken(
  house: PdsHouse, { changes, values }: ReturnType<typeof fileWith>, more: { readonly before?: (count: number) => Promise<void>; readonly signal?: AbortSignal; readonly head?: string } = {},
): Promise<TakeResult> {
  let count = 0;
  return takeRecords({ did, head: more.head ?? await house.head(), changes, valueOf: (change) => values.read(change) }, {
    signal: more.signal ?? new AbortController().signal,
    progress: () => undefined,
    apply: async (input) => {
      await more.before?.(++count);
      const { status, body } = await house.post(APPLY, input);
      if (status !== 200) throw new Refusal(status, String(body['error']), String(body['message']));
      return body['commit'] as { cid: string; rev: string };
    },
  });
}

const cidAt = async (house: PdsHouse, path: string): Promise<unknown> => {
  const [collection, rkey] = path.split('/') as [string, string];
  return (await house.get('com.atproto.repo.getRecord', { repo: did, collection, rkey })).body['cid'];
};

test('records come back at their own paths with the values of the file, in commits of at most 200', async () => {
  const house = await PdsHouse.make();
  await house.post('com.atproto.repo.putRecord', { repo: did, collection: NOTE, rkey: 'n000', record: { text: 'mine' } });
  const here = await cidAt(house, `${NOTE}/n000`);
  const records = Array.from({ length: 450 }, (_, index): readonly [string, CborMap] => [`${NOTE}/n${String(index).padStart(3, '0')}`, note(`of the file ${index}`)]);
  const result = await taken(house, fileWith(records.map(([path, record], index) => (index === 0 ? [path, record, String(here)] : [path, record]))));
  assert.deepEqual([result.records, result.revs.length, result.refused, result.stopped], [450, 3, [], undefined]);
  for (const [path, record] of [records[0]!, records[449]!]) assert.equal(await cidAt(house, path), cidOf(encodeCbor(record)).toString());
  // Each of the commits is in history, and taken back the last first leaves what was there before.
  for (const rev of result.revs.toReversed()) assert.equal((await house.post('app.holdfast.history.undo', { did, rev })).status, 200);
  assert.equal(await cidAt(house, `${NOTE}/n000`), here);
  assert.equal(await cidAt(house, `${NOTE}/n001`), undefined);
});

test('large records share fewer commits', async () => {
  const house = await PdsHouse.make();
  const records = Array.from({ length: 5 }, (_, index) => [`${NOTE}/n${index}`, note('x'.repeat(300_000))] as const);
  const result = await taken(house, fileWith(records));
  assert.deepEqual([result.records, result.revs.length], [5, 3]);
});

test('what the house refuses is left out and named, and the others come back', async () => {
  const house = await PdsHouse.make();
  const blob = { $type: 'blob', ref: cidOf(new Uint8Array(1), 'raw'), mimeType: 'image/png', size: 1 };
  const file = fileWith([[`${NOTE}/a`, note('a')], [`${NOTE}/b`, { ...note('b'), image: blob }], [`${NOTE}/c`, note('c')], [`${NOTE}/d`, note('d')]]);
  const result = await taken(house, file);
  assert.equal(result.records, 3);
  assert.deepEqual(result.refused.map(({ path }) => path), [`${NOTE}/b`]);
  assert.match(result.refused[0]!.message, /was not uploaded/);
  assert.equal(await cidAt(house, `${NOTE}/b`), undefined);
  assert.ok(await cidAt(house, `${NOTE}/d`) !== undefined);
});

test('it ends where somebody else writes meanwhile, and nothing is written over', async () => {
  const house = await PdsHouse.make();
  const head = await house.head();
  await house.post('com.atproto.repo.putRecord', { repo: did, collection: NOTE, rkey: 'mine', record: { text: 'mine' } });
  await assert.rejects(taken(house, fileWith([[`${NOTE}/a`, note('a')]]), { head }), { code: 'InvalidSwap' });
  assert.equal(await cidAt(house, `${NOTE}/a`), undefined);
  const records = Array.from({ length: 300 }, (_, index) => [`${NOTE}/n${String(index).padStart(3, '0')}`, note(`${index}`)] as const);
  const result = await taken(house, fileWith(records), {
    before: async (count) => {
      if (count === 2) await house.post('com.atproto.repo.putRecord', { repo: did, collection: NOTE, rkey: 'n250', record: { text: 'newer' } });
    },
  });
  assert.deepEqual([result.records, result.revs.length, result.stopped !== undefined], [200, 1, true]);
  assert.equal(await cidAt(house, `${NOTE}/n250`), cidOf(encodeCbor(note('newer'))).toString());
});

test('it ends when it is cancelled, and says what was brought', async () => {
  const house = await PdsHouse.make();
  const cancelling = new AbortController();
  const records = Array.from({ length: 300 }, (_, index) => [`${NOTE}/n${String(index).padStart(3, '0')}`, note(`${index}`)] as const);
  const result = await taken(house, fileWith(records), { signal: cancelling.signal, before: async () => cancelling.abort() });
  assert.deepEqual([result.records, result.revs.length, result.stopped], [200, 1, '']);
});

test('a value is read from the window before it, and from a new one', async () => {
  const { changes, values } = fileWith(Array.from({ length: 5 }, (_, index) => [`${NOTE}/${index}`, note(`${index}`.repeat(400_000))] as const));
  for (const index of [0, 1, 4, 2, 3]) assert.deepEqual(await values.read(changes[index]!), toJson(note(`${index}`.repeat(400_000))));
});
