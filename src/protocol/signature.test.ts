import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifySignature as oracle } from '@atproto/crypto';
import fc from 'fast-check';
import { fromBase64, fromHex, toHex } from '../../test/vectors/bytes.ts';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorJson } from '../../test/vectors/files.ts';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import { formatDidKey, parseDidKey } from './did-key.ts';
import type { PublicKey } from './did-key.ts';
import { InvalidSignatureError, isStrictSignature, normalizeLowS } from './signature.ts';
import type { VerifySignature } from './signature.ts';
import { verifySignature as verifyOnNode } from './signature.node.ts';
import { verifySignature as verifyOnWeb } from './signature.web.ts';

interface Vector {
  readonly comment: string;
  readonly messageBase64: string;
  readonly publicKeyDid: string;
  readonly signatureBase64: string;
  readonly validSignature: boolean;
}

const platforms: readonly (readonly [string, VerifySignature])[] = [['node', verifyOnNode], ['web', verifyOnWeb]];

const ORDERS = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  k256: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
} as const;

const bytesOf = (integer: bigint): Uint8Array => fromHex(integer.toString(16).padStart(64, '0'));
const integerOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const signatureOf = (r: bigint, s: bigint): Uint8Array => Uint8Array.of(...bytesOf(r), ...bytesOf(s));

/** The other signature of the same message, that anyone can make. */
function twin(algorithm: PublicKey['algorithm'], signature: Uint8Array): Uint8Array {
  return signatureOf(integerOf(signature.subarray(0, 32)), ORDERS[algorithm] - integerOf(signature.subarray(32)));
}

test('interoperability vectors', async (t) => {
  const vectors = vectorJson<Vector[]>('atproto-interop-tests/crypto/signature-fixtures.json');
  for (const { comment, messageBase64, publicKeyDid, signatureBase64, validSignature } of vectors) {
    const message = fromBase64(messageBase64);
    const signature = fromBase64(signatureBase64);
    for (const [platform, verify] of platforms) {
      assert.equal(await verify(parseDidKey(publicKeyDid), message, signature), validSignature, `${platform}: ${comment}`);
    }
  }
  assertCount(t, 'crypto signatures', vectors.length);
});

test('both platforms accept what was signed, and nothing near it', async () => {
  // Keys are from 1 to n − 1.
  const isKey = (bytes: Uint8Array): boolean => bytes[0] !== 0xff && bytes.some((byte) => byte > 0);
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(isKey);
  await fc.assert(
    fc.asyncProperty(seed, fc.uint8Array(), fc.nat(511), fc.boolean(), async (bytes, message, bit, isP256) => {
      const signer = await (isP256 ? seededP256Signer : seededK256Signer)(bytes);
      const { publicKey } = signer;
      const signature = await signer.sign(message);
      const changed = signature.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const high = twin(publicKey.algorithm, signature);
      for (const [platform, verify] of platforms) {
        assert.equal(await verify(publicKey, message, signature), true, platform);
        assert.equal(await verify(publicKey, message, changed), false, `${platform}: changed signature`);
        assert.equal(await verify(publicKey, Uint8Array.of(...message, 0), signature), false, `${platform}: changed message`);
        assert.equal(await verify(publicKey, message, high), false, `${platform}: high s`);
      }
      // The oracle takes the twin when it is told to, so it was a signature.
      assert.ok(await oracle(formatDidKey(publicKey), message, high, { allowMalleableSig: true }));
      assert.deepEqual(normalizeLowS(publicKey.algorithm, high), signature);
      assert.equal(normalizeLowS(publicKey.algorithm, signature), signature);
    }),
    { numRuns: 40 },
  );
});

test('the key of another signer, of another curve, or no key has signed nothing', async () => {
  const seed = new Uint8Array(32).fill(7);
  const message = Uint8Array.of(1, 2, 3);
  const signers = [await seededP256Signer(seed), await seededK256Signer(seed)] as const;
  for (const [signer, other] of [signers, [signers[1], signers[0]]] as const) {
    const signature = await signer.sign(message);
    const { algorithm, bytes } = signer.publicKey;
    const flipped = bytes.slice();
    flipped[0]! ^= 1;
    // No y goes with an x of 5 on secp256k1, nor of 1 on P-256.
    const nowhere = new Uint8Array(33);
    nowhere[0] = 2;
    nowhere[32] = algorithm === 'k256' ? 5 : 1;
    const sizes = [bytes.subarray(1), new Uint8Array(33), new Uint8Array(0), Uint8Array.of(...bytes, 0)];
    const keys = [other.publicKey.bytes, flipped, nowhere, ...sizes];
    for (const [platform, verify] of platforms) {
      assert.equal(await verify(signer.publicKey, message, signature), true);
      assert.equal(await verify(other.publicKey, message, signature), false);
      for (const key of keys) {
        assert.equal(await verify({ algorithm, bytes: key }, message, signature), false, `${platform} ${toHex(key)}`);
      }
    }
  }
});

test('more keys than are kept', async () => {
  const message = Uint8Array.of(1);
  const seeds = Array.from({ length: 300 }, (_, i) => new Uint8Array(32).fill(1).fill(i, 0, 1).fill(i >> 8, 1, 2));
  const signers = await Promise.all(seeds.map(seededP256Signer));
  const first = await signers[0]!.sign(message);
  for (const [, verify] of platforms) {
    assert.equal(await verify(signers[0]!.publicKey, message, first), true);
    for (const { publicKey } of signers.slice(1)) assert.equal(await verify(publicKey, message, first), false);
    assert.equal(await verify(signers[0]!.publicKey, message, first), true);
  }
});

test('a signature is 64 bytes, r and s in range, and s is low', async () => {
  const message = Uint8Array.of(1);
  for (const make of [seededP256Signer, seededK256Signer]) {
    const signer = await make(new Uint8Array(32).fill(9));
    const { publicKey } = signer;
    const n = ORDERS[publicKey.algorithm];
    const signature = await signer.sign(message);
    for (const [r, s] of [[1n, 1n], [n - 1n, n / 2n], [1n, n / 2n], [n - 1n, 1n]] as const) {
      assert.ok(isStrictSignature(publicKey.algorithm, signatureOf(r, s)), `${r} ${s}`);
    }
    const refused = [
      signatureOf(0n, 1n), signatureOf(1n, 0n), signatureOf(0n, 0n), signatureOf(n, 1n), signatureOf(n + 1n, 1n),
      signatureOf(1n, n / 2n + 1n),
      signatureOf(1n, n - 1n), signatureOf(1n, n), signatureOf(2n ** 256n - 1n, 1n), signature.subarray(1),
      Uint8Array.of(...signature, 0),
      Uint8Array.of(0, ...signature), new Uint8Array(0), new Uint8Array(64), new Uint8Array(64).fill(0xff),
    ];
    for (const bytes of refused) {
      assert.ok(!isStrictSignature(publicKey.algorithm, bytes), toHex(bytes));
      for (const [platform, verify] of platforms) {
        assert.equal(await verify(publicKey, message, bytes), false, `${platform} ${toHex(bytes)}`);
      }
    }
  }
});

test('only a signature can be made low', () => {
  for (const algorithm of ['p256', 'k256'] as const) {
    const n = ORDERS[algorithm];
    assert.deepEqual(normalizeLowS(algorithm, signatureOf(1n, n - 1n)), signatureOf(1n, 1n));
    assert.deepEqual(normalizeLowS(algorithm, signatureOf(1n, n / 2n + 1n)), signatureOf(1n, n / 2n));
    const high = Buffer.from(signatureOf(1n, n - 2n));
    assert.deepEqual(new Uint8Array(normalizeLowS(algorithm, high)), signatureOf(1n, 2n));
    assert.deepEqual(new Uint8Array(high), signatureOf(1n, n - 2n), 'the argument is left alone');
    const pairs = [[0n, n - 1n], [1n, n], [1n, n + 1n], [1n, 0n], [n, 1n]] as const;
    for (const bytes of [...pairs.map(([r, s]) => signatureOf(r, s)), new Uint8Array(63), new Uint8Array(72)]) {
      assert.throws(() => normalizeLowS(algorithm, bytes), InvalidSignatureError, toHex(bytes));
    }
  }
});
