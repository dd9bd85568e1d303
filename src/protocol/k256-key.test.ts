import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secp256k1Keypair } from '@atproto/crypto';
import { base58btc } from 'multiformats/bases/base58';
import { formatDidKey } from './did-key.ts';
import { createK256Signer, readPrivateK256 } from './k256-key.ts';
import { verifySignature } from './signature.node.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const HEX = Buffer.from(KEY).toString('hex');

test('reads a private key as hex and as a multikey, and nothing else', () => {
  for (const text of [HEX, `0x${HEX.toUpperCase()}`, ` ${HEX}\n`, base58btc.encode(Uint8Array.of(0x81, 0x26, ...KEY))]) {
    assert.deepEqual(readPrivateK256(text), KEY, text);
  }
  for (const text of ['', HEX.slice(2), `${HEX}00`, HEX.replace('1', 'g'), base58btc.encode(Uint8Array.of(0x86, 0x26, ...KEY)), base58btc.encode(KEY), 'z0OIl', `z${'1'.repeat(500)}`]) {
    assert.equal(readPrivateK256(text), undefined, text);
  }
});

test('signs as the reference does, and takes no key that is none', async () => {
  const message = new TextEncoder().encode('a message');
  const signer = await createK256Signer(KEY);
  assert.ok(signer !== undefined);
  assert.equal(formatDidKey(signer.publicKey), (await Secp256k1Keypair.import(KEY)).did());
  assert.equal(await verifySignature(signer.publicKey, message, await signer.sign(message)), true);
  const own = KEY.slice();
  const wiped = await createK256Signer(own);
  own.fill(0);
  await assert.rejects(async () => wiped?.sign(message));
  assert.equal(await createK256Signer(new Uint8Array(32)), undefined);
  assert.equal(await createK256Signer(new Uint8Array(32).fill(255)), undefined);
});
