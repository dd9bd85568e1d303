import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MirrorRefusal } from '../mirroring/index.ts';
import { formatDidKey, parseDid, parseNsid, signServiceAuth } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';
import { MemoryMirrorStore } from '../storage/memory/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { HostNames } from './host-names.ts';
import { verifyCaller, verifyFormerCaller } from './verify-caller.ts';

const NAMES = new HostNames({ hostname: 'mirror.test', moreHostnames: ['other.test'] }, 0);
const MIRROR = parseDid('did:web:mirror.test');
const DID = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const WATCH = 'app.holdfast.mirror.watch';
const [first, second, thief, stranger] = await Promise.all([1, 2, 3, 4].map((seed) => seededP256Signer(new Uint8Array(32).fill(seed)))) as [Signer, Signer, Signer, Signer];

/** A mirror that has seen three signing keys of an account; the last one counts. */
async function mirror(): Promise<Parameters<typeof verifyCaller>[0]> {
  const copies = new MemoryMirrorStore();
  await copies.enroll({ did: DID });
  const operations = [
    { type: 'create', signingKey: formatDidKey(first.publicKey) }, { type: 'plc_operation', verificationMethods: { atproto: formatDidKey(second.publicKey) } },
    { type: 'plc_operation', verificationMethods: { atproto: formatDidKey(thief.publicKey), other: formatDidKey(stranger.publicKey) } }, { type: 'plc_operation', verificationMethods: { atproto: 'none' } },
  ];
  await copies.see(DID, operations.map((body, place) => ({ cid: String(place), body: new TextEncoder().encode(JSON.stringify(body)), createdAt: place, nullified: false })));
  return { names: NAMES, copies, now: Date.now, identities: { of: async () => ({ signingKey: thief.publicKey }) } } as unknown as Parameters<typeof verifyCaller>[0];
}

const token = (signer: Signer, lxm = WATCH, aud = MIRROR): Promise<string> => signServiceAuth(signer, { iss: DID, aud, lxm: parseNsid(lxm) });

test('a token is for the mirror by any of its names, and for no other', async () => {
  const host = await mirror();
  assert.equal(await verifyCaller(host, await token(thief, WATCH, parseDid('did:web:other.test')), WATCH), DID);
  await assert.rejects(verifyCaller(host, await token(thief, WATCH, parseDid('did:web:third.test')), WATCH), { code: 'BadJwtAudience' });
});

test('a key that the DID named before is known as such where that is asked for, and nowhere else', async () => {
  const host = await mirror();
  assert.deepEqual(await verifyFormerCaller(host, await token(thief), WATCH), { did: DID, isFormer: false });
  for (const signer of [first, second]) {
    const told = await token(signer);
    await assert.rejects(verifyCaller(host, told, WATCH), { code: 'BadJwtSignature' });
    assert.deepEqual(await verifyFormerCaller(host, told, WATCH), { did: DID, isFormer: true });
    await assert.rejects(verifyFormerCaller(host, told, WATCH), { code: 'BadJwt' }, 'a token counts once');
    await assert.rejects(verifyFormerCaller(host, await token(signer, 'app.holdfast.mirror.leave'), WATCH), { code: 'BadJwtLexiconMethod' });
  }
  await assert.rejects(verifyFormerCaller(host, await token(stranger), WATCH), { code: 'BadJwtSignature' });
});

test('where the DID document cannot be read, a key that was seen is enough to be told what was seen', async () => {
  const host = { ...await mirror(), identities: { of: () => Promise.reject(new MirrorRefusal('IdentityUnknown', 'Nobody answers.', { did: DID })) } } as unknown as Parameters<typeof verifyCaller>[0];
  await assert.rejects(verifyCaller(host, await token(first), WATCH), { code: 'IdentityUnknown' });
  assert.deepEqual(await verifyFormerCaller(host, await token(second), WATCH), { did: DID, isFormer: true });
  await assert.rejects(verifyFormerCaller(host, await token(stranger), WATCH), { code: 'IdentityUnknown' });
});
