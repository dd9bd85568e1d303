import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { VerifyResult } from '../../src/jobs/verify.ts';
import { TestHouse } from '../support/job-house.ts';
import { readCase, readIndex } from '../vectors/refused/index-file.ts';

it('a file that ours refuses and the second verifier would accept stays refused', async () => {
  const { now, keys, vectors } = readIndex();
  const house = new TestHouse();
  house.now = () => now;
  const lenient = vectors.filter(({ kind, code, acceptedByReference }) => kind === 'repository' && code !== null && acceptedByReference);
  let foreign = 0;
  for (const entry of lenient) {
    const { key, code, name } = entry;
    const vector = readCase(entry);
    assert.ok(vector.kind === 'repository');
    const message = await house.run({ job: 'verify', car: new Blob([new Uint8Array(vector.car)]), key: keys[key], twice: true });
    if (message.type === 'done') {
      const { foreign: kept, second } = message.result as VerifyResult;
      // What other software wrote outside the data model is kept as it is, and told.
      assert.deepEqual([code?.startsWith('Record'), kept, second], [true, 1, { says: 'accepted' }], name);
      foreign++;
    } else assert.equal(message.type === 'failed' && message.error.code, code, name);
  }
  assert.ok(lenient.length - foreign >= 50 && foreign > 0, `${lenient.length} vectors, ${foreign} kept`);
});
