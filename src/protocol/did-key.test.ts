import assert from 'node:assert/strict';
import { test } from 'node:test';
import { P256Keypair, p256Plugin, Secp256k1Keypair, secp256k1Plugin } from '@atproto/crypto';
import { base58btc } from 'multiformats/bases/base58';
import { fromHex } from '../../test/vectors/bytes.ts';
import { assertCount } from '../../test/vectors/counts.ts';
import { vectorJson } from '../../test/vectors/files.ts';
import { compressPoint, decompressPoint } from './curve.ts';
import { formatDidKey, formatMultikey, InvalidKeyError, isDidKey, parseDidKey, parseMultibaseKey } from './did-key.ts';

interface KeyVector {
  readonly privateKeyBytesHex?: string;
  readonly privateKeyBytesBase58?: string;
  readonly publicDidKey: string;
}

interface SignatureVector {
  readonly didDocSuite: string;
  readonly publicKeyDid: string;
  readonly publicKeyMultibase: string;
}

const FOLDER = 'atproto-interop-tests/crypto';

test('did:key of the W3C, of private keys', async (t) => {
  let count = 0;
  for (const [algorithm, name, Keypair] of [
    ['p256', 'w3c_didkey_P256', P256Keypair],
    ['k256', 'w3c_didkey_K256', Secp256k1Keypair],
  ] as const) {
    for (const vector of vectorJson<KeyVector[]>(`${FOLDER}/${name}.json`)) {
      const { privateKeyBytesHex, privateKeyBytesBase58, publicDidKey } = vector;
      const seed = privateKeyBytesHex ? fromHex(privateKeyBytesHex) : base58btc.baseDecode(privateKeyBytesBase58 ?? '');
      const pair = await Keypair.import(seed);
      const key = parseDidKey(publicDidKey);
      assert.equal(key.algorithm, algorithm);
      assert.deepEqual(key.bytes, pair.publicKeyBytes());
      assert.equal(formatDidKey(key), publicDidKey);
      count++;
    }
  }
  assertCount(t, 'crypto did:key', count);
});

test('keys of DID documents, old and new', (t) => {
  const vectors = vectorJson<SignatureVector[]>(`${FOLDER}/signature-fixtures.json`);
  for (const { didDocSuite, publicKeyDid, publicKeyMultibase } of vectors) {
    assert.ok(isDidKey(publicKeyDid));
    const key = parseDidKey(publicKeyDid);
    const plugin = key.algorithm === 'p256' ? p256Plugin : secp256k1Plugin;
    assert.deepEqual(parseMultibaseKey(didDocSuite, publicKeyMultibase), key);
    assert.deepEqual(parseMultibaseKey(didDocSuite, base58btc.encode(plugin.decompressPubkey(key.bytes))), key);
    assert.deepEqual(parseMultibaseKey('Multikey', formatMultikey(key)), key);
  }
  assertCount(t, 'crypto multibase keys', vectors.length);
});

test('points are compressed and decompressed as @atproto/crypto does', async () => {
  for (const [algorithm, plugin, Keypair] of [
    ['p256', p256Plugin, P256Keypair],
    ['k256', secp256k1Plugin, Secp256k1Keypair],
  ] as const) {
    for (let i = 1; i <= 20; i++) {
      const compressed = (await Keypair.import(new Uint8Array(32).fill(i))).publicKeyBytes();
      const point = decompressPoint(algorithm, compressed);
      assert.deepEqual(point, plugin.decompressPubkey(compressed));
      assert.deepEqual(compressPoint(algorithm, point), compressed);
      point[64]! ^= 1;
      assert.equal(compressPoint(algorithm, point), undefined);
    }
  }
});

test('a point in full has coordinates below the prime', () => {
  const compressed = Uint8Array.of(2, ...new Uint8Array(31), 1);
  const point = decompressPoint('k256', compressed);
  assert.ok(point);
  assert.deepEqual(compressPoint('k256', point), compressed);
  // The prime and 1: the same point to arithmetic, another text.
  point.set(fromHex('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30'), 1);
  assert.equal(compressPoint('k256', point), undefined);
});

test('what is no key is refused for its reason', () => {
  const p256 = parseDidKey(vectorJson<KeyVector[]>(`${FOLDER}/w3c_didkey_P256.json`)[0]!.publicDidKey);
  const encode = (...bytes: number[]): string => `did:key:${base58btc.encode(Uint8Array.from(bytes))}`;
  const x = [...p256.bytes.subarray(1)];
  const field = [...fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff')];
  const beyond = Array<number>(32).fill(0xff);
  for (const [reason, text] of [
    ['syntax', ''], ['syntax', 'did:key:'], ['syntax', 'did:key:z0OIl'], ['syntax', 'did:web:example.com'],
    ['syntax', formatMultikey(p256)],
    ['syntax', ` ${formatDidKey(p256)}`], ['syntax', `${formatDidKey(p256)} `],
    ['syntax', formatDidKey(p256).replace(':z', ':m')],
    ['syntax', `did:key:z${'2'.repeat(100_000)}`],
    ['algorithm', 'did:key:z'], ['algorithm', 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'],
    ['algorithm', encode(0x80)],
    ['algorithm', encode(0x80, 0x25, 2, ...x)], ['algorithm', encode(0xe7, 0x02, 2, ...x)],
    ['algorithm', encode(2, ...x)],
    ['point', encode(0x80, 0x24)], ['point', encode(0x80, 0x24, 2, ...x.slice(1))],
    ['point', encode(0x80, 0x24, 2, ...x, 0)],
    ['point', encode(0x80, 0x24, 4, ...x)], ['point', encode(0x80, 0x24, 0, ...x)],
    ['point', encode(0x80, 0x24, 2, ...field)],
    ['point', encode(0x80, 0x24, 2, ...beyond)],
    ['point', encode(0x80, 0x24, 4, ...decompressPoint('p256', p256.bytes)!.subarray(1))],
    // No y goes with an x of 5 on secp256k1, nor of 1 on P-256.
    ['point', encode(0xe7, 0x01, 2, ...Array<number>(31).fill(0), 5)],
    ['point', encode(0x80, 0x24, 2, ...Array<number>(31).fill(0), 1)],
  ] as const) {
    const matches = (error: unknown): boolean => error instanceof InvalidKeyError && error.details['reason'] === reason;
    assert.equal(isDidKey(text), false);
    assert.throws(() => parseDidKey(text), matches, `${reason} ${text.slice(0, 80)}`);
  }
});

test('an older type says the curve, and the key must lie on it', () => {
  const [key] = vectorJson<KeyVector[]>(`${FOLDER}/w3c_didkey_K256.json`).map(({ publicDidKey }) => parseDidKey(publicDidKey));
  assert.ok(key);
  const point = decompressPoint('k256', key.bytes)!;
  assert.throws(() => parseMultibaseKey('EcdsaSecp256r1VerificationKey2019', base58btc.encode(point)), InvalidKeyError);
  assert.throws(() => parseMultibaseKey('EcdsaSecp256k1VerificationKey2019', formatMultikey(key)), InvalidKeyError);
  assert.throws(() => parseMultibaseKey('Multikey', base58btc.encode(key.bytes)), InvalidKeyError);
  assert.throws(() => parseMultibaseKey('Ed25519VerificationKey2020', formatMultikey(key)), InvalidKeyError);
  point[0] = 5;
  assert.throws(() => parseMultibaseKey('EcdsaSecp256k1VerificationKey2019', base58btc.encode(point)), InvalidKeyError);
});
