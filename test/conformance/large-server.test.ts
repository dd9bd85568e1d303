import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cidOf } from '../../src/protocol/index.ts';
import { MirrorHouse, note, startTestMirror } from '../support/running-mirror.ts';
import { Talk } from '../support/talk.ts';
import { failed, resultsFor, told } from './support/faulty-run.ts';

it('a server with records and blobs that are too large for one answer is told nothing, and is checked by those that are not', async (test) => {
  const mirror = await startTestMirror({ settings: { blobBytes: 20_000_000, allBlobBytes: 100_000_000, repoBytes: 200_000_000 } });
  test.after(() => mirror.close());
  const house = await MirrorHouse.paired(mirror, 1, [note('aa'), note('bb')]);
  const talk = await Talk.begin(house);
  test.after(() => talk.close());
  for (const size of [6_000_000, 7_000_000, 20]) {
    const bytes = new Uint8Array(size).fill(7);
    await house.putBlob(bytes);
    await talk.commit(await house.write([note(`blob-${size}`, 'seen', { blob: { $type: 'blob', ref: cidOf(bytes, 'raw'), mimeType: 'text/plain', size } })]));
  }
  for (const rkey of ['p', 'q', 'r', 's', 't', 'u', 'v']) await talk.commit(await house.write([note(rkey, rkey.repeat(900_000))]));

  const results = await resultsFor({ mirror, did: house.did }, {});
  assert.equal(told(failed(results)), '');
  for (const id of ['records.list', 'records.list-order', 'records.list-reverse', 'records.list-pages', 'blobs.bytes', 'blobs.safety', 'blobs.ranges']) {
    assert.equal(results.find((each) => each.id === id)?.outcome, 'passed', id);
  }
  assert.equal(results.find(({ id }) => id === 'blobs.bytes')?.says, '1 blob, and 2 that are too large');
});
