import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opened, PushService } from '../../../test/support/push-service.ts';
import { MemoryMirrorStore } from '../../storage/memory/index.ts';
import { arePushKeys, pushKey, sealWith } from './push.ts';

const SUBJECT = 'mailto:operator@mirror.test';

test('the browser of these tests reads the message of RFC 8291, appendix A', () => {
  const body = Buffer.from('DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN', 'base64url');
  const browser = { secret: Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'), auth: 'BTBZMqHH6r4Tts7J_aSIgg' };
  assert.equal(opened(body, browser), 'When I grow up, I want to be a watermelon');
});

test('the key of a mirror is made once, and stays', async () => {
  const store = new MemoryMirrorStore();
  const key = await pushKey(store);
  assert.deepEqual(await pushKey(store), key);
  assert.notDeepEqual(await pushKey(new MemoryMirrorStore()), key);
  assert.ok(arePushKeys(key.publicKey, 'A'.repeat(22)));
});

test('what is sealed is read by that browser alone, is signed for its push service, and says little by its length', async (t) => {
  const key = await pushKey(new MemoryMirrorStore());
  const service = await PushService.start();
  t.after(() => service.close());
  const [one, other] = [service.subscribe(key.publicKey), service.subscribe(key.publicKey)];
  const seal = sealWith(key, SUBJECT);
  const send = async (to: typeof one, message: object, { endpoint } = to): Promise<number> => {
    const { body, headers } = await seal({ kind: 'push', name: 'A browser', ...to }, message, 60);
    return (await fetch(endpoint, { method: 'POST', body, headers })).status;
  };
  assert.deepEqual([await send(one, { kind: 'test' }), await send(one, { kind: 'operation', handle: 'ada.test' })], [201, 201]);
  assert.deepEqual(service.messages(one), [{ kind: 'test' }, { kind: 'operation', handle: 'ada.test' }]);
  assert.deepEqual(service.pushed.map(({ seconds, subject }) => [seconds, subject]), [[60, SUBJECT], [60, SUBJECT]]);
  assert.equal(new Set(service.pushed.map(({ size }) => size)).size, 1);
  for (const length of [500, 700, 900]) await send(one, { did: `did:web:${'x'.repeat(length)}` });
  const [short = 0, ...long] = service.pushed.slice(1).map(({ size }) => size);
  assert.deepEqual(long, [short + 512, short + 512, short + 512]);
  assert.equal(await send(one, { kind: 'test' }, other), 403, 'another browser cannot read it');
  const foreign = sealWith(await pushKey(new MemoryMirrorStore()), SUBJECT);
  const { body, headers } = await foreign({ kind: 'push', name: 'A browser', ...one }, {}, 60);
  assert.equal((await fetch(one.endpoint, { method: 'POST', body, headers })).status, 403, 'and another mirror cannot wake it');
});

test('what is signed is for the server that is asked, however its address is written', async () => {
  const key = await pushKey(new MemoryMirrorStore());
  const to = { kind: 'push', name: 'A browser', p256dh: key.publicKey, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } as const;
  const audience = async (endpoint: string): Promise<unknown> => {
    const { headers } = await sealWith(key, SUBJECT)({ ...to, endpoint }, {}, 60);
    return (JSON.parse(Buffer.from(headers['authorization']!.split('.')[1]!, 'base64url').toString()) as { aud: unknown }).aud;
  };
  assert.equal(await audience('https://push.example/a'), 'https://push.example');
  assert.equal(await audience('https://push.example%2eevil.example/a'), 'https://push.example.evil.example');
  await assert.rejects(audience('https://push.example;.evil.example/a'), /another server/);
});

test('keys are a point of the curve and sixteen bytes', async () => {
  const { publicKey } = await pushKey(new MemoryMirrorStore());
  const auth = 'BTBZMqHH6r4Tts7J_aSIgg';
  const off = `${publicKey.slice(0, 40)}${publicKey[40] === 'A' ? 'B' : 'A'}${publicKey.slice(41)}`;
  assert.deepEqual([[publicKey, auth], [off, auth], ['', auth], [publicKey, auth.slice(1)], [publicKey, `${auth.slice(1)}+`]].map(([p256dh, secret]) => arePushKeys(p256dh!, secret!)), [true, false, false, false, false]);
});
