import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStrictSignature, verifySignature } from '../protocol/index.ts';
import { seededK256Signer, seededP256Signer } from './index.ts';

test('a seeded signer signs the same every time, as the protocol wants it', async () => {
  for (const [make, algorithm] of [[seededK256Signer, 'k256'], [seededP256Signer, 'p256']] as const) {
    const seed = new Uint8Array(32).fill(5);
    const message = Uint8Array.of(1, 2, 3);
    const signer = await make(seed);
    const signature = await signer.sign(message);
    assert.equal(signer.publicKey.algorithm, algorithm);
    assert.deepEqual(signature, await (await make(seed)).sign(message));
    assert.ok(isStrictSignature(algorithm, signature));
    assert.equal(await verifySignature(signer.publicKey, message, signature), true);
    assert.notDeepEqual((await make(new Uint8Array(32).fill(6))).publicKey, signer.publicKey);
  }
});
