import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { KeysError } from './errors.ts';
import { sameBytes, Secret } from './secret.ts';

const bytes = () => Uint8Array.from({ length: 32 }, (_, index) => index + 1);

test('a secret is wiped with the bytes that it was given, and then refuses', () => {
  const given = bytes();
  const secret = new Secret(given);
  assert.equal(secret.reveal((shown) => shown[31]), 32);
  secret.wipe();
  secret.wipe();
  assert.deepEqual(given, new Uint8Array(32));
  assert.throws(() => secret.reveal(() => 1), { code: 'SecretWiped' });
  assert.throws(() => new Secret(bytes()).equals(secret), KeysError);
});

test('a secret shows in no JSON, no log, and crosses no message port', () => {
  const secret = new Secret(bytes());
  const shown = [JSON.stringify({ secret }), `${String(secret)}`, inspect(secret, { showHidden: true, depth: 9 })];
  assert.equal(shown[0], '{"secret":"[secret]"}');
  for (const text of shown) assert.doesNotMatch(text, /31|1, 2|AQID|0102/);
  assert.deepEqual(Reflect.ownKeys(structuredClone(secret)), []);
});

test('secrets are equal in all bytes or not at all', () => {
  const secret = new Secret(bytes());
  assert.equal(secret.equals(new Secret(bytes())), true);
  for (let at = 0; at < 32; at++) {
    const other = bytes();
    other[at]! ^= 0x80;
    assert.equal(secret.equals(new Secret(other)), false);
  }
  assert.equal(sameBytes(Uint8Array.of(1), Uint8Array.of(1, 0)), false);
});

test('what is not 32 bytes is no secret', () => {
  for (const length of [0, 31, 33]) assert.throws(() => new Secret(new Uint8Array(length)), { code: 'KeyInvalid' });
});
