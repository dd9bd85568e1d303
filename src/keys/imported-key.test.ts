import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { formatDidKey, verifySignature } from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import { importedPublicKey, withImportedKey, wrapImportedKey } from './imported-key.ts';

const HEX = '5a'.repeat(31) + '01';

test('a key that was brought in is wrapped, signs, and shows nowhere', async () => {
  const wrapped = await wrapImportedKey(HEX);
  assert.equal(wrapped.key.extractable, false);
  assert.equal(importedPublicKey(wrapped), wrapped.publicKey);
  assert.equal(importedPublicKey({ bytes: Uint8Array.of(255) }), undefined);
  assert.ok(!Buffer.from(wrapped.bytes).toString('hex').includes(HEX.slice(0, 16)));
  const message = Uint8Array.of(1, 2, 3);
  const kept = await withImportedKey(wrapped, async (signer) => {
    assert.equal(formatDidKey(signer.publicKey), wrapped.publicKey);
    assert.equal(await verifySignature(signer.publicKey, message, await signer.sign(message)), true);
    return signer;
  });
  await assert.rejects(async () => kept.sign(message), 'the key was not wiped');
});

test('what is no key, or does not open, is refused without a word of it', async () => {
  for (const text of ['', 'hello', HEX.slice(1), '00'.repeat(32), 'ff'.repeat(32)]) {
    const error: unknown = await wrapImportedKey(text).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof KeysError && error.code === 'KeyInvalid', text);
    assert.ok(text.length < 8 || !inspect(error, { showHidden: true }).includes(text));
  }
  const wrapped = await wrapImportedKey(HEX);
  const use = async (): Promise<string> => 'used';
  await assert.rejects(withImportedKey({ ...wrapped, bytes: wrapped.bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) }, use), { code: 'KeyInvalid' });
  await assert.rejects(withImportedKey({ bytes: wrapped.bytes }, use), { code: 'KeyInvalid' });
});
