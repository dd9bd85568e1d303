import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import { parseDid } from './did.ts';
import { parseNsid } from './nsid.ts';
import { claimedCall, ServiceAuthError, signServiceAuth, verifyServiceAuth } from './service-auth.ts';
import type { ServiceAuthExpectations } from './service-auth.ts';
import type { Signer } from './signer.ts';

const NOW = 1_764_000_000_000;
const SECONDS = NOW / 1000;
const iss = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const aud = 'did:web:mirror.example.com';
const lxm = parseNsid('app.holdfast.mirror.connect');
const p256 = await seededP256Signer(new Uint8Array(32).fill(3));
const k256 = await seededK256Signer(new Uint8Array(32).fill(3));

/** A service that has seen no token yet. */
function service(signer: Signer = p256): ServiceAuthExpectations {
  const seen = new Set<string>();
  return {
    audiences: [aud, `${aud}#mirror`], lxm, now: NOW,
    keyOf: async () => signer.publicKey,
    once: (did, jti) => seen.size < seen.add(`${did} ${jti}`).size,
  };
}

const encode = (part: unknown): string => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const good = { iat: SECONDS, iss, aud, lxm, exp: SECONDS + 60, jti: 'one' };

/** A token of whatever is wanted, signed as it stands. */
async function forged(claims: unknown, header: unknown = { typ: 'JWT', alg: 'ES256' }, signer: Signer = p256): Promise<string> {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${Buffer.from(await signer.sign(Buffer.from(signed))).toString('base64url')}`;
}

for (const [name, signer] of [['P-256', p256], ['K-256', k256]] as const) {
  test(`a token of ours is accepted once, ${name}`, async () => {
    const token = await signServiceAuth(signer, { iss, aud, lxm }, NOW);
    const called = service(signer);
    const claims = await verifyServiceAuth(token, called);
    assert.deepEqual({ ...claims, jti: '' }, { iss, aud, lxm, exp: SECONDS + 60, jti: '' });
    await assert.rejects(verifyServiceAuth(token, called), { code: 'BadJwt', message: /used before/ });
  });
}

test('a token may name fingerprints, which are as signed as the rest of it', async () => {
  const fingerprints = ['00', '7F'].map((byte) => Array.from({ length: 32 }, () => byte).join(':'));
  const token = await signServiceAuth(p256, { iss, aud, lxm, fingerprints }, NOW);
  assert.deepEqual((await verifyServiceAuth(token, service())).fingerprints, fingerprints);
});

test('two tokens never have one name', async () => {
  const tokens = await Promise.all(Array.from({ length: 50 }, () => signServiceAuth(p256, { iss, aud, lxm }, NOW)));
  assert.equal(new Set(tokens.map((token) => (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { jti: string }).jti)).size, 50);
});

test('accepts what other makers write: a service in the audience, no type, a key id', async () => {
  await verifyServiceAuth(await forged({ ...good, aud: `${aud}#mirror` }, { alg: 'ES256', kid: '#atproto' }), service());
});

const without = (name: keyof typeof good): unknown => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const highS = async (): Promise<string> => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header, payload, signature] = (await forged(good)).split('.') as [string, string, string];
  const bytes = Buffer.from(signature, 'base64url');
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').copy(bytes, 32);
  return `${header}.${payload}.${bytes.toString('base64url')}`;
};

const refused: readonly (readonly [string, string, () => Promise<string>])[] = [
  ['nothing', 'BadJwt', async () => ''],
  ['two parts', 'BadJwt', async () => (await forged(good)).split('.').slice(0, 2).join('.')],
  ['four parts', 'BadJwt', async () => `${await forged(good)}.x`],
  ['more than 4 kB', 'BadJwt', () => forged({ ...good, extra: 'x'.repeat(5_000) })],
  ['a payload that is not JSON', 'BadJwt', () => forged('{')],
  ['a payload that is a list', 'BadJwt', () => forged([good])],
  ['padding', 'BadJwt', async () => `${await forged(good)}==`],
  ['an access token', 'BadJwtType', () => forged(good, { typ: 'at+jwt', alg: 'ES256' })],
  ['a DPoP proof', 'BadJwtType', () => forged(good, { typ: 'dpop+jwt', alg: 'ES256' })],
  ['a refresh token', 'BadJwtType', () => forged(good, { typ: 'refresh+jwt', alg: 'ES256' })],
  ['no algorithm', 'BadJwtSignature', () => forged(good, { typ: 'JWT', alg: 'none' })],
  ['the algorithm of the other curve', 'BadJwtSignature', () => forged(good, { typ: 'JWT', alg: 'ES256K' })],
  ['the key of the other curve', 'BadJwtSignature', () => forged(good, { typ: 'JWT', alg: 'ES256K' }, k256)],
  ['a changed payload', 'BadJwtSignature', async () => {
    const [header, , signature] = (await forged(good)).split('.');
    return `${header}.${encode({ ...good, jti: 'two' })}.${signature}`;
  }],
  ['a high s', 'BadJwtSignature', highS],
  ['an issuer that is no DID', 'BadJwtIss', () => forged({ ...good, iss: 'someone' })],
  ['an issuer with a fragment', 'BadJwtIss', () => forged({ ...good, iss: `${iss}#atproto_labeler` })],
  ['another audience', 'BadJwtAudience', () => forged({ ...good, aud: 'did:web:other.example.com' })],
  ['a list of audiences', 'BadJwtAudience', () => forged({ ...good, aud: [aud] })],
  ['another method', 'BadJwtLexiconMethod', () => forged({ ...good, lxm: 'com.atproto.server.deleteAccount' })],
  ['no method', 'BadJwtLexiconMethod', () => forged(without('lxm'))],
  ['no name', 'BadJwt', () => forged(without('jti'))],
  ['no time of making', 'BadJwt', () => forged(without('iat'))],
  ['no end', 'BadJwt', () => forged(without('exp'))],
  ['an end that has come', 'JwtExpired', () => forged({ ...good, exp: SECONDS })],
  ['more than two minutes of life', 'BadJwt', () => forged({ ...good, exp: SECONDS + 121 })],
  ['a time of making in the future', 'BadJwt', () => forged({ ...good, iat: SECONDS + 31, exp: SECONDS + 60 })],
  ['a fingerprint that is none', 'BadJwt', () => forged({ ...good, fingerprints: ['ab:cd'] })],
  ['three fingerprints', 'BadJwt', () => forged({ ...good, fingerprints: Array.from({ length: 3 }, () => Array.from({ length: 32 }, () => 'AB').join(':')) })],
  ['fingerprints that are no list', 'BadJwt', () => forged({ ...good, fingerprints: 'AB' })],
  ['a beginning in the future', 'BadJwt', () => forged({ ...good, nbf: SECONDS + 31 })],
];

for (const [why, code, make] of refused) {
  test(`refuses ${why} with ${code}, and notes nothing`, async () => {
    let noted = 0;
    const called = { ...service(), once: () => ++noted > 0 };
    const token = await make();
    await assert.rejects(verifyServiceAuth(token, called), (error) => {
      assert.ok(error instanceof ServiceAuthError, String(error));
      assert.equal(error.code, code);
      assert.ok(token.length < 20 || !JSON.stringify([error.message, error.details]).includes(token.slice(0, 20)));
      return true;
    });
    assert.equal(noted, 0);
  });
}

test('what a token claims is read without its proof, and nothing is read out of what claims nothing', async () => {
  const claims = (payload: unknown): unknown => claimedCall(`x.${encode(payload)}.x`);
  assert.deepEqual(claimedCall(await signServiceAuth(k256, { iss, aud, lxm })), { iss, lxm });
  assert.deepEqual(claims({ iss, lxm }), { iss, lxm });
  for (const payload of [{ iss }, { lxm }, { iss: 7, lxm }, { iss: 'https://x.test', lxm }, { iss, lxm: [lxm] }, 'text', [iss], null, { iss, lxm, more: 'x'.repeat(4_096) }]) {
    assert.equal(claims(payload), undefined, JSON.stringify(payload).slice(0, 60));
  }
  for (const token of ['', '.', '..', 'opaque', '*.*.*']) assert.equal(claimedCall(token), undefined, token);
});
