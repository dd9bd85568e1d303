// The other half of test/browser/engine.test.ts: what the browsers are held to is what Node makes, and the reference.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRepository } from '../../src/repo/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { KNOWN_OUTCOME } from '../support/known-outcome.ts';
import { seededBatches, SEEDED_DID, SeededHouse } from '../support/seeded-batches.ts';

test('seeded batches come to the outcome that was recorded', async () => {
  const house = new SeededHouse(await seededP256Signer(new Uint8Array(32).fill(7)));
  const roots: string[] = [];
  for (const batch of seededBatches(KNOWN_OUTCOME.roots.length)) {
    await house.write(batch);
    roots.push(house.repository.tree.root.toString());
  }
  assert.deepEqual(roots, KNOWN_OUTCOME.roots);
  assert.equal(house.repository.commit.cid.toString(), KNOWN_OUTCOME.head);
  const { records } = await verifyRepository(house.car(), { key: house.author.signer.publicKey, did: SEEDED_DID });
  assert.equal(records, KNOWN_OUTCOME.records);
  const car = await new Response(house.car() as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  assert.equal(car.byteLength, KNOWN_OUTCOME.carBytes);
});

test('the batches create, update and delete', () => {
  const actions = seededBatches(KNOWN_OUTCOME.roots.length).flat().map(({ action }) => action);
  for (const action of ['create', 'update', 'delete']) {
    assert.ok(actions.filter((each) => each === action).length > 50, action);
  }
});
