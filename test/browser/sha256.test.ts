import { sha256, sha256Ready } from '../../src/protocol/index.ts';
import { sha256 as web } from '../../src/protocol/sha256.web.ts';
import { equal, equalBytes, ok } from './assert.ts';

/** Around the block of the hash (64 bytes) and its padding, and sizes of nodes, records and blobs. */
const SIZES = [...Array.from({ length: 200 }, (_, size) => size), 1000, 4095, 4096, 65_535, 65_537, 1_000_003];

function sample(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31) ^ (i >> 8);
  return bytes;
}

// Hashed while the module loads: the WebAssembly cannot be there yet.
const before = SIZES.map((size) => sha256(sample(size)));

async function agreesWithWebCrypto(digests: readonly Uint8Array[]): Promise<void> {
  equal(digests.length, SIZES.length);
  for (const [index, size] of SIZES.entries()) {
    const expected = new Uint8Array(await crypto.subtle.digest('SHA-256', sample(size)));
    const actual = digests[index];
    ok(actual !== undefined, `no digest of ${size} bytes`);
    equalBytes(actual, expected);
  }
}

describe('SHA-256 of the browser', () => {
  it('is the variant for the web', () => ok(sha256 === web, 'the browser got another variant'));

  it('agrees with WebCrypto before WebAssembly is in place', () => agreesWithWebCrypto(before));

  it('agrees with WebCrypto after', async () => {
    await sha256Ready;
    await agreesWithWebCrypto(SIZES.map((size) => sha256(sample(size))));
  });

  it('gives out digests that a later one does not overwrite', async () => {
    await sha256Ready;
    const first = sha256(sample(100));
    const copy = first.slice();
    sha256(sample(101));
    equalBytes(first, copy);
  });

  it('hashes a part of a longer array as that part', async () => {
    await sha256Ready;
    const whole = sample(500);
    equalBytes(sha256(whole.subarray(100, 300)), sha256(whole.slice(100, 300)));
  });
});
