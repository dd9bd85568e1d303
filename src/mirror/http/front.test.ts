import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HostNames } from '../host-names.ts';
import { Front } from './front.ts';

function frontOf(isPublic: boolean, converse?: (turn: Request, caller?: string) => Promise<Response>, requestsIn5Minutes = 2): Front {
  const settings = { requestsIn5Minutes, hostname: 'mirror.example.com', moreHostnames: ['other.example.com'], handleDomains: [] };
  const names = new HostNames(settings, 0);
  const host = { settings, names, at: names.first, metrics: { request: () => undefined } };
  return new Front([{ host, converse }] as unknown as ConstructorParameters<typeof Front>[0], isPublic);
}

test('the proxy of this machine asks about names as often as it likes, and nobody else does', async () => {
  const front = frontOf(true);
  const asked = async (remoteAddress: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++) {
      const request = new Request(`http://localhost/tls-check?domain=${time % 2 === 0 ? 'mirror' : 'other'}.example.com`);
      statuses.push((await front.answer(request, { headers: {}, socket: { remoteAddress } } as IncomingMessage)).status);
    }
    return statuses;
  };
  assert.deepEqual(await asked('::ffff:127.0.0.1'), [200, 200, 200, 200]);
  assert.deepEqual(await asked('10.0.0.9'), [200, 200, 429, 429]);
});

test('who gives a turn of a conversation is told from others where the world asks, and nowhere else', async () => {
  for (const isPublic of [true, false]) {
    const callers: (string | undefined)[] = [];
    const front = frontOf(isPublic, async (_turn, caller) => {
      callers.push(caller);
      return new Response();
    });
    const incoming = { headers: { 'x-forwarded-for': '198.51.100.9' }, socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
    await front.answer(new Request('http://localhost/xrpc/app.holdfast.mirror.converse', { method: 'POST' }), incoming);
    assert.deepEqual(callers, [isPublic ? '198.51.100.9' : undefined]);
  }
});

test('of one caller so many requests are open at once and no more, until one of them is answered', async () => {
  for (const isPublic of [true, false]) {
    const open: ((response: Response) => void)[] = [];
    const front = frontOf(isPublic, () => new Promise((resolve) => open.push(resolve)), 1_000);
    const ask = (remoteAddress: string): Promise<Response> => (
      front.answer(new Request('http://localhost/xrpc/app.holdfast.mirror.converse', { method: 'POST' }), { headers: {}, socket: { remoteAddress }, complete: true } as IncomingMessage)
    );
    const asked = Array.from({ length: 100 }, () => ask('10.0.0.9'));
    const [one, other] = [ask('10.0.0.9'), ask('10.0.0.10')];
    await setImmediate();
    assert.equal(open.length, isPublic ? 101 : 102);
    if (isPublic) {
      const refused = await one;
      assert.deepEqual([refused.status, (await refused.json() as { error: string }).error], [429, 'RateLimitExceeded']);
    }
    open[0]!(new Response());
    await asked[0];
    const next = ask('10.0.0.9');
    await setImmediate();
    assert.equal(open.length, isPublic ? 102 : 103);
    for (const resolve of open) resolve(new Response());
    for (const answer of [...asked.slice(1), other, next]) assert.equal((await answer).status, 200);
  }
});

test('whoever still sends what was refused is told that the connection ends, and has a moment to hear it', async () => {
  const front = frontOf(false);
  const answered = async (complete: boolean): Promise<readonly [Response, IncomingMessage]> => {
    const incoming = Object.assign(new EventEmitter(), { headers: {}, socket: {}, complete }) as IncomingMessage;
    return [await front.answer(new Request('http://localhost/', { method: 'POST' }), incoming), incoming];
  };
  const [whole] = await answered(true);
  assert.equal(whole.headers.get('connection'), null);
  const [early, incoming] = await answered(false);
  const text = await whole.text();
  assert.deepEqual([early.status, early.headers.get('connection'), early.headers.get('content-length'), early.headers.get('content-type')], [405, 'close', String(text.length), 'application/json']);
  const reader = early.body!.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), text);
  let isOver = false;
  const end = reader.read().then(({ done }) => isOver = done);
  await setImmediate();
  assert.equal(isOver, false);
  incoming.emit('close');
  assert.equal(await end, true);
});
