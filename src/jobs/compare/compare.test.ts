import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cidOf, decodeCbor, encodeCbor, formatDidKey } from '../../protocol/index.ts';
import type { CborMap } from '../../protocol/index.ts';
import { bytesOf, restoreOf, TestHouse } from '../../../test/support/job-house.ts';
import { makeRestorable } from '../../../test/support/restorable.ts';
import { PICTURES, savedBackup } from '../../../test/support/saved-backup.ts';
import type { CompareResult } from './compare.ts';

const note = (rkey: string, text: string) => ({ path: `app.holdfast.note/${rkey}`, record: { $type: 'app.holdfast.note', text } });

/** What a house says of a file of the same account; the file has `old`, the house `now`. */
async function compared(old: readonly ReturnType<typeof note>[], now: readonly ReturnType<typeof note>[]) {
  const made = await makeRestorable({ items: old });
  const later = await makeRestorable({ items: now, again: made, committedAt: Date.now() - 60_000 });
  const house = new TestHouse();
  await house.done(restoreOf(later));
  return { house, made, later, result: await house.done<CompareResult>({ job: 'compare', did: made.did, car: made.car }) };
}

async function valueOf({ values }: CompareResult, { at, size }: { readonly at: number; readonly size: number }): Promise<CborMap> {
  return decodeCbor(await bytesOf(values.slice(at, at + size))) as CborMap;
}

describe('comparing a file with the house', () => {
  it('says what is new, what differs and what is the same, with the values of the file', async () => {
    const { house, later, result } = await compared(
      [note('a', 'same'), note('b', 'old'), note('c', 'deleted since'), note('d', 'same'), note('e', 'deleted since')],
      [note('0', 'written since'), note('a', 'same'), note('b', 'new'), note('d', 'same')],
    );
    assert.deepEqual(result.compared, [{ collection: 'app.holdfast.note', fresh: 2, differs: 1, same: 2 }]);
    assert.deepEqual(result.changes.map(({ path, here }) => [path, here]), [
      ['app.holdfast.note/b', cidOf(encodeCbor(note('b', 'new').record)).toString()],
      ['app.holdfast.note/c', undefined], ['app.holdfast.note/e', undefined],
    ]);
    assert.deepEqual(await Promise.all(result.changes.map(async (change) => (await valueOf(result, change))['text'])), ['old', 'deleted since', 'deleted since']);
    // What two paths have is kept once.
    assert.equal(result.changes[1]!.at, result.changes[2]!.at);
    assert.equal(result.houseHead, later.head.toString());
    assert.equal((await house.store.account(later.did))?.head.cid.toString(), later.head.toString());
  });

  it('finds the value of a record that the house has at another path only', async () => {
    const { result } = await compared([note('a', 'one'), note('b', 'one')], [note('a', 'one')]);
    assert.deepEqual(await valueOf(result, result.changes[0]!), note('b', 'one').record);
  });

  it('compares a whole collection that is gone', async () => {
    const many = Array.from({ length: 900 }, (_, index) => note(`n${index.toString().padStart(4, '0')}`, `text ${index}`));
    const { result } = await compared(many, []);
    assert.equal(result.changes.length, 900);
    assert.deepEqual(await valueOf(result, result.changes[899]!), many[899]!.record);
  });

  it('says which blobs the backup brings and which are nowhere, and puts the former into the house', async () => {
    const { zip, made } = await savedBackup();
    const later = await makeRestorable({ items: [], again: made, committedAt: Date.now() - 60_000 });
    const house = new TestHouse();
    await house.done(restoreOf(later));
    const result = await house.done<CompareResult>({ job: 'compare', did: made.did, car: zip });
    const [one, two] = PICTURES.map(({ cid }) => cid.toString());
    assert.deepEqual(result.changes.map(({ brings, isLacking }) => [brings, isLacking]), [[[one], undefined], [[two], undefined], [undefined, true]]);
    assert.ok(result.createdAt !== undefined);
    assert.equal((await house.blobs.usage(made.did)).blobs, 0);
    await house.done({ job: 'unpack', did: made.did, car: zip, cids: [one!] });
    assert.deepEqual(await bytesOf((await house.blobs.bytes(made.did, PICTURES[0]!.cid))!), PICTURES[0]!.bytes);
    assert.equal((await house.blobs.info(made.did, PICTURES[0]!.cid))?.mimeType, 'image/png');
    assert.equal((await house.done<CompareResult>({ job: 'compare', did: made.did, car: zip })).changes[0]!.brings, undefined);
  });

  it('refuses the file of another account, one that is damaged, and one that no key of the account has signed', async () => {
    const { house, made, later } = await compared([note('a', 'x')], [note('a', 'y')]);
    const other = await makeRestorable({ seed: 9, items: [note('a', 'x')] });
    await house.refuses({ job: 'compare', did: made.did, car: other.car }, 'CommitDid');
    await house.refuses({ job: 'compare', did: other.did, car: other.car }, 'AccountMissing');
    const bytes = await bytesOf(made.car);
    bytes[bytes.length - 3]! ^= 1;
    await house.refuses({ job: 'compare', did: made.did, car: new Blob([bytes]) }, 'BlockHash');
    const forged = await makeRestorable({ seed: 9, items: [note('a', 'x')], again: made });
    const message = await house.refuses({ job: 'compare', did: made.did, car: forged.car }, 'KeyUnknown');
    assert.match(message, /^Nothing in this house was changed\./);
    assert.equal((await house.store.account(made.did))?.head.cid.toString(), later.head.toString());
  });

  it('takes a file from before a new kit: the key of the genesis is the account’s', async () => {
    const { house, made } = await compared([note('a', 'x')], [note('a', 'y')]);
    const account = (await house.store.account(made.did))!;
    const other = await makeRestorable({ seed: 9 });
    const store = house.store as unknown as { reading: typeof house.store.reading };
    const { reading } = house.store;
    store.reading = (did, work) => reading.call(house.store, did, (found, reader) => work({ ...found, signingKey: formatDidKey(other.key) }, reader)) as never;
    assert.equal((await house.done<CompareResult>({ job: 'compare', did: account.did, car: made.car })).changes.length, 1);
  });
});
