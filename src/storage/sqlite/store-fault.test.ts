import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { MirrorStoreError } from '../../mirroring/index.ts';
import { StoreError } from '../../pds/index.ts';
import { blobFault, storeFault } from './store-fault.ts';

test('a database that may not grow is full, as SQLite itself says it', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 4; CREATE TABLE t (b BLOB)');
  const error = thrown(() => database.prepare('INSERT INTO t VALUES (?)').run(new Uint8Array(100_000)));
  const fault = storeFault(error);
  assert.ok(fault instanceof MirrorStoreError && fault.code === 'StorageFull');
  assert.equal(fault.cause, error);
  const forBlobs = blobFault(error);
  assert.ok(forBlobs instanceof StoreError && forBlobs.code === 'StorageFull');
});

test('a disk that is full says so for files too', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const fault = blobFault(Object.assign(new Error(code), { code }));
    assert.ok(fault instanceof StoreError && fault.code === 'StorageFull', code);
  }
});

test('a disk that takes nothing just now is something that passes, and not our mistake', () => {
  for (const code of ['EFBIG', 'EROFS', 'EIO', 'EMFILE']) {
    const fault = storeFault(Object.assign(new Error(code), { code }));
    assert.ok(fault instanceof MirrorStoreError && fault.code === 'StorageFull' && fault.message.includes('takes nothing just now'), code);
  }
  const database = new DatabaseSync(':memory:', { readOnly: true });
  const fault = storeFault(thrown(() => database.exec('CREATE TABLE t (a)')));
  assert.ok(fault instanceof MirrorStoreError && fault.code === 'StorageFull');
  for (const errcode of [10, 778, 14]) {
    const named = storeFault(Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode }));
    assert.ok(named instanceof MirrorStoreError && named.code === 'StorageFull', String(errcode));
  }
});

test('mistakes of ours and refusals of ours stay as they are', () => {
  const database = new DatabaseSync(':memory:');
  const mistake = thrown(() => database.exec('SELECT nothing'));
  const refusal = new MirrorStoreError('HandleTaken', 'Taken');
  for (const error of [mistake, refusal, new TypeError('x'), 'text']) assert.equal(blobFault(error), error);
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
