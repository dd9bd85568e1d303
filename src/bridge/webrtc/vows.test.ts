import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDid, parseNsid, signServiceAuth } from '../../protocol/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { writeSession } from './session.ts';
import { signVow, verifyAnswer, verifyOffer, verifyVow } from './vows.ts';
import type { ServiceAuthExpectations, Signer } from '../../protocol/index.ts';
import type { Session } from './session.ts';

const NOW = Date.UTC(2026, 10, 30);
const iss = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa');
const aud = 'did:web:mirror.example.com';
const OFFER = parseNsid('app.holdfast.mirror.connect');
const ANSWER = parseNsid('app.holdfast.mirror.answer');
const account = await seededP256Signer(new Uint8Array(32).fill(3));
const mirror = await seededP256Signer(new Uint8Array(32).fill(4));

const fingerprintOf = (byte: string): string => Array.from({ length: 32 }, () => byte).join(':');
const [HOUSE, OTHER, THIEF] = ['0A', '0B', '0C'].map(fingerprintOf) as [string, string, string];
const sdpWith = (fingerprint: string, setup: Session['setup']): string => writeSession({ ufrag: 'abcd', pwd: 'a'.repeat(22), fingerprint, setup, candidates: [] });
const tokenOf = (fingerprints: readonly string[], lxm = OFFER, signer: Signer = account): Promise<string> => signServiceAuth(signer, { iss, aud, lxm, fingerprints }, NOW);

/** Whoever has seen no token yet. */
function reader(lxm = OFFER, now = NOW): ServiceAuthExpectations {
  const seen = new Set<string>();
  return { audiences: [aud], lxm, now, keyOf: async () => account.publicKey, once: (_, jti) => seen.size < seen.add(jti).size };
}

test('an offer whose fingerprint the account has signed is taken once', async () => {
  const offer = { sdp: sdpWith(HOUSE, 'actpass'), token: await tokenOf([HOUSE]) };
  const expected = reader();
  const { session, claims } = await verifyOffer(offer, expected);
  assert.deepEqual([session.fingerprint, claims.iss], [HOUSE, iss]);
  await assert.rejects(verifyOffer(offer, expected), { code: 'BadJwt', message: /used before/ });
});

const OFFERS: Readonly<Record<string, () => Promise<readonly [sdp: string, token: string, code: string, now?: number]>>> = {
  'another fingerprint than the one that was signed': async () => [sdpWith(THIEF, 'actpass'), await tokenOf([HOUSE]), 'FingerprintUnsigned'],
  'a token without a fingerprint': async () => [sdpWith(HOUSE, 'actpass'), await signServiceAuth(account, { iss, aud, lxm: OFFER }, NOW), 'FingerprintUnsigned'],
  'a token of an answer, which names two': async () => [sdpWith(HOUSE, 'actpass'), await tokenOf([HOUSE, OTHER]), 'FingerprintUnsigned'],
  'a token for another purpose': async () => [sdpWith(HOUSE, 'actpass'), await tokenOf([HOUSE], ANSWER), 'BadJwtLexiconMethod'],
  'a token by another key': async () => [sdpWith(HOUSE, 'actpass'), await tokenOf([HOUSE], OFFER, mirror), 'BadJwtSignature'],
  'a token of two minutes ago': async () => [sdpWith(HOUSE, 'actpass'), await tokenOf([HOUSE]), 'JwtExpired', NOW + 120_000],
  'an SDP that is an answer': async () => [sdpWith(HOUSE, 'active'), await tokenOf([HOUSE]), 'SessionForm'],
  'an SDP with two fingerprints, one of them signed': async () => [`${sdpWith(HOUSE, 'actpass')}a=fingerprint:sha-256 ${THIEF}\r\n`, await tokenOf([HOUSE]), 'SessionForm'],
};

for (const [what, make] of Object.entries(OFFERS)) {
  test(`an offer is refused: ${what}`, async () => {
    const [sdp, token, code, now] = await make();
    await assert.rejects(verifyOffer({ sdp, token }, reader(OFFER, now)), { code });
  });
}

test('the answer of a house is for one offer: both fingerprints are signed', async () => {
  const answer = { sdp: sdpWith(OTHER, 'active'), token: await tokenOf([HOUSE, OTHER], ANSWER) };
  assert.equal((await verifyAnswer(answer, HOUSE, reader(ANSWER))).fingerprint, OTHER);
  await assert.rejects(verifyAnswer(answer, THIEF, reader(ANSWER)), { code: 'FingerprintUnsigned' });
  await assert.rejects(verifyAnswer({ ...answer, sdp: sdpWith(THIEF, 'active') }, HOUSE, reader(ANSWER)), { code: 'FingerprintUnsigned' });
  await assert.rejects(verifyAnswer({ sdp: sdpWith(OTHER, 'active'), token: await tokenOf([OTHER, HOUSE], ANSWER) }, HOUSE, reader(ANSWER)), { code: 'FingerprintUnsigned' });
  // An offer that is sent back is no answer.
  await assert.rejects(verifyAnswer({ sdp: sdpWith(HOUSE, 'active'), token: await tokenOf([HOUSE]) }, HOUSE, reader(ANSWER)), { code: 'BadJwtLexiconMethod' });
  await assert.rejects(verifyAnswer({ ...answer, sdp: sdpWith(OTHER, 'actpass') }, HOUSE, reader(ANSWER)), { code: 'SessionForm' });
});

test('the answer of a mirror is signed by the key that was pinned, for this offer and this fingerprint', async () => {
  const offer = await tokenOf([HOUSE]);
  const sig = await signVow(mirror, offer, OTHER);
  const sdp = sdpWith(OTHER, 'passive');
  assert.equal((await verifyVow({ sdp, sig }, offer, mirror.publicKey)).fingerprint, OTHER);
  const refused: readonly (readonly [string, Uint8Array, string, Signer])[] = [
    [sdpWith(THIEF, 'passive'), sig, offer, mirror], [sdp, sig, await tokenOf([HOUSE]), mirror], [sdp, sig, offer, account],
    [sdp, sig.map((byte, index) => (index === 40 ? byte ^ 1 : byte)), offer, mirror], [sdp, new Uint8Array(64), offer, mirror], [sdp, new Uint8Array(), offer, mirror],
  ];
  for (const [text, signature, token, { publicKey }] of refused) {
    await assert.rejects(verifyVow({ sdp: text, sig: signature }, token, publicKey), { code: 'FingerprintUnsigned' });
  }
});
