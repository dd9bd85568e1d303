import { sha256, sha256Ready } from '../../protocol/index.ts';
import { check } from '../errors.ts';

/** FIPS 180-4 and its examples: the empty message, one block, two blocks. */
const KNOWN_ANSWERS: readonly (readonly [text: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
];

/** Sizes around the block of the hash (64 bytes) and its padding, and some as long as records and blobs are. */
const SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 4096, 65_537, 1_000_000];

/** SHA-256 against known answers, and against the browser's own, which hashes by other code. */
export async function checkHashing(): Promise<string> {
  await sha256Ready;
  for (const [text, digest] of KNOWN_ANSWERS) {
    check(hex(sha256(new TextEncoder().encode(text))) === digest, `SHA-256 of ${JSON.stringify(text)} is wrong here`);
  }
  for (const size of SIZES) {
    const bytes = pattern(size);
    const other = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    check(hex(sha256(bytes)) === hex(other), `SHA-256 of ${size} bytes differs from the browser's own`);
  }
  return `${KNOWN_ANSWERS.length} known answers, ${SIZES.length} sizes`;
}

function pattern(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31) ^ (i >> 8);
  return bytes;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
