import assert from 'node:assert/strict';
import { test } from 'node:test';
import { P256Keypair } from '@atproto/crypto';
import { createP256Signer, formatDidKey, isStrictSignature, verifySignature } from '../protocol/index.ts';
import { importKeyPair, sealedKeyPair } from './key-pair.ts';
import { Secret } from './secret.ts';
import type { P256KeyPair, PublicKey } from '../protocol/index.ts';

const MESSAGE = new TextEncoder().encode('a message');
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

async function signsFor(pair: P256KeyPair, publicKey: PublicKey): Promise<void> {
  const signer = await createP256Signer(pair);
  assert.deepEqual(signer.publicKey, publicKey);
  for (let i = 0; i < 16; i++) {
    const signature = await signer.sign(MESSAGE);
    assert.ok(isStrictSignature('p256', signature));
    assert.ok(await verifySignature(publicKey, MESSAGE, signature));
  }
}

async function cannotBeRead({ privateKey }: P256KeyPair): Promise<void> {
  assert.equal(privateKey.extractable, false);
  for (const form of ['pkcs8', 'jwk'] as const) await assert.rejects(crypto.subtle.exportKey(form, privateKey));
}

test('a new key is seen by its sealer, then wiped, and the pair cannot be read', async () => {
  let seen = new Uint8Array(0);
  let shown: Uint8Array = seen;
  const { pair, publicKey, sealed } = await sealedKeyPair(async (secret, key) => {
    secret.reveal((bytes) => {
      shown = bytes;
      seen = bytes.slice();
    });
    return formatDidKey(key);
  });
  assert.deepEqual(shown, new Uint8Array(32));
  assert.notDeepEqual(seen, shown);
  assert.equal(sealed, formatDidKey(publicKey));
  assert.equal((await P256Keypair.import(seen)).did(), sealed);
  await cannotBeRead(pair);
  await signsFor(pair, publicKey);
});

test('no key comes out when the sealer fails, and the secret is wiped all the same', async () => {
  let kept: Secret | undefined;
  const failing = sealedKeyPair(async (secret) => {
    kept = secret;
    throw new RangeError('no room');
  });
  await assert.rejects(failing, { name: 'RangeError', message: 'no room' });
  assert.throws(() => kept!.reveal(() => 1), { code: 'SecretWiped' });
});

test('a key comes back from its 32 bytes, as others see it', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const bytes = new Uint8Array(32).fill(seed);
    const { pair, publicKey } = await importKeyPair(new Secret(bytes.slice()));
    assert.equal(formatDidKey(publicKey), (await P256Keypair.import(bytes)).did());
    await cannotBeRead(pair);
    await signsFor(pair, publicKey);
  }
});

test('numbers that are no private key are refused', async () => {
  const refused = [new Uint8Array(32), new Uint8Array(32).fill(0xff), Buffer.from(ORDER, 'hex')];
  for (const bytes of refused) await assert.rejects(importKeyPair(new Secret(new Uint8Array(bytes))), { code: 'KeyInvalid' });
  const above = new Uint8Array(Buffer.from(ORDER, 'hex'));
  above[20]! += 1;
  await assert.rejects(importKeyPair(new Secret(above)), { code: 'KeyInvalid' });
  const last = new Uint8Array(Buffer.from(ORDER, 'hex'));
  last[31]! -= 1;
  // n − 1 is the last private key; its point is the base point mirrored.
  assert.equal((await importKeyPair(new Secret(last))).publicKey.bytes[0], 2);
});
