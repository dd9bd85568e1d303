import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDidKey } from '../../protocol/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { describeMirror } from './mirror-client.ts';
import { placeOf } from './mirror-place.ts';

const keyOf = async (seed: number): Promise<string> => formatDidKey((await seededP256Signer(new Uint8Array(32).fill(seed))).publicKey);
const [key, otherKey] = await Promise.all([keyOf(1), keyOf(2)]);
const keys: Readonly<Record<string, string>> = { 'a.test': key, 'b.test': key, 'evil.test': otherKey, localhost: key };
const asked: string[] = [];
const parts = {
  now: Date.now,
  fetch: async (input: unknown) => {
    const { hostname } = new URL(String(input));
    asked.push(hostname);
    return Response.json({
      did: `did:web:${hostname}`, key: keys[hostname], version: '1', time: new Date().toISOString(), handleDomains: [], inviteRequired: false, directory: 'https://plc.test',
      limits: { blobBytes: 1, repoBytes: 1, aheadMs: 1 },
    });
  },
};

test('a mirror is gone on with by the name that it tells, and leads nowhere but to itself', async () => {
  const first = { url: 'https://a.test', described: await describeMirror(parts.fetch, 'https://a.test', Date.now) };
  assert.equal(await placeOf(parts, first, undefined), first);
  assert.equal(await placeOf(parts, first, 'https://a.test'), first);
  const second = await placeOf(parts, first, 'https://b.test');
  assert.deepEqual([second.url, second.described.did, second.described.key], ['https://b.test', 'did:web:b.test', key]);
  await assert.rejects(placeOf(parts, first, 'https://evil.test'), { code: 'InvalidMirror', message: /Your data here is safe\. This mirror sends your account to https:\/\/evil\.test/ });
  asked.length = 0;
  for (const told of ['http://localhost', 'http://b.test', 'https://b.test/path', 'b.test', 'ftp://b.test']) await assert.rejects(placeOf(parts, first, told), told);
  assert.deepEqual(asked, [], 'none of them was asked');
});
