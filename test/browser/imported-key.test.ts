import { importedPublicKey, withImportedKey, wrapImportedKey } from '../../src/keys/index.ts';
import { formatDidKey, verifySignature } from '../../src/protocol/index.ts';
import { equal, ok, rejectedBy } from './assert.ts';

const HEX = `${'5a'.repeat(31)}01`;

/** What a database gives back of it. */
function stored<Value>(value: Value): Promise<Value> {
  const name = `imported-${crypto.randomUUID()}`;
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('kept').put(value, 1));
    opening.addEventListener('success', () => {
      const asked = opening.result.transaction('kept').objectStore('kept').get(1);
      asked.addEventListener('success', () => {
        opening.result.close();
        indexedDB.deleteDatabase(name);
        resolve(asked.result as Value);
      });
    });
  });
}

describe('a K-256 key in a browser', () => {
  it('is kept wrapped by a key that cannot be read, signs after the database gave it back, and is of no use then', async () => {
    const wrapped = await stored(await wrapImportedKey(HEX));
    equal(wrapped.key!.extractable, false);
    equal(importedPublicKey(wrapped), wrapped.publicKey);
    await rejectedBy(() => crypto.subtle.exportKey('raw', wrapped.key!), DOMException);
    const message = Uint8Array.of(1, 2, 3);
    const kept = await withImportedKey(wrapped, async (signer) => {
      equal(formatDidKey(signer.publicKey), wrapped.publicKey);
      ok(await verifySignature(signer.publicKey, message, await signer.sign(message)), 'a signature of another key');
      return signer;
    });
    ok(await kept.sign(message).then(() => false, () => true), 'the key was not wiped');
  });
});
