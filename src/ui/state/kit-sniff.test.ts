import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { looksLikeKit } from './kit-sniff.ts';

describe('looksLikeKit', () => {
  const cases: readonly (readonly [string, BlobPart, boolean])[] = [
    ['a sealed file', 'age-encryption.org/v1\n-> scrypt abc 14\n', true],
    ['an armored one, after an empty line', '\n-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n', true],
    ['an empty file', '', false],
    ['a CAR', Uint8Array.of(0x3a, 0xa2, 0x65, 0x72, 0x6f, 0x6f, 0x74, 0x73), false],
    ['another version of age', 'age-encryption.org/v2\n', false],
    ['a file larger than any kit', `age-encryption.org/v1\n${'x'.repeat(96 * 1024)}`, false],
  ];
  for (const [name, content, expected] of cases) {
    it(`${expected ? 'takes' : 'refuses'} ${name}`, async () => {
      assert.equal(await looksLikeKit(new Blob([content])), expected);
    });
  }
});
