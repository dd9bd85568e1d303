import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { seededP256Signer } from '../testing/index.ts';

const refused = ({ status, body }: Told): unknown[] => [status, body['error']];
const file = (size: number, fill = 7): object => ({ $bytes: Buffer.alloc(size, fill).toString('base64').replaceAll('=', '') });

describe('sealed kits at a mirror', () => {
  let mirror: RunningTestMirror;
  const logged: string[] = [];
  before(async () => {
    mirror = await startTestMirror({ log: (line) => logged.push(line) });
  });
  after(() => mirror.close());

  const kitsOf = (did: string): Promise<Told> => ask(mirror, `/xrpc/app.holdfast.mirror.getKits?did=${did}`);
  const kindsOf = async ({ did }: { readonly did: string }): Promise<unknown[]> => ((await kitsOf(did)).body['kits'] as { kind: string }[]).map(({ kind }) => kind);

  it('are put by the account, given to whoever asks, byte for byte, also after a restart, and taken back', async () => {
    const house = await MirrorHouse.paired(mirror, 1);
    const { storedAt } = await house.expect('putKit', json({ kind: 'passphrase', file: file(16_384) }));
    await house.expect('putKit', json({ kind: 'passkey', file: file(3) }));
    await mirror.restart();
    assert.deepEqual((await kitsOf(house.did)).body['kits'], [
      { kind: 'passkey', file: file(3), storedAt: ((await kitsOf(house.did)).body['kits'] as { storedAt: string }[])[0]!.storedAt },
      { kind: 'passphrase', file: file(16_384), storedAt },
    ]);
    for (let times = 0; times < 2; times++) assert.deepEqual(await house.expect('removeKit', json({ kind: 'passphrase' })), {});
    assert.deepEqual(await kindsOf(house), ['passkey']);
    // Nothing of the bytes is in the log.
    assert.ok(logged.some((line) => line.includes('put a sealed kit of 16384 bytes')) && !logged.some((line) => line.includes('BwcH')));
  });

  it('are answered alike for an account without one, one that left, and one that was never here', async () => {
    const [bare, left] = [await MirrorHouse.paired(mirror, 2), await MirrorHouse.paired(mirror, 3)];
    await left.expect('putKit', json({ kind: 'passkey', file: file(3) }));
    await left.expect('leave', {});
    const answers = await Promise.all([bare.did, left.did, 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz', 'did:web:nobody.example'].map(kitsOf));
    for (const { status, body } of answers) assert.deepEqual([status, body], [200, { kits: [] }]);
    assert.deepEqual(refused(await kitsOf('nobody')), [400, 'InvalidRequest']);
    await left.pair();
    assert.deepEqual(await kindsOf(left), []);
  });

  it('are of limited size, in two places only, and put by nobody else', async () => {
    const house = await MirrorHouse.paired(mirror, 4);
    const wrong: readonly (readonly [what: string, input: unknown])[] = [
      ['too much', { kind: 'passphrase', file: file(16_385) }], ['nothing', { kind: 'passphrase', file: file(0) }],
      ['another place', { kind: 'third', file: file(3) }], ['no place', { file: file(3) }], ['no file', { kind: 'passkey' }],
      ['text', { kind: 'passkey', file: 'AAAA' }], ['no base64', { kind: 'passkey', file: { $bytes: '*' } }], ['a number', { kind: 'passkey', file: { $bytes: 7 } }],
      ['more fields', { kind: 'passkey', file: { $bytes: 'AAAA', $link: 'x' } }], ['a list', [file(3)]], ['null', null],
    ];
    for (const [what, input] of wrong) assert.deepEqual(refused(await house.call('putKit', json(input as object))), [400, 'InvalidRequest'], what);
    const huge = await house.call('putKit', json({ kind: 'passkey', file: file(5_000_000) }));
    assert.ok(huge.status === 400 || huge.status === 413, String(huge.status));
    assert.deepEqual(await kindsOf(house), []);

    await house.expect('putKit', json({ kind: 'passkey', file: file(3) }));
    for (const method of ['putKit', 'removeKit']) {
      const input = json({ kind: 'passkey', file: file(4) });
      assert.deepEqual(refused(await ask(mirror, `/xrpc/app.holdfast.mirror.${method}`, { method: 'POST', ...input })), [401, 'AuthMissing']);
      const other = await house.token(method === 'putKit' ? 'removeKit' : 'putKit');
      assert.deepEqual(refused(await house.call(method, { ...input, headers: { ...input.headers, authorization: `Bearer ${other}` } })), [401, 'BadJwtLexiconMethod']);
      const stranger = await MirrorHouse.make(mirror, 5);
      stranger.register();
      assert.deepEqual(refused(await stranger.call(method, input)), [400, 'AccountNotFound']);
    }
    assert.deepEqual(((await kitsOf(house.did)).body['kits'] as { file: object }[])[0]!.file, file(3));
  });

  it('go when the account has another signing key, and not before; one that was put with that key stays', async () => {
    const house = await MirrorHouse.paired(mirror, 6, [note('one')]);
    await house.expect('putKit', json({ kind: 'passphrase', file: file(3) }));
    await house.putRepo();
    assert.deepEqual(await kindsOf(house), ['passphrase']);
    house.signer = await seededP256Signer(new Uint8Array(32).fill(99));
    house.move();
    await mirror.restart();
    await house.expect('putKit', json({ kind: 'passkey', file: file(4) }));
    assert.deepEqual(await kindsOf(house), ['passkey', 'passphrase']);
    await house.write([note('two')]);
    await house.putRepo();
    assert.deepEqual(await kindsOf(house), ['passkey']);
  });
});

describe('at a mirror of the world', () => {
  it('whoever asks for kits too often is told to wait', async () => {
    const mirror = await startTestMirror({ settings: { requestsIn5Minutes: 3, hostname: 'mirror.example' } });
    try {
      const local = { url: `http://localhost:${mirror.port}` };
      const asked = (): Promise<Told> => ask(local, '/xrpc/app.holdfast.mirror.getKits?did=did:plc:zzzzzzzzzzzzzzzzzzzzzzzz', { headers: { 'x-forwarded-for': '203.0.113.7' } });
      for (let times = 0; times < 3; times++) assert.equal((await asked()).status, 200);
      assert.deepEqual(refused(await asked()), [429, 'RateLimitExceeded']);
    } finally {
      await mirror.close();
    }
  });
});
