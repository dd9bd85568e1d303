import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, json, MirrorHouse, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { until } from '../../test/support/until.ts';
import { WebhookReceiver } from '../../test/support/webhook-receiver.ts';

interface Way {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly confirmed: boolean;
}

const GET = { method: 'GET' };
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];
const deed = (name: string, more: object): ReturnType<typeof json> => json({ deed: { $type: `app.holdfast.mirror.setAlerts#${name}`, ...more } });

describe('how owners are told', () => {
  let mirror: RunningTestMirror;
  let receiver: WebhookReceiver;
  const lines: string[] = [];
  before(async () => {
    [mirror, receiver] = [await startTestMirror({ log: (line) => lines.push(line) }), await WebhookReceiver.start()];
  });
  after(async () => {
    await mirror.close();
    await receiver.close();
  });

  const waysOf = async (house: MirrorHouse): Promise<Way[]> => ((await house.expect('getAlerts', GET))['alerts'] as { ways: Way[] }).ways;
  const webhook = (more: object = {}): ReturnType<typeof json> => deed('addWebhook', { url: receiver.url, secret: receiver.secret, ...more });

  it('a webhook is sent a signed test at once, is kept, tested again, and taken away', async () => {
    const house = await MirrorHouse.paired(mirror, 1);
    const { alerts: { pushKey: _, ...alerts } } = await house.expect('getAlerts', GET) as { alerts: { pushKey: string } };
    assert.deepEqual(alerts, { ways: [], kinds: ['webhook', 'push'], most: 3, mostBrowsers: 5 });
    await house.expect('setAlerts', webhook());
    const [test] = receiver.calls;
    assert.deepEqual([test?.isSigned, test?.message['type'], test?.message['did'], test?.message['handle'], test?.message['mirror']], [true, 'test', house.did, house.handle, mirror.url]);
    await mirror.restart();
    const [way] = await waysOf(house);
    assert.deepEqual([way?.kind, way?.target, way?.confirmed], ['webhook', receiver.url, true]);
    assert.ok(!JSON.stringify(await waysOf(house)).includes(receiver.secret));
    await house.expect('setAlerts', deed('test', { id: way!.id }));
    assert.equal(receiver.messages('test').length, 2);
    await house.expect('setAlerts', deed('remove', { id: way!.id }));
    assert.deepEqual(await waysOf(house), []);
    assert.deepEqual(refused(await house.call('setAlerts', deed('test', { id: way!.id }))), [400, 'AlertNotFound']);
    for (const secret of [receiver.secret, receiver.url]) assert.ok(!lines.some((line) => line.includes(secret)), 'the log names neither');
  });

  it('a webhook that does not answer with success, redirects, or is silent for five seconds is not kept', async () => {
    const house = await MirrorHouse.paired(mirror, 2);
    const other = await WebhookReceiver.start();
    receiver.conduct = (response) => void response.writeHead(500).end();
    assert.deepEqual(refused(await house.call('setAlerts', webhook())), [400, 'AlertFailed']);
    receiver.conduct = (response) => void response.writeHead(307, { location: other.url }).end();
    assert.deepEqual(refused(await house.call('setAlerts', webhook())), [400, 'AlertFailed']);
    assert.deepEqual(other.calls, [], 'nobody follows');
    receiver.conduct = () => undefined;
    assert.deepEqual(refused(await house.call('setAlerts', webhook())), [400, 'AlertFailed']);
    receiver.conduct = (response) => response.end();
    await other.close();
    assert.deepEqual(refused(await house.call('setAlerts', webhook({ url: other.url }))), [400, 'AlertFailed']);
    assert.deepEqual(await waysOf(house), []);
  });

  it('what is no address, no secret or no deed is refused, and nothing is sent', async () => {
    const house = await MirrorHouse.paired(mirror, 3);
    const calls = receiver.calls.length;
    const wrong: readonly (readonly [what: string, deed: ReturnType<typeof json>])[] = [
      ['plain http elsewhere', webhook({ url: 'http://owner.example/' })], ['a private address', webhook({ url: 'https://10.0.0.1/' })],
      ['a port', webhook({ url: 'https://owner.example:8443/' })], ['a password', webhook({ url: 'https://a:b@owner.example/' })],
      ['a fragment', webhook({ url: 'https://owner.example/#a' })], ['no web address', webhook({ url: 'ftp://owner.example/' })],
      ['a secret with blanks', webhook({ secret: 'a secret with blanks' })],
    ];
    for (const [what, input] of wrong) assert.deepEqual(refused(await house.call('setAlerts', input)), [400, 'InvalidAlert'], what);
    const shapeless: readonly (readonly [what: string, input: object])[] = [
      ['too long', webhook({ url: `https://owner.example/${'x'.repeat(512)}` })], ['a short secret', webhook({ secret: 'short' })],
      ['a long secret', webhook({ secret: 'x'.repeat(129) })], ['another deed', deed('other', {})], ['no deed', json({})], ['no type', json({ deed: { id: 'x' } })],
    ];
    for (const [what, input] of shapeless) assert.deepEqual(refused(await house.call('setAlerts', input)), [400, 'InvalidRequest'], what);
    assert.deepEqual(refused(await house.call('setAlerts', deed('addEmail', { address: 'ada@mail.test' }))), [400, 'AlertKindUnknown']);
    assert.equal(receiver.calls.length, calls);
  });

  it('a name that leads into the network of the operator is not called, on a mirror of the world', async () => {
    const said: string[] = [];
    const world = await startTestMirror({ settings: { hostname: 'mirror.example.com' }, log: (line) => said.push(line) });
    const reached = { ...world, url: `http://localhost:${world.port}` };
    try {
      const house = await MirrorHouse.make(reached, 4);
      house.register();
      await house.enroll();
      assert.deepEqual(refused(await house.call('setAlerts', webhook())), [400, 'InvalidAlert']);
      // `localhost` is a name of https: it is looked up, and found to be private.
      assert.deepEqual(refused(await house.call('setAlerts', webhook({ url: 'https://localhost/' }))), [400, 'AlertFailed']);
      assert.ok(said.some((line) => line.endsWith('by webhook: The name leads into a private network')));
    } finally {
      await world.close();
    }
  });

  it('there are three of them, and ten tests a day, also after a restart', async () => {
    const house = await MirrorHouse.paired(mirror, 5);
    for (let count = 0; count < 3; count++) await house.expect('setAlerts', webhook({ url: `${receiver.url}/${count}` }));
    assert.deepEqual(refused(await house.call('setAlerts', webhook())), [400, 'TooManyAlerts']);
    // One that is there already is only put right.
    await house.expect('setAlerts', webhook({ url: `${receiver.url}/0` }));
    const [{ id }] = await waysOf(house) as [Way];
    for (let count = 4; count < 10; count++) await house.expect('setAlerts', deed('test', { id }));
    await mirror.restart();
    assert.deepEqual(refused(await house.call('setAlerts', deed('test', { id }))), [429, 'RateLimitExceeded']);
    await house.expect('setAlerts', deed('remove', { id }));
    assert.equal((await waysOf(house)).length, 2);
  });

  it('are the matter of the account alone, and go with it', async () => {
    const [house, other] = [await MirrorHouse.paired(mirror, 6), await MirrorHouse.paired(mirror, 7)];
    await house.expect('setAlerts', webhook());
    const [{ id }] = await waysOf(house) as [Way];
    assert.deepEqual(refused(await other.call('setAlerts', deed('test', { id }))), [400, 'AlertNotFound']);
    await other.expect('setAlerts', deed('remove', { id }));
    assert.deepEqual((await waysOf(house)).map((way) => way.id), [id]);
    for (const method of ['getAlerts', 'setAlerts']) {
      const init = method === 'setAlerts' ? { method: 'POST', ...deed('remove', { id }) } : {};
      assert.deepEqual(refused(await ask(mirror, `/xrpc/app.holdfast.mirror.${method}`, init)), [401, 'AuthMissing']);
    }
    await house.expect('leave', {});
    assert.deepEqual(refused(await house.call('getAlerts', GET)), [400, 'AccountNotFound']);
    await house.pair();
    assert.deepEqual(await waysOf(house), []);
  });
});

describe('an account that is suspended', () => {
  it('has its owner told of it, by a signed message in words', async () => {
    const token = 'a-token-of-an-operator-in-a-test';
    const mirror = await startTestMirror({ settings: { operator: { port: 0, address: '127.0.0.1', token } } });
    const receiver = await WebhookReceiver.start();
    try {
      const house = await MirrorHouse.paired(mirror, 8);
      await house.expect('setAlerts', deed('addWebhook', { url: receiver.url, secret: receiver.secret }));
      const answer = await fetch(`${mirror.operatorUrl}/xrpc/app.holdfast.operator.updateAccount`, {
        method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ did: house.did, status: 'suspended' }),
      });
      assert.equal(answer.status, 200);
      await until('the owner is told', () => receiver.messages('alarm').length === 1);
      const [alarm] = receiver.messages('alarm');
      assert.equal((alarm!['alarm'] as { kind: string }).kind, 'suspended');
      assert.match(String(alarm!['text']), /Everything is still in your house/);
      assert.ok(receiver.calls.every(({ isSigned }) => isSigned));
    } finally {
      await mirror.close();
      await receiver.close();
    }
  });
});
