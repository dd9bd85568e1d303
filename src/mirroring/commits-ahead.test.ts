import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { DID, House, k256, post } from '../../test/support/house.ts';
import { TestMirror } from '../../test/support/mirror.ts';
import { until } from '../../test/support/until.ts';
import { cidOf } from '../protocol/index.ts';
import type { CommitMessage, Write } from '../repo/index.ts';
import { CommitsAhead } from './commits-ahead.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { MirrorStoreError } from './ports/mirror-store.ts';
import type { CopyChange } from './ports/mirror-store.ts';

const create = (name: string, text = name): Write => ({ action: 'create', path: `app.bsky.feed.post/${name}`, record: post(text) });
const remove = (name: string): Write => ({ action: 'delete', path: `app.bsky.feed.post/${name}` });
const codeOf = (error: unknown): string => (error instanceof MirrorRefusal ? error.code : String(error));

/** A mirror whose disk stands still until it is let go; what came to it by then is done in order, as in one transaction. */
class SlowDisk {
  readonly house: House;
  readonly mirror: TestMirror;
  readonly reached: CopyChange[] = [];
  /** How it fails from the change of this number on. */
  fails: { readonly at: number; readonly fault: Error } | undefined;
  #go = Promise.withResolvers<void>();

  constructor(house: House, mirror: TestMirror) {
    this.house = house;
    this.mirror = mirror;
    const commit = mirror.store.commit.bind(mirror.store);
    mirror.store.commit = async (change) => {
      const number = this.reached.push(change) - 1;
      await this.#go.promise;
      if (this.fails?.at === number) throw this.fails.fault;
      return commit(change);
    };
  }

  static async with(...writes: readonly Write[]): Promise<SlowDisk> {
    const house = await House.create(writes);
    return new SlowDisk(house, await TestMirror.of(house));
  }

  /** As `with`; another key signs all that is sent. */
  static async withNewKey(): Promise<SlowDisk> {
    const house = await House.create();
    const mirror = await TestMirror.of(house);
    mirror.keys.current = k256.publicKey;
    return new SlowDisk(await house.turnedTo(k256), mirror);
  }

  /** Sends what the house writes now, all at once; what came of each. */
  async send(...batches: readonly (readonly Write[])[]): Promise<readonly Promise<string>[]> {
    const messages: CommitMessage[] = [];
    for (const batch of batches) messages.push((await this.house.write([...batch])).message);
    return messages.map((message) => this.mirror.ingest.commit(DID, message).then(() => 'taken', codeOf));
  }

  /** So many have come to it. */
  waits(count: number): Promise<void> {
    return until(`${count} changes have come to the disk`, () => this.reached.length === count);
  }

  letGo(): void {
    this.#go.resolve();
  }
}

test('what follows is verified while it waits for the disk, and each has its receipt only afterwards', async () => {
  const disk = await SlowDisk.with();
  let answered = 0;
  const answers = await disk.send(...Array.from({ length: 20 }, (_, index) => [create(`n${index}`)]));
  for (const answer of answers) void answer.then(() => answered++);
  await disk.waits(20);
  assert.equal(answered, 0);
  disk.letGo();
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(['taken']));
  await disk.mirror.assertCopyOf(disk.house);
  assert.deepEqual(disk.mirror.announced.map(({ seq }) => seq), disk.mirror.announced.map(({ seq }) => seq).toSorted((a, b) => a - b));
});

test('no more than 64 wait, and those after them go on when these are there', async () => {
  const disk = await SlowDisk.with();
  const answers = await disk.send(...Array.from({ length: 70 }, (_, index) => [create(`n${index}`)]));
  await disk.waits(64);
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  assert.equal(disk.reached.length, 64);
  disk.letGo();
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(['taken']));
  await disk.mirror.assertCopyOf(disk.house);
});

test('a record that two of them have in common lives while one of its paths does', async () => {
  const disk = await SlowDisk.with(create('zero'));
  // What has several paths is known from the first record that loses one on.
  const answers = await disk.send([remove('zero')], [create('one', 'same')], [create('two', 'same')], [remove('one')], [create('three')]);
  await disk.waits(5);
  disk.letGo();
  assert.deepEqual(await Promise.all(answers), Array.from({ length: 5 }, () => 'taken'));
  // What is dead is kept for an hour.
  disk.mirror.ahead = 7_200_000;
  await disk.mirror.store.maintain(0);
  await disk.mirror.assertCopyOf(disk.house);
});

test('where the disk fails, what was put on top fails too, nothing has changed, and the same goes through afterwards', async () => {
  const disk = await SlowDisk.with();
  const before = await disk.mirror.state();
  const { history } = disk.house;
  const from = history.length;
  disk.fails = { at: 0, fault: new MirrorStoreError('StorageFull', 'There is no room.') };
  const answers = await disk.send([create('one')], [create('two')], [create('three')]);
  await disk.waits(3);
  disk.letGo();
  assert.deepEqual(await Promise.all(answers), ['StorageFull', 'StaleHead', 'StaleHead']);
  assert.equal(await disk.mirror.state(), before);
  for (const { message } of history.slice(from)) await disk.mirror.ingest.commit(DID, message);
  await disk.mirror.assertCopyOf(disk.house);
});

test('another key is told of once, before the first of them, also where that fails at first', async () => {
  const disk = await SlowDisk.withNewKey();
  const { mirror, house: { history } } = disk;
  const before = mirror.announced.length;
  disk.fails = { at: 0, fault: new MirrorStoreError('StorageFull', 'There is no room.') };
  const failed = await disk.send([create('one')], [create('two')]);
  await disk.waits(2);
  disk.letGo();
  assert.deepEqual(await Promise.all(failed), ['StorageFull', 'StaleHead']);
  await Promise.all(history.map(({ message }) => mirror.ingest.commit(DID, message).then((receipt) => mirror.assertReceipt(receipt))));
  assert.deepEqual(mirror.announced.slice(before).map(({ type }) => type), ['#identity', '#commit', '#commit']);
});

test('what is refused on top of others is refused by what the disk has, and what is held already is acknowledged again', async () => {
  const disk = await SlowDisk.with();
  const { message: first } = await disk.house.write([create('one')]);
  const { message: bad } = await disk.house.write([create('two')]);
  const answers = [first, { ...bad, blocks: bad.blocks.slice(0, -1) }, first].map((message) => disk.mirror.ingest.commit(DID, message).then(({ commit }) => commit.toString(), codeOf));
  await disk.waits(1);
  disk.letGo();
  assert.deepEqual(await Promise.all(answers), [first.commit.toString(), 'InvalidCommit', first.commit.toString()]);
  assert.equal(disk.mirror.announced.filter(({ type }) => type === '#commit').length, 1);
});

test('a commit that is refused for now, and gets a turn of its own, is not overtaken by those that follow it', async () => {
  const disk = await SlowDisk.with();
  const { keys } = disk.mirror;
  const keyOf = keys.keyOf.bind(keys);
  let asked = 0;
  const stored = disk.mirror.account().then(({ head }) => head!.rev);
  keys.keyOf = async (...of) => {
    if (++asked !== 2) return keyOf(...of);
    const before = await stored;
    disk.letGo();
    await until('the first is stored', async () => (await disk.mirror.account()).head!.rev > before);
    throw new MirrorRefusal('IdentityUnknown', 'The directory does not answer.');
  };
  assert.deepEqual(await Promise.all(await disk.send([create('one')], [create('two')], [create('three')])), ['taken', 'taken', 'taken']);
  await disk.mirror.assertCopyOf(disk.house);
});

test('what waits takes room as what is there does', async () => {
  const disk = await SlowDisk.with();
  const { bytes } = await disk.mirror.account();
  await disk.mirror.store.setTerms(DID, { repoBytes: bytes });
  const answers = await disk.send([create('one', 'x'.repeat(2 * bytes))], [create('two')]);
  await disk.waits(1);
  disk.letGo();
  assert.deepEqual(await Promise.all(answers), ['taken', 'QuotaExceeded']);
});

test('when four megabytes are ahead, all of it has to arrive first', async () => {
  const ahead = new CommitsAhead();
  const block = { cid: cidOf(Uint8Array.of(1)), bytes: new Uint8Array(4_000_000) };
  const change = { did: DID, head: {}, newBlocks: [block] } as unknown as CopyChange;
  const stored = Promise.withResolvers<void>();
  const during = ahead.during(change, () => stored.promise);
  let isKnown = false;
  const known = ahead.of(DID).then((of) => {
    isKnown = true;
    return of;
  });
  await setImmediate();
  assert.equal(isKnown, false);
  stored.resolve();
  await during;
  assert.equal(await known, undefined);
});

test('an account that is suspended meanwhile is taken nothing more of, and what it may write in an hour holds for what waits', async () => {
  const disk = await SlowDisk.with();
  await disk.mirror.store.setTerms(DID, { writesPerHour: 3 });
  const answers = await disk.send([create('one')], [create('two')], [create('three')], [create('four')]);
  await disk.waits(3);
  disk.letGo();
  assert.deepEqual(await Promise.all(answers), ['taken', 'taken', 'taken', 'RateLimitExceeded']);

  const other = await SlowDisk.with();
  const [taken] = await other.send([create('one')]);
  await other.waits(1);
  await other.mirror.store.update(DID, { status: 'suspended' });
  const [refused] = await other.send([create('two')]);
  other.letGo();
  assert.deepEqual([await taken, await refused], ['taken', 'AccountInactive']);
});

test('what the disk did not take counts as no write of the hour', async () => {
  const disk = await SlowDisk.with();
  await disk.mirror.store.setTerms(DID, { writesPerHour: 2 });
  disk.fails = { at: 0, fault: new MirrorStoreError('StorageFull', 'There is no room.') };
  disk.letGo();
  const [failed] = await disk.send([create('one')]);
  assert.equal(await failed, 'StorageFull');
  assert.equal(disk.mirror.ingest.writesOf(DID), 0);
});
