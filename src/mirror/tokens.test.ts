import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, MirrorHouse, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { curveOrder } from '../protocol/index.ts';
import { seededP256Signer } from '../testing/index.ts';

const METHOD = 'listMissingBlobs';
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];
const seconds = (): number => Math.floor(Date.now() / 1000);

describe('an account proves that it is it', () => {
  let mirror: RunningTestMirror;
  let house: MirrorHouse;
  before(async () => {
    mirror = await startTestMirror();
    house = await MirrorHouse.paired(mirror);
  });
  after(() => mirror.close());

  const list = (authorization?: string): Promise<Told> => (
    ask(mirror, `/xrpc/app.holdfast.mirror.${METHOD}`, authorization === undefined ? {} : { headers: { authorization } })
  );
  /** A token whose parts were changed, signed again unless `sign` is false. */
  const forged = async (header: object, claims: object, sign = true): Promise<string> => {
    const [head, body, signature] = (await house.token(METHOD)).split('.').map((part) => Buffer.from(part, 'base64url'));
    const part = (bytes: Buffer, more: object): string => Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString()) as object, ...more })).toString('base64url');
    const signed = `${part(head!, header)}.${part(body!, claims)}`;
    return `Bearer ${signed}.${(sign ? Buffer.from(await house.signer.sign(Buffer.from(signed))) : signature!).toString('base64url')}`;
  };

  it('with a token, once, also after a restart', async () => {
    const token = await house.token(METHOD);
    assert.equal((await list(`Bearer ${token}`)).status, 200);
    assert.deepEqual(refused(await list(`Bearer ${token}`)), [401, 'BadJwt']);
    await mirror.restart();
    assert.deepEqual(refused(await list(`Bearer ${token}`)), [401, 'BadJwt']);
  });

  const rows: readonly (readonly [row: number, what: string, header: () => Promise<string | undefined>, status: number, error: string])[] = [
    [3, 'no token', async () => undefined, 401, 'AuthMissing'],
    [4, 'another scheme', async () => `Basic ${await house.token(METHOD)}`, 400, 'InvalidToken'],
    [4, 'three parts', async () => `Bearer ${await house.token(METHOD)} x`, 400, 'InvalidToken'],
    [6, 'garbage', async () => 'Bearer garbage', 401, 'BadJwt'],
    [8, 'an expired token', async () => `Bearer ${await house.token(METHOD, Date.now() - 61_000)}`, 401, 'JwtExpired'],
    [9, 'a token for another mirror', () => forged({}, { aud: 'did:web:other.example' }), 401, 'BadJwtAudience'],
    [9, 'a token for a service of the mirror', () => forged({}, { aud: `${mirror.did}#holdfast_mirror` }), 401, 'BadJwtAudience'],
    [10, 'a token for another method', async () => `Bearer ${await house.token('putBlob')}`, 401, 'BadJwtLexiconMethod'],
    [10, 'a token without a method', () => forged({}, { lxm: undefined }), 401, 'BadJwtLexiconMethod'],
    [11, 'an access token', () => forged({ typ: 'at+jwt' }, {}), 401, 'BadJwtType'],
    [12, 'a token of nobody', () => forged({}, { iss: 'alice' }), 401, 'BadJwtIss'],
    [13, 'a token without a signature', () => forged({ alg: 'none' }, {}), 401, 'BadJwtSignature'],
    [13, 'another algorithm', () => forged({ alg: 'ES256K' }, {}), 401, 'BadJwtSignature'],
    [13, 'claims that were changed', () => forged({}, { exp: seconds() + 50 }, false), 401, 'BadJwtSignature'],
    [14, 'a token for a year', () => forged({}, { exp: seconds() + 31_536_000 }), 401, 'BadJwt'],
    [14, 'a token of the future', () => forged({}, { iat: seconds() + 60, exp: seconds() + 90 }), 401, 'BadJwt'],
    [14, 'a token without a name', () => forged({}, { jti: undefined }), 401, 'BadJwt'],
    [0, 'an account that no directory knows', () => forged({}, { iss: 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz' }), 503, 'IdentityUnknown'],
  ];
  for (const [row, what, header, status, error] of rows) {
    it(`bad input ${row}: ${what} is ${status} ${error}`, async () => {
      assert.deepEqual(refused(await list(await header())), [status, error]);
    });
  }

  it('with a low s, and not with its high twin', async () => {
    const token = await house.token(METHOD);
    const [head, body, signature] = token.split('.');
    const bytes = Buffer.from(signature!, 'base64url');
    const s = BigInt(`0x${Buffer.from(curveOrder('p256')).toString('hex')}`) - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const high = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    assert.deepEqual(refused(await list(`Bearer ${head}.${body}.${high.toString('base64url')}`)), [401, 'BadJwtSignature']);
    assert.equal((await list(`Bearer ${token}`)).status, 200);
  });

  it('with the key that its DID document names now', async () => {
    const turned = await MirrorHouse.paired(mirror, 2);
    const old = turned.signer;
    turned.signer = await seededP256Signer(new Uint8Array(32).fill(78));
    turned.move();
    await mirror.restart();
    await turned.expect(METHOD, { method: 'GET' });
    turned.signer = old;
    assert.deepEqual(refused(await turned.call(METHOD, { method: 'GET' })), [401, 'BadJwtSignature']);
  });
});
