// What SQLite gives a second time, and what it must not: names of blocks, numbers of events.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { makeBackup } from '../../src/mirror/safekeeping/backup.ts';
import { restoreBackup } from '../../src/mirror/safekeeping/restore.ts';
import { identityEvent } from '../../src/mirroring/index.ts';
import type { Tid } from '../../src/protocol/index.ts';
import { createOf, MirroredAccount } from '../../src/testing/index.ts';
import { inDirectory, opened } from '../support/mirror-directory.ts';

const DAY_MS = 86_400_000;
const ALL = { limit: 100, bytes: 1e9 };

test('whoever reads what is new of an account that leaves meanwhile gets no block of another one', () => inDirectory((directory) => opened(directory, {}, async ({ store }) => {
  const other = await MirroredAccount.kept(store, 2, 5);
  // Those of this one have the highest names.
  const account = await MirroredAccount.kept(store, 1, 200);
  const reading = store.blocksSince(account.did, '2222222222222' as Tid)[Symbol.asyncIterator]();
  await reading.next();
  await store.remove(account.did);
  await store.maintain(Date.now() - DAY_MS);
  const { result } = await other.write(store, Array.from({ length: 150 }, (_, index) => createOf(1_000 + index, `of another: ${index}`)));
  const foreign = new Set(result.newBlocks.map(({ cid }) => cid.toString()));
  await assert.rejects(async () => {
    for (let step = await reading.next(); step.done !== true; step = await reading.next()) {
      for (const { cid } of step.value) assert.ok(!foreign.has(cid.toString()), 'a block of another account was given');
    }
  }, { code: 'AccountMissing' });
})));

test('a backup that takes the place of a newer version goes on above what that has told', () => inDirectory(async (directory) => {
  const [live, backup] = [join(directory, 'live'), join(directory, 'backup')];
  const account = await opened(live, {}, async ({ store }) => {
    const made = await MirroredAccount.make(store, 1, 3);
    await store.enroll({ did: made.did });
    return made;
  });
  await makeBackup({ from: live, to: backup, version: '1' });
  // Its clock was ahead.
  const sent = await opened(live, { now: () => Date.now() + DAY_MS }, async ({ store }) => {
    await account.handOver(store, { expected: undefined });
    return store.lastSeq();
  });
  const newer = new DatabaseSync(join(live, 'mirror.db'));
  newer.exec('ALTER TABLE account ADD COLUMN of_the_next INTEGER; PRAGMA user_version = 99');
  newer.close();
  await restoreBackup({ from: backup, to: live, replace: true });
  const next = await opened(live, {}, async ({ store }) => (await account.handOver(store, { expected: undefined })).at(-1)!.seq);
  assert.ok(next > sent, `${next} is not above ${sent}`);
}));

test('an event that was told while the clock was behind takes nothing out of the log that came before it', () => inDirectory(async (directory) => {
  let now = Date.now();
  await opened(directory, { now: () => now }, async ({ store }) => {
    const account = await MirroredAccount.kept(store, 1, 3);
    const before = (await store.read(0, ALL)).length;
    now = Date.parse('1970-01-02');
    await store.update(account.did, {}, [identityEvent(account.did)]);
    now = Date.now();
    await store.maintain(now - 30 * DAY_MS);
    assert.equal((await store.read(0, ALL)).length, before + 1);
  });
}));
