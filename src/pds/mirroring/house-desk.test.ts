import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datetimeFromMs, tidTime, verifyServiceAuth } from '../../protocol/index.ts';
import type { Tid } from '../../protocol/index.ts';
import { signReceipt } from '../../mirroring/index.ts';
import { seededP256Signer } from '../../testing/index.ts';
import { Pair } from '../../../test/support/mirrored-pair.ts';
import { FakeDirectory } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';
import { ALICE, assertRefused, NOTE, PdsHouse } from '../../../test/support/pds-house.ts';

test('what is written arrives with a receipt, in order, and a conversation with nothing to say sends nothing', async () => {
  const pair = await Pair.met(2);
  await pair.assertMirrored();
  for (let index = 0; index < 3; index++) await pair.write();
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
  assert.deepEqual(pair.mirror.calls, ['#hello', '#commit', '#commit', '#commit']);
  pair.mirror.calls.length = 0;
  await pair.talk();
  assert.deepEqual(pair.mirror.calls, ['#hello']);
});

test('the token is for this mirror and this method alone, by the mirror\'s clock', async () => {
  const pair = await Pair.met();
  pair.ahead = 3_600_000;
  await pair.house.store.update(ALICE.did, { mirror: pair.mirror.known({ clockAheadMs: 3_600_000 }) });
  const { token, version } = await pair.desk.hello();
  assert.equal(version, '1.2.3');
  const auth = await verifyServiceAuth(token, {
    audiences: [pair.mirror.did], lxm: 'app.holdfast.mirror.converse', keyOf: async () => pair.house.keys.get(ALICE.did)!, once: () => true,
  });
  assert.equal(auth.iss, ALICE.did);
});

test('a token for a direct connection names its fingerprints, and is for that method alone', async () => {
  const { desk, mirror, house } = await Pair.met();
  const fingerprints = [Array.from({ length: 32 }, () => '0A').join(':')];
  const { token } = await desk.hello('connect', fingerprints);
  const read = (lxm: string) => verifyServiceAuth(token, { audiences: [mirror.did], lxm, keyOf: async () => house.keys.get(ALICE.did)!, once: () => true });
  assert.deepEqual((await read('app.holdfast.mirror.connect')).fingerprints, fingerprints);
  await assert.rejects(read('app.holdfast.mirror.converse'), { code: 'BadJwtLexiconMethod' });
  assert.notEqual((await desk.hello()).token, token);
});

test('a commit that is made while heads are compared is one more to send', async () => {
  let between: (() => Promise<unknown>) | undefined;
  const pair = await Pair.met(0, (store) => new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'outboxSize') return typeof value === 'function' ? value.bind(target) as unknown : value;
      return async (...given: Parameters<typeof target.outboxSize>) => {
        const write = between;
        between = undefined;
        await write?.();
        return target.outboxSize(...given);
      };
    },
  }));
  await pair.write();
  between = () => pair.write();
  assert.equal(await pair.talk(), 'idle');
  assert.deepEqual(pair.mirror.calls, ['#hello', '#commit', '#commit']);
  await pair.assertMirrored();
});

test('a receipt that was lost comes again, and nothing is applied twice', async () => {
  const pair = await Pair.met();
  await pair.write();
  await pair.write();
  pair.mirror.losses = 1;
  assert.notEqual(await pair.talk(), 'idle');
  assert.equal((await pair.house.store.outboxSize(ALICE.did)).commits, 2);
  pair.mirror.calls.length = 0;
  assert.equal(await pair.talk(), 'idle');
  // The mirror has both, and the receipt of the later one covers both.
  assert.deepEqual(pair.mirror.calls, ['#hello', '#commit']);
  await pair.assertMirrored();
});

test('the receipt of a repository is asked for where it was lost', async () => {
  const pair = await Pair.make(3);
  assert.equal((await pair.known()).acknowledged, undefined);
  assert.equal(await pair.talk(), 'idle');
  assert.deepEqual(pair.mirror.calls, ['#hello', 'activate']);
  await pair.assertMirrored();
});

test('while it is paused nothing is sent, and then all of it', async () => {
  const pair = await Pair.met();
  const paused = await pair.house.post('app.holdfast.bridge.setPaused', { did: ALICE.did, paused: true });
  assert.equal((paused.body['mirror'] as { state: string }).state, 'paused');
  await pair.write();
  assert.equal(await pair.talk(), 'stopped');
  const { body } = await pair.house.get('app.holdfast.bridge.describe', { did: ALICE.did });
  assert.equal((body['mirror'] as { waiting: number }).waiting, 1);
  const on = await pair.house.post('app.holdfast.bridge.setPaused', { did: ALICE.did, paused: false });
  assert.equal((on.body['mirror'] as { state: string }).state, 'active');
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
});

test('a mirror that was set back stops the bridge, and gets everything once its owner goes on', async () => {
  const pair = await Pair.met(1);
  const old = await pair.house.car();
  await pair.write();
  await pair.write();
  assert.equal(await pair.talk(), 'idle');
  await pair.mirror.begin(old);
  await pair.write();
  assert.equal(await pair.talk(), 'stopped');
  assert.match(await pair.assertAlarm('rollback', 1), /older state than the one it confirmed/);
  assert.equal((await pair.house.post('app.holdfast.bridge.setPaused', { did: ALICE.did, paused: false })).status, 200);
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
  assert.equal((await pair.known()).resend, undefined);
});

test('a mirror that has forgotten the account is an alarm that says what helps', async () => {
  const pair = await Pair.met(1);
  const step = await pair.desk.refused({ type: '#reject', code: 'AccountMissing', message: 'This mirror does not keep that account.', time: datetimeFromMs(Date.now()) });
  assert.deepEqual(step, { next: 'stop' });
  assert.match(await pair.assertAlarm('refused', 0), /Leave this mirror and pair again/);
});

test('a mirror that has nothing gets everything', async () => {
  const pair = await Pair.met(3);
  await pair.write();
  await pair.mirror.forget();
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
});

test('a receipt of another key is an alarm, and lets nothing go', async () => {
  const pair = await Pair.met();
  await pair.write();
  const other = await seededP256Signer(new Uint8Array(32).fill(5));
  pair.mirror.altered = ({ did, commit, rev, seq }) => signReceipt(other, { did, commit, rev, seq }, Date.now());
  assert.notEqual(await pair.talk(), 'idle');
  await pair.assertAlarm('mirror-key', 1);
  pair.mirror.altered = (receipt) => receipt;
  await pair.house.post('app.holdfast.bridge.setPaused', { did: ALICE.did, paused: false });
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
});

test('a receipt of no commit of ours, or of another account, is an alarm; one that came before changes nothing', async () => {
  const pair = await Pair.met();
  const { acknowledged } = await pair.known();
  await pair.write();
  const { head } = (await pair.house.store.account(ALICE.did))!;
  const fields = { did: ALICE.did, commit: acknowledged!.commit, rev: head.rev, seq: 9 };
  for (const wrong of [fields, { ...fields, did: pair.mirror.did, commit: head.cid }, { ...fields, rev: 'jzzzzzzzzzzzz' as Tid }]) {
    const receipt = await signReceipt(pair.mirror.signer, wrong, Date.now());
    await assert.rejects(pair.desk.settle(receipt), { code: 'InvalidReceipt' });
    await pair.assertAlarm('receipt', 1);
    await pair.house.post('app.holdfast.bridge.setPaused', { did: ALICE.did, paused: false });
  }
  assert.deepEqual((await pair.known()).acknowledged, acknowledged);
  await pair.talk();
  await pair.desk.settle({ did: ALICE.did, ...acknowledged! });
  await pair.assertMirrored();
});

for (const seconds of [31, 119, 121, 600]) {
  test(`what was signed ${seconds} seconds ahead of the mirror arrives, signed anew where the mirror would not take it`, async () => {
    const pair = await Pair.met();
    pair.ahead = seconds * 1000;
    await pair.write();
    const { head } = (await pair.house.store.account(ALICE.did))!;
    assert.equal(await pair.talk(), 'idle');
    await pair.assertMirrored();
    const now = (await pair.house.store.account(ALICE.did))!.head;
    assert.equal(now.cid.equals(head.cid), seconds < 120);
    assert.ok(now.data.equals(head.data));
    assert.ok(tidTime(now.rev) / 1000 < Date.now() + 120_000);
    assert.equal(pair.mirror.calls.includes('putRepo'), seconds > 120);
    // From now on it knows.
    assertRefused(await pair.house.create({ $type: NOTE, text: 'y' }), 400, 'ClockAhead');
    pair.ahead = 0;
    await pair.write();
    assert.equal(await pair.talk(), 'idle');
    await pair.assertMirrored();
  });
}

test('a clock that is hours behind harms nothing', async () => {
  const pair = await Pair.met();
  pair.ahead = -7_200_000;
  await pair.write();
  assert.equal(await pair.talk(), 'idle');
  await pair.assertMirrored();
  assert.ok(Math.abs((await pair.known()).clockAheadMs! + 7_200_000) < 5_000);
});

test('a long outbox goes as one repository', async () => {
  const pair = await Pair.met();
  for (let index = 0; index < 501; index++) await pair.write(String(index));
  assert.equal(await pair.talk(), 'idle');
  assert.equal(pair.mirror.calls.filter((call) => call === '#commit').length, 0);
  await pair.assertMirrored();
});

test('a hand-over that is refused keeps everything, and says why; unanswered, it says nothing', async () => {
  const pair = await Pair.met();
  await pair.write();
  const size = await pair.house.store.outboxSize(ALICE.did);
  pair.mirror.instead = (method) => (method.endsWith('putRepo') ? new Response('', { status: 503 }) : undefined);
  const away = await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did });
  assertRefused(away, 502, 'MirrorUnreachable');
  assert.equal((await pair.known()).alarm, undefined);
  pair.mirror.instead = (method) => (method.endsWith('putRepo') ? Response.json({ error: 'RepoTooLarge', message: 'It is too large for me.' }, { status: 413 }) : undefined);
  assertRefused(await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did }), 502, 'MirrorRefused');
  assert.match(await pair.assertAlarm('refused', 1), /too large for me/);
  assert.deepEqual(await pair.house.store.outboxSize(ALICE.did), size);
  pair.mirror.instead = () => undefined;
  const done = await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did });
  assert.equal((done.body['receipt'] as { commit: string }).commit, await pair.house.head());
  await pair.assertMirrored();
});

for (const [status, error] of [[429, 'RateLimitExceeded'], [507, 'StorageFull'], [503, 'IdentityUnknown']] as const) {
  test(`a hand-over that is refused as ${error} is made again, without an alarm`, async () => {
    const pair = await Pair.met();
    await pair.write();
    pair.mirror.instead = (method) => (method.endsWith('putRepo') ? Response.json({ error, message: 'Later.' }, { status }) : undefined);
    assert.equal((await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did })).status, 502);
    assert.equal((await pair.known()).alarm, undefined);
    pair.mirror.instead = () => undefined;
    assert.equal((await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did })).status, 200);
    await pair.assertMirrored();
  });
}

test('a mirror that finds everything dated ahead is an alarm about the clock', async () => {
  const pair = await Pair.met();
  await pair.write();
  const refusal = { error: 'FutureRev', message: 'Too far ahead.' };
  pair.mirror.instead = (method) => (method.endsWith('putRepo') ? Response.json(refusal, { status: 400 }) : undefined);
  assertRefused(await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did }), 502, 'MirrorRefused');
  assert.match(await pair.assertAlarm('clock', 0), /dated ahead of the mirror's clock/);
  pair.mirror.instead = () => undefined;
  assert.equal((await pair.house.post('app.holdfast.bridge.handOver', { did: ALICE.did })).status, 200);
  await pair.assertMirrored();
});

test('a commit that the mirror finds wrong stops the bridge in its words', async () => {
  const pair = await Pair.met();
  await pair.write();
  const time = datetimeFromMs(Date.now());
  const { rev } = (await pair.house.store.account(ALICE.did))!.head;
  for (const [code, next] of [['IdentityUnknown', 'send'], ['CommitTooLarge', 'hand-over'], ['FutureRev', 'hand-over'], ['InvalidCommit', 'stop']] as const) {
    const { body } = await pair.house.post('app.holdfast.bridge.refused', { did: ALICE.did, rev, code, message: 'It is not right.', time });
    assert.equal(body['next'], next, code);
  }
  assert.match(await pair.assertAlarm('refused', 1), /“It is not right\.”/);
});

test('a token that was refused for the clock is made by the mirror\'s clock the next time; of the key the mirror\'s word alone is not believed', async () => {
  const pair = await Pair.met();
  const time = datetimeFromMs(Date.now() - 600_000);
  const reject = { type: '#reject', code: 'InvalidToken', message: 'No.', time } as const;
  assert.deepEqual(await pair.desk.refused(reject), { next: 'send' });
  assert.ok(Math.abs((await pair.known()).clockAheadMs! - 600_000) < 5_000);
  // The directory, which does not answer here, has to name another key.
  assert.deepEqual(await pair.desk.refused(reject), { next: 'send' });
  assert.equal((await pair.known()).alarm, undefined);
});

test('a mirror that turns the house away, though the identity names its key, has two minutes to see it', async () => {
  const town = await Town.make();
  await town.paired();
  const refused = async (): Promise<unknown> => {
    const reject = { did: town.did, code: 'InvalidToken', message: 'No.', time: datetimeFromMs(Date.now()) };
    return (await town.house.post('app.holdfast.bridge.refused', reject)).body['next'];
  };
  assert.equal(await refused(), 'send');
  assert.equal(await refused(), 'send');
  const since = async (ms: number): Promise<void> => {
    const { mirror } = await town.account();
    await town.house.store.update(town.did, { mirror: { ...mirror!, turnedAwaySince: datetimeFromMs(Date.now() - ms) } });
  };
  await since(130_000);
  // While the directory does not say, nothing is certain.
  town.network.remove(FakeDirectory.url);
  assert.equal(await refused(), 'send');
  town.network.add(FakeDirectory.url, async (request) => Response.json(request.url.endsWith('/log/audit') ? town.directory.audit(town.did) : {}));
  assert.equal(await refused(), 'stop');
  const { alarm } = (await town.account()).mirror!;
  assert.equal(alarm?.code, 'refused');
  assert.match(alarm.message, /^Your records are safe here\. The mirror has turned this house away for some time/);
  await town.house.post('app.holdfast.bridge.setPaused', { did: town.did, paused: false });
  assert.deepEqual([(await town.account()).mirror?.alarm, (await town.account()).mirror?.turnedAwaySince], [undefined, undefined]);
});

test('since when a mirror turns the house away is forgotten after half an hour, when it lets it in, and when it is paired anew; one that is yet to come is none', async () => {
  const town = await Town.make();
  await town.paired();
  const mirror = async () => (await town.account()).mirror!;
  const since = async (ms: number): Promise<unknown> => town.house.store.update(town.did, { mirror: { ...await mirror(), turnedAwaySince: datetimeFromMs(Date.now() - ms) } });
  const reject = { did: town.did, code: 'InvalidToken', message: 'No.', time: datetimeFromMs(Date.now()) };
  for (const ms of [5 * 86_400_000, -600_000]) {
    await since(ms);
    assert.equal((await town.house.post('app.holdfast.bridge.refused', reject)).body['next'], 'send');
    assert.equal((await mirror()).alarm, undefined);
    assert.ok(Math.abs(Date.parse((await mirror()).turnedAwaySince!) - Date.now()) < 60_000, 'it counts from now');
  }
  await since(130_000);
  await town.paired();
  assert.equal((await mirror()).turnedAwaySince, undefined);

  const pair = await Pair.met();
  await pair.house.store.update(ALICE.did, { mirror: { ...await pair.known(), turnedAwaySince: datetimeFromMs(Date.now() - 130_000) } });
  assert.equal(await pair.talk(), 'idle');
  assert.equal((await pair.known()).turnedAwaySince, undefined);
});

test('a token is made for the conversation and for connections, and for no other method of the mirror', async () => {
  const town = await Town.make();
  await town.paired();
  const hello = (more: object) => town.house.post('app.holdfast.bridge.hello', { did: town.did, ...more });
  assert.equal((await hello({ purpose: 'call', fingerprints: ['0A'] })).status, 200);
  for (const wrong of [{ purpose: 'leave' }, { purpose: '../x' }, { fingerprints: ['a', 'b', 'c'] }, { fingerprints: ['x'.repeat(96)] }]) assertRefused(await hello(wrong), 400, 'InvalidRequest');
});

test('the methods of the bridge say when there is no mirror', async () => {
  const house = await PdsHouse.make();
  const { status, body } = await house.get('app.holdfast.bridge.describe', { did: ALICE.did });
  assert.deepEqual([status, body], [200, {}]);
  assertRefused(await house.get('app.holdfast.bridge.listOutbox', { did: ALICE.did }), 400, 'NotPaired');
  for (const method of ['hello', 'handOver', 'look']) assertRefused(await house.post(`app.holdfast.bridge.${method}`, { did: ALICE.did }), 400, 'NotPaired');
});
