import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDidKey } from '../protocol/index.ts';
import { importKeyPair } from './key-pair.ts';
import { kitPage } from './kit-page.ts';
import { Secret } from './secret.ts';
import type { Datetime, Did, Handle } from '../protocol/index.ts';

test('the printed page says what is in the kit, and no secret', async () => {
  const secret = new Secret(new Uint8Array(32).fill(0x5a));
  const { publicKey } = await importKeyPair(secret);
  const kit = {
    did: 'did:web:alice.example' as Did, createdAt: '2026-11-24T04:47:59.000Z' as Datetime,
    recovery: { publicKey, secret }, signing: { publicKey, secret }, genesis: Uint8Array.of(1),
  };
  assert.deepEqual(kitPage(kit), {
    did: 'did:web:alice.example', handle: '', mirror: '', rev: '', createdAt: '2026-11-24T04:47:59.000Z',
    recoveryKey: formatDidKey(publicKey), signingKey: formatDidKey(publicKey),
    fileName: 'holdfast-kit-did-web-alice.example-2026-11-24.age',
    command: 'age --decrypt holdfast-kit-did-web-alice.example-2026-11-24.age',
  });
  const named = kitPage({ ...kit, handle: 'alice.example' as Handle, mirror: 'https://mirror.example' });
  assert.deepEqual([named.handle, named.mirror], ['alice.example', 'https://mirror.example']);
  assert.equal(named.fileName, 'holdfast-kit-alice.example-2026-11-24.age');
});
