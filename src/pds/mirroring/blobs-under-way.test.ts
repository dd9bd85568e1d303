import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { BlobsUnderWay } from './blobs-under-way.ts';
import { MirrorError } from './mirror-error.ts';

const taken = new MirrorError('MirrorRefused', 'Another has gone on with it.', { reason: 'UploadTaken' });

test('who wants to send what is on its way waits for that, while it goes on, also when it fails', async () => {
  const blobs = new BlobsUnderWay();
  const [first, failing] = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
  let sent = 0;
  const send = (by: PromiseWithResolvers<boolean>) => () => {
    sent++;
    return by.promise;
  };
  const both = [blobs.once('a', send(first)), blobs.once('a', send(first)), blobs.once('b', send(first))];
  first.resolve(true);
  assert.deepEqual([await Promise.all(both), sent], [[true, true, true], 2]);
  const again = [blobs.once('a', send(failing)), blobs.once('a', send(failing))];
  failing.reject(new Error('away'));
  for (const outcome of again) await assert.rejects(outcome, { message: 'away' });
  assert.equal(sent, 3);
});

test('one that stands still is not waited for: the next goes on in its place, the others wait for that, and so does the first when the mirror ends it', async () => {
  const blobs = new BlobsUnderWay(20);
  const [dead, next] = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
  const begun = Promise.withResolvers<void>();
  let sent = 0;
  const first = blobs.once('a', () => dead.promise);
  const others = [1, 2, 3].map(() => blobs.once('a', () => {
    sent++;
    begun.resolve();
    return next.promise;
  }));
  await begun.promise;
  dead.reject(taken);
  next.resolve(true);
  assert.deepEqual(await Promise.all([first, ...others]), [true, true, true, true]);
  assert.ok(sent >= 1);
});

test('what the mirror ends with nobody in its place has failed', async () => {
  await assert.rejects(new BlobsUnderWay().once('a', () => Promise.reject(taken)), taken);
});

test('one that comes further is waited for, however long it takes', async () => {
  // Long enough for a machine that is busy with other work.
  const blobs = new BlobsUnderWay(2_000);
  let others = 0;
  const slow = async (moved: () => void): Promise<boolean> => {
    for (let step = 0; step < 5; step++) {
      await pause(500);
      moved();
    }
    return true;
  };
  const both = [blobs.once('a', slow), blobs.once('a', async () => {
    others++;
    return true;
  })];
  assert.deepEqual([await Promise.all(both), others], [[true, true], 0]);
});
