import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifySignature as oracle } from '@atproto/crypto';
import { formatDidKey, InvalidKeyError } from './did-key.ts';
import { createP256Signer, generateP256Key } from './p256-signer.ts';
import { isStrictSignature } from './signature.ts';
import { verifySignature } from './signature.node.ts';

test('signs with a key that cannot be read, always with a low s', async () => {
  const pair = await generateP256Key(false);
  await assert.rejects(crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const signer = await createP256Signer(pair);
  let raw = 0;
  for (let i = 0; i < 64; i++) {
    const message = new TextEncoder().encode(`message ${i}`);
    const signature = await signer.sign(message);
    assert.ok(isStrictSignature('p256', signature));
    assert.ok(verifySignature(signer.publicKey, message, signature));
    assert.ok(await oracle(formatDidKey(signer.publicKey), message, signature));
    const unnormalized = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, message);
    if (!isStrictSignature('p256', new Uint8Array(unnormalized))) raw++;
  }
  assert.ok(raw > 0, 'WebCrypto made no high s, so nothing was tried');
});

test('an extractable key can be stored elsewhere and signs as the same', async () => {
  const pair = await generateP256Key(true);
  const stored = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
  const privateKey = await crypto.subtle.importKey('jwk', stored, ecdsa, false, ['sign']);
  const signer = await createP256Signer({ publicKey: pair.publicKey, privateKey });
  const message = Uint8Array.of(1, 2, 3);
  assert.deepEqual(signer.publicKey, (await createP256Signer(pair)).publicKey);
  assert.ok(verifySignature(signer.publicKey, message, await signer.sign(message)));
});

test('a pair of another curve is refused', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign', 'verify']);
  await assert.rejects(createP256Signer(pair), InvalidKeyError);
});
