import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { json, MirrorHouse, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { PushService } from '../../test/support/push-service.ts';
import type { Subscription } from '../../test/support/push-service.ts';
import { until } from '../../test/support/until.ts';

interface Way {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly lostAt?: string;
}

const GET = { method: 'GET' };
const TOKEN = 'a-token-of-an-operator-in-a-test';
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];
const deed = (name: string, more: object): ReturnType<typeof json> => json({ deed: { $type: `app.holdfast.mirror.setAlerts#${name}`, ...more } });
const adding = ({ endpoint, p256dh, auth }: Subscription, more: object = {}): ReturnType<typeof json> => deed('addPush', { endpoint, p256dh, auth, name: 'Firefox on Linux', ...more });

describe('browsers that are told', () => {
  let mirror: RunningTestMirror;
  let service: PushService;
  const lines: string[] = [];
  before(async () => {
    [mirror, service] = [await startTestMirror({ settings: { operator: { port: 0, address: '127.0.0.1', token: TOKEN } }, log: (line) => lines.push(line) }), await PushService.start()];
  });
  after(async () => {
    await mirror.close();
    await service.close();
  });

  const alertsOf = async (house: MirrorHouse) => (await house.expect('getAlerts', GET))['alerts'] as { pushKey: string; ways: Way[] };
  const browser = async (house: MirrorHouse): Promise<Subscription> => service.subscribe((await alertsOf(house)).pushKey);
  const stand = async ({ did }: MirrorHouse, status: string): Promise<void> => {
    const answer = await fetch(`${mirror.operatorUrl}/xrpc/app.holdfast.operator.updateAccount`, {
      method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ did, status }),
    });
    assert.equal(answer.status, 200);
  };

  it('a browser is sent a test, then what happens, under the key that it has let in, also after a restart; its address is told to nobody', async () => {
    const house = await MirrorHouse.paired(mirror, 1);
    const one = await browser(house);
    await house.expect('setAlerts', adding(one));
    const [{ id: test, ...said }] = service.messages(one) as [{ id: string }];
    assert.deepEqual(said, { kind: 'test', did: house.did, handle: house.handle });
    const [way] = (await alertsOf(house)).ways as [Way];
    assert.deepEqual([way.kind, way.target, way.id], ['push', 'Firefox on Linux', createHash('sha256').update(`${house.did} ${one.endpoint}`).digest('hex').slice(0, 32)]);
    assert.ok(test.startsWith(way.id));
    await mirror.restart();
    await stand(house, 'suspended');
    await until('the browser is told', () => service.messages(one).length === 2);
    assert.equal(service.messages(one)[1]!['kind'], 'suspended');
    const told = JSON.stringify(await alertsOf(house));
    for (const secret of [one.endpoint, one.auth, one.p256dh]) assert.ok(!told.includes(secret) && !lines.some((line) => line.includes(secret)));
    assert.deepEqual(service.refused, []);
  });

  for (const [index, gone] of [404, 410].entries()) {
    it(`a browser of which its push service says ${gone} is told nothing more, is shown as lost, and can be let in again`, async () => {
      const house = await MirrorHouse.paired(mirror, 2 + index);
      const [one, living] = [await browser(house), await browser(house)];
      await house.expect('setAlerts', adding(one));
      const [{ id }] = (await alertsOf(house)).ways as [Way];
      await house.expect('setAlerts', adding(living));
      service.answers.set(one.endpoint, gone);
      await stand(house, 'suspended');
      await until('it is seen', async () => (await alertsOf(house)).ways.find((way) => way.id === id)?.lostAt !== undefined);
      await stand(house, 'active');
      service.answers.delete(one.endpoint);
      await stand(house, 'takendown');
      // One that is wrongly told the first is told it before the second.
      await until('the other is told', () => service.messages(living).some(({ kind }) => kind === 'takendown'));
      await stand(house, 'active');
      await stand(house, 'suspended');
      await until('what comes after it as well', () => service.messages(living).filter(({ kind }) => kind === 'suspended').length === 2);
      assert.deepEqual(refused(await house.call('setAlerts', deed('test', { id }))), [400, 'AlertNotFound']);
      assert.equal(service.messages(one).length, 1, 'but for the test nothing came');
      await stand(house, 'active');
      await house.expect('setAlerts', adding(one));
      assert.deepEqual((await alertsOf(house)).ways.filter((way) => way.id === id).map(({ lostAt }) => lostAt), [undefined]);
    });
  }

  it('a push service in trouble is tried again, and the browser is not lost', async () => {
    const house = await MirrorHouse.paired(mirror, 4);
    const one = await browser(house);
    await house.expect('setAlerts', adding(one));
    const tried = (): boolean => lines.some((line) => line.startsWith(`${house.did}: its owner could not be told by push (suspended), and will be tried again: it answered 503`));
    service.answers.set(one.endpoint, 503);
    await stand(house, 'suspended');
    await until('it was tried', tried);
    assert.equal((await alertsOf(house)).ways[0]?.lostAt, undefined);
  });

  it('one that its push service does not take, or that was subscribed for another mirror, is not kept', async () => {
    const house = await MirrorHouse.paired(mirror, 5);
    const one = await browser(house);
    service.answers.set(one.endpoint, 410);
    assert.deepEqual(refused(await house.call('setAlerts', adding(one))), [400, 'AlertFailed']);
    assert.deepEqual(refused(await house.call('setAlerts', adding(service.subscribe((await browser(house)).p256dh)))), [400, 'AlertFailed']);
    assert.deepEqual((await alertsOf(house)).ways, []);
  });

  it('what is no address or no key is refused, and nothing is sent', async () => {
    const house = await MirrorHouse.paired(mirror, 6);
    const one = await browser(house);
    const wrong: readonly (readonly [what: string, code: string, more: object])[] = [
      ['a private address', 'InvalidAlert', { endpoint: 'https://10.0.0.1/a' }], ['plain http', 'InvalidAlert', { endpoint: 'http://push.example/a' }],
      ['another server than old parsers see', 'InvalidAlert', { endpoint: 'https://push.example%2eevil.example/a' }],
      ['the same with a sign', 'InvalidAlert', { endpoint: 'https://push.example;.evil.example/a' }],
      ['a port', 'InvalidAlert', { endpoint: 'https://push.example:8443/a' }], ['a password', 'InvalidAlert', { endpoint: 'https://a:b@push.example/' }],
      ['no point', 'InvalidAlert', { p256dh: 'A'.repeat(87) }], ['no key', 'InvalidRequest', { p256dh: 'A' }], ['a short secret', 'InvalidRequest', { auth: 'A' }],
      ['a long address', 'InvalidRequest', { endpoint: `https://push.example/${'x'.repeat(1_024)}` }], ['a long name', 'InvalidRequest', { name: 'x'.repeat(51) }],
      ['the place of another that is not there', 'AlertNotFound', { replaces: 'other' }],
    ];
    for (const [what, code, more] of wrong) assert.deepEqual(refused(await house.call('setAlerts', adding(one, more))), [400, code], what);
    assert.deepEqual(service.messages(one), []);
  });

  it('on a mirror of the world a name that leads into the network of its operator is not called', async () => {
    const said: string[] = [];
    const world = await startTestMirror({ settings: { hostname: 'mirror.example.com' }, log: (line) => said.push(line) });
    try {
      const house = await MirrorHouse.make({ ...world, url: `http://localhost:${world.port}` }, 7);
      house.register();
      await house.enroll();
      const one = await browser(house);
      assert.deepEqual(refused(await house.call('setAlerts', adding(one))), [400, 'InvalidAlert']);
      // `localhost` is a name of https: it is looked up, and found to be private.
      assert.deepEqual(refused(await house.call('setAlerts', adding(one, { endpoint: 'https://localhost/a' }))), [400, 'AlertFailed']);
      assert.ok(said.some((line) => line.endsWith('by push: The name leads into a private network')));
    } finally {
      await world.close();
    }
  });

  it('there are five of them; a renewed one takes its own place, and a lost one makes room', async () => {
    const house = await MirrorHouse.paired(mirror, 8);
    const all = await Promise.all(Array.from({ length: 7 }, () => browser(house)));
    for (const one of all.slice(0, 5)) await house.expect('setAlerts', adding(one));
    assert.deepEqual(refused(await house.call('setAlerts', adding(all[5]!))), [400, 'TooManyAlerts']);
    const [first, second] = (await alertsOf(house)).ways as [Way, Way];
    await house.expect('setAlerts', adding(all[5]!, { replaces: first.id }));
    const ways = (await alertsOf(house)).ways.map(({ id }) => id);
    assert.deepEqual([ways.length, ways.includes(first.id)], [5, false]);
    service.answers.set(all[1]!.endpoint, 410);
    assert.deepEqual(refused(await house.call('setAlerts', deed('test', { id: second.id }))), [400, 'AlertFailed']);
    assert.notEqual((await alertsOf(house)).ways.find(({ id }) => id === second.id)?.lostAt, undefined);
    service.answers.set(all[6]!.endpoint, 500);
    const before = await alertsOf(house);
    assert.deepEqual(refused(await house.call('setAlerts', adding(all[6]!))), [400, 'AlertFailed']);
    assert.deepEqual(await alertsOf(house), before, 'for one that is not kept nothing goes');
    service.answers.delete(all[6]!.endpoint);
    await house.expect('setAlerts', adding(all[6]!));
    const after = (await alertsOf(house)).ways;
    assert.deepEqual([after.length, after.filter(({ lostAt }) => lostAt !== undefined)], [5, []]);
  });
});
