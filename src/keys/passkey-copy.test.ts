import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '@ipld/dag-cbor';
import { formatDidKey } from '../protocol/index.ts';
import { KeysError } from './errors.ts';
import { importKeyPair } from './key-pair.ts';
import { openKit } from './kit-file.ts';
import { wipeKit } from './kit.ts';
import { decodePasskeyCopy, encodePasskeyCopy, passkeyPhrase, sealPasskeyCopy } from './passkey-copy.ts';
import { Secret } from './secret.ts';
import type { Datetime, Did } from '../protocol/index.ts';
import type { Kit } from './kit.ts';

const ANSWER = Uint8Array.from({ length: 32 }, (_, index) => index);
const ID = Uint8Array.of(7, 8, 9);

async function kit(): Promise<Kit> {
  const keyOf = async (byte: number) => {
    const secret = new Secret(new Uint8Array(32).fill(byte));
    return { secret, publicKey: (await importKeyPair(secret)).publicKey };
  };
  return {
    did: 'did:plc:z72i7hdynmk6r22z27h6tvur' as Did, createdAt: '2026-11-24T04:47:59.000Z' as Datetime, recovery: await keyOf(0x5a), signing: await keyOf(0x41),
  };
}

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof KeysError) return error.code;
    throw error;
  }
  return 'none';
};

test('a copy opens with the answer of its passkey and with no other; two copies have two passphrases', async () => {
  const made = await kit();
  const copy = decodePasskeyCopy(encodePasskeyCopy(await sealPasskeyCopy(made, { id: ID, answer: ANSWER, now: 1_700_000_000_000 })));
  assert.deepEqual([copy.id, copy.createdAt, copy.recoveryKey], [ID, '2023-11-14T22:13:20.000Z', formatDidKey(made.recovery.publicKey)]);
  const phrase = await passkeyPhrase(copy, ANSWER);
  assert.match(phrase, /^[0-9a-f]{64}$/);
  const opened = await openKit(copy.file, phrase);
  assert.ok(opened.recovery.secret.equals(made.recovery.secret) && opened.signing.secret.equals(made.signing.secret));
  wipeKit(opened);
  const other = await passkeyPhrase(copy, ANSWER.map((byte) => byte ^ 1));
  await assert.rejects(openKit(copy.file, other), { code: 'KitPassphrase' });
  const second = await sealPasskeyCopy(made, { id: ID, answer: ANSWER, now: 0 });
  assert.notEqual(await passkeyPhrase(second, ANSWER), phrase);
  // The caller wipes what it gave.
  assert.equal(ANSWER[31], 31);
});

test('an answer or a name of another size, and bytes that are no copy, are refused', async () => {
  const made = await kit();
  await assert.rejects(passkeyPhrase({ salt: ID }, new Uint8Array(31)), { code: 'KeyInvalid' });
  await assert.rejects(sealPasskeyCopy(made, { id: new Uint8Array(), answer: ANSWER, now: 0 }), { code: 'KeyInvalid' });
  assert.equal(code(() => decodePasskeyCopy(Uint8Array.of(1, 2))), 'KitDamaged');
  assert.equal(code(() => decodePasskeyCopy(encode({ version: 2 }))), 'KitVersion');
  assert.equal(code(() => decodePasskeyCopy(encode({ version: 1, id: ID, salt: ID, file: ID, createdAt: 'yesterday', recoveryKey: 'x' }))), 'KitDamaged');
});

test('what a stranger made is held to its form before anything is done with it', async () => {
  const made = await kit();
  const right = { version: 1, ...await sealPasskeyCopy(made, { id: ID, answer: ANSWER, now: 0 }) };
  assert.equal(code(() => decodePasskeyCopy(encode(right))), 'none');
  const wrong: readonly object[] = [
    { id: new Uint8Array() }, { id: new Uint8Array(1_024) }, { salt: new Uint8Array(31) }, { salt: new Uint8Array(33) }, { file: new Uint8Array() },
    { recoveryKey: 'did:plc:x' }, { recoveryKey: '' }, { more: 1 }, { version: 0 }, { version: '1' },
  ];
  for (const change of wrong) assert.equal(code(() => decodePasskeyCopy(encode({ ...right, ...change }))), 'KitDamaged', JSON.stringify(change));
  for (const value of [null, 7, 'text', [], ID]) assert.equal(code(() => decodePasskeyCopy(encode(value))), 'KitDamaged', JSON.stringify(value));
});
