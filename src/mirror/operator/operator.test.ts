import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { readFirehose } from '../../../test/support/firehose-reader.ts';
import { OPERATOR, SHOWN } from '../../../test/support/operator.ts';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../../test/support/running-mirror.ts';
import { OPERATOR_METHODS } from './methods.ts';

const TOKEN = OPERATOR.token;

describe('the port of an operator', () => {
  let mirror: RunningTestMirror;
  const lines: string[] = [];
  const operator = { ...OPERATOR, hostname: 'operator.example.com' };
  before(async () => {
    mirror = await startTestMirror({ settings: { operator }, log: (line) => lines.push(line) });
  });
  after(() => mirror.close());

  const get = (path: string, init?: RequestInit): Promise<Told> => ask({ url: mirror.operatorUrl }, path, init);
  /** With headers that `fetch` would not send. */
  const raw = (path: string, headers: Record<string, string>): Promise<number> => new Promise((resolve, reject) => {
    request(`${mirror.operatorUrl}${path}`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    }).on('error', reject).end();
  });

  it('tells everybody whether the mirror is ready, and who shows the token how it is', async () => {
    assert.deepEqual((await get('/health')).body, { ready: true });
    const house = await MirrorHouse.paired(mirror, 1, [note('one')]);
    assert.equal((await house.putBlob(new TextEncoder().encode('blob'))).status, 200);
    const pairing = await MirrorHouse.make(mirror, 2);
    pairing.register();
    await pairing.enroll();
    const reader = await readFirehose(mirror.url);
    const { status, body } = await get('/health', { headers: SHOWN });
    assert.equal(status, 200);
    assert.deepEqual(body['accounts'], { pairing: 1, active: 1, deactivated: 0, suspended: 0, takendown: 0, deleted: 0 });
    assert.deepEqual([body['did'], body['blobs'], body['relays'], body['subscribers']], [mirror.did, { count: 1, bytes: 4 }, [], 1]);
    assert.ok(Number(body['databaseBytes']) > 10_000);
    assert.ok(Number(body['lastSeq']) > 0);
    assert.ok(Date.parse(String(body['startedAt'])) <= Date.parse(String(body['time'])));
    const described = await get('/xrpc/app.holdfast.operator.describe', { headers: SHOWN });
    assert.deepEqual({ ...described.body, time: '' }, { ...body, time: '' });
    reader.close();
  });

  it('answers nothing else without the token, and never tells or logs it', async () => {
    const paths = ['/metrics', '/nothing', '/xrpc/', ...OPERATOR_METHODS.map(({ schema }) => `/xrpc/${schema.nsid}`)];
    for (const path of paths) {
      for (const init of path.startsWith('/xrpc/') ? [{}, { method: 'POST', ...json({}) }] : [{}]) {
        const told = await get(path, init);
        assert.deepEqual([told.status, told.body['error']], [401, 'AuthMissing'], path);
      }
    }
    for (const authorization of ['Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN} x`]) {
      const told = await get('/health', { headers: { authorization } });
      assert.deepEqual([told.status, told.body['error']], [401, 'InvalidToken'], authorization);
    }
    assert.equal((await get('/nothing', { headers: SHOWN })).status, 404);
    assert.equal((await get('/xrpc/com.atproto.sync.listRepos', { headers: SHOWN })).status, 501);
    assert.equal((await get('/', { method: 'POST' })).status, 405);
    assert.ok(lines.length > 0 && !lines.some((line) => line.includes(TOKEN.slice(1, 20))));
    // The port of the world knows none of it.
    assert.equal((await ask(mirror, '/xrpc/app.holdfast.operator.describe', { headers: SHOWN })).status, 501);
    assert.equal((await ask(mirror, '/metrics', { headers: SHOWN })).status, 404);
  });

  it('lets no page of another site do anything', async () => {
    const { port } = new URL(mirror.operatorUrl);
    const path = '/xrpc/app.holdfast.operator.describe';
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'operator.example.com', '10.0.0.7']) {
      assert.equal(await raw(path, { ...SHOWN, host }), 200, host);
      assert.equal(await raw(path, { ...SHOWN, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }), 200, host);
      for (const origin of ['null', 'https://evil.example', `http://evil.example:${port}`, 'http://127.0.0.1:1']) {
        assert.equal(await raw(path, { ...SHOWN, host, origin }), 421, origin);
      }
      for (const site of ['cross-site', 'same-site']) assert.equal(await raw(path, { ...SHOWN, host, 'sec-fetch-site': site }), 421, site);
    }
    for (const host of ['evil.example', `evil.example:${port}`, 'xoperator.example.com', 'localhost.evil.example']) {
      for (const each of [path, '/', '/health']) assert.equal(await raw(each, { ...SHOWN, host }), 421, host);
    }
    for (const each of ['/', '/health', path]) {
      const { headers } = await get(each, { headers: SHOWN });
      assert.equal(headers.get('access-control-allow-origin'), null);
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    }
    assert.equal((await get(path, { method: 'OPTIONS', headers: { ...SHOWN, origin: mirror.operatorUrl } })).status, 400);
  });

  it('is not tried out: after many wrong tokens the answer is 429, and the right one is taken', async () => {
    const wrong = async (): Promise<number> => (await get('/health', { headers: { authorization: 'Bearer wrong' } })).status;
    const answers = await Promise.all(Array.from({ length: 40 }, wrong));
    assert.ok(answers.includes(429));
    assert.equal(await wrong(), 429);
    assert.equal((await get('/health', { headers: SHOWN })).status, 200);
  });

  it('takes requests of a size, and refuses what is no JSON', async () => {
    const call = (body: string): Promise<Told> => get('/xrpc/app.holdfast.operator.requestCrawl', {
      method: 'POST', body, headers: { ...SHOWN, 'content-type': 'application/json' },
    });
    assert.deepEqual((await call('{}')).body, { relays: [] });
    assert.equal((await call(JSON.stringify({ relay: `https://${'x'.repeat(1_000_001)}.example` }))).status, 413);
    assert.equal((await call('{')).status, 400);
    assert.deepEqual((await call(JSON.stringify({ relay: 'https://nobody.example' }))).body['error'], 'RelayUnknown');
  });
});

it('an operator sees what relays answered, and asks them again', async () => {
  let status = 503;
  const relay = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    relay.once('listening', resolve);
  });
  const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const mirror = await startTestMirror({ settings: { relays: [url], operator: OPERATOR } });
  try {
    const called = async (method: string, init?: RequestInit): Promise<Record<string, unknown>> => {
      const headers = { ...SHOWN, 'content-type': 'application/json' };
      const { body } = await ask({ url: mirror.operatorUrl }, `/xrpc/app.holdfast.operator.${method}`, { ...init, headers });
      return (body['relays'] as Record<string, unknown>[])[0]!;
    };
    const refused = await called('requestCrawl', { method: 'POST', body: '{}' });
    assert.ok(Number(refused['failures']) > 0);
    assert.deepEqual([refused['url'], refused['failure'], refused['takenAt']], [url, 'its answer was 503', undefined]);
    status = 200;
    const taken = await called('requestCrawl', { method: 'POST', body: JSON.stringify({ relay: url }) });
    assert.deepEqual([taken['failures'], taken['failure'], typeof taken['takenAt']], [0, undefined, 'string']);
    assert.deepEqual((await called('listRelays'))['failures'], 0);
  } finally {
    await mirror.close();
    relay.closeAllConnections();
    relay.close();
  }
});

it('a mirror whose operator port is taken does not start, and leaves nothing open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    taken.once('listening', resolve);
  });
  const { port } = taken.address() as AddressInfo;
  await assert.rejects(startTestMirror({ settings: { operator: { ...OPERATOR, port } } }), { code: 'EADDRINUSE' });
  taken.close();
});
