import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { batches, undoCalls } from './changes.ts';
import type { Change } from './changes.ts';

const REPO = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const PLACE = { collection: 'app.bsky.feed.post', rkey: '3l7' };
const OLD = { cid: 'bafyold', value: { $type: 'app.bsky.feed.post', text: 'old' } };

describe('undoCalls', () => {
  it('deletes what was created, if it is still that', () => {
    assert.deepEqual(undoCalls(REPO, [{ ...PLACE, action: 'create', cid: 'bafynew' }]), [
      { method: 'com.atproto.repo.deleteRecord', input: { repo: REPO, ...PLACE, swapRecord: 'bafynew' } },
    ]);
  });

  it('puts the old value back over an update, if nobody has changed it since', () => {
    assert.deepEqual(undoCalls(REPO, [{ ...PLACE, action: 'update', cid: 'bafynew', previous: OLD }]), [{
      method: 'com.atproto.repo.putRecord',
      input: { repo: REPO, ...PLACE, record: OLD.value, swapRecord: 'bafynew', validate: false },
    }]);
  });

  it('puts back what was deleted, if the place is still empty', () => {
    assert.deepEqual(undoCalls(REPO, [{ ...PLACE, action: 'delete', previous: OLD }]), [{
      method: 'com.atproto.repo.putRecord',
      input: { repo: REPO, ...PLACE, record: OLD.value, swapRecord: null, validate: false },
    }]);
  });

  it('puts many back in commits of 200', () => {
    const changes = Array.from({ length: 450 }, (_, index): Change => ({ ...PLACE, rkey: `k${index}`, action: 'delete', previous: OLD }));
    const calls = undoCalls(REPO, changes);
    const writes = calls.flatMap((call) => (call.method === 'com.atproto.repo.applyWrites' ? [call.input.writes] : []));
    assert.deepEqual(writes.map(({ length }) => length), [200, 200, 50]);
    assert.equal(writes[2]?.[49]?.rkey, 'k449');
    assert.equal(writes[0]?.[0]?.$type, 'com.atproto.repo.applyWrites#create');
  });

  it('takes several changes back in the reverse order', () => {
    const calls = undoCalls(REPO, [
      { ...PLACE, action: 'create', cid: 'bafya' },
      { ...PLACE, action: 'update', cid: 'bafyb', previous: OLD },
    ]);
    assert.deepEqual(calls.map(({ method }) => method), ['com.atproto.repo.putRecord', 'com.atproto.repo.deleteRecord']);
  });
});

describe('batches', () => {
  it('loses nothing and makes no empty one', () => {
    assert.deepEqual(batches([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
    assert.deepEqual(batches([1, 2], 2), [[1, 2]]);
    assert.deepEqual(batches([]), []);
  });
});
