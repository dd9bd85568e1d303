import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { ask, json, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';

const STRANGER = 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz';

describe('a mirror asked over HTTP', () => {
  let mirror: RunningTestMirror;
  let house: MirrorHouse;

  before(async () => {
    mirror = await startTestMirror({ settings: { contactEmail: 'me@example.com', privacyPolicy: 'https://example.com/privacy' } });
    house = await MirrorHouse.paired(mirror, 1, [note('one'), note('two')]);
  });
  after(() => mirror.close());

  const get = (path: string, init?: RequestInit): Promise<Told> => ask(mirror, path, init);
  const xrpc = (name: string, query: Record<string, string> = {}, init?: RequestInit): Promise<Told> => (
    get(`/xrpc/${name}?${new URLSearchParams(query).toString()}`, init)
  );

  it('says what it is', async () => {
    const { body } = await xrpc('com.atproto.server.describeServer');
    assert.deepEqual(body, {
      did: mirror.did, availableUserDomains: ['.holdfast.test'], inviteCodeRequired: false, contact: { email: 'me@example.com' },
      links: { privacyPolicy: 'https://example.com/privacy' }, blobUploadLimit: 1_000_000,
    });
    const { body: own } = await xrpc('app.holdfast.mirror.describe');
    assert.equal(own['did'], mirror.did);
    assert.match(String(own['key']), /^did:key:zDn/);
    assert.deepEqual(own['limits'], { blobBytes: 1_000_000, repoBytes: 50_000_000, aheadMs: 120_000 });
    assert.equal(own['directory'], mirror.directory.url);
    const { body: document } = await get('/.well-known/did.json');
    assert.equal(document['id'], mirror.did);
    const [method] = document['verificationMethod'] as { publicKeyMultibase: string }[];
    assert.equal(`did:key:${method!.publicKeyMultibase}`, own['key']);
    assert.match(String((await xrpc('_health')).body['version']), /^\d+\.\d+\.\d+/);
    assert.match(String((await get('/')).body['text']), /AT Protocol/);
    assert.match(String((await get('/robots.txt')).body['text']), /Allow: \//);
    assert.equal((await get('/nothing')).status, 404);
    assert.equal((await get('/', { method: 'POST' })).status, 405);
  });

  it('leads from a handle to its DID, by Host and by method', async () => {
    const asked = (host: string): Promise<[number, string]> => new Promise((resolve, reject) => {
      request(`${mirror.url}/.well-known/atproto-did`, { headers: { host } }, async (answer) => {
        resolve([answer.statusCode!, Buffer.concat(await answer.toArray()).toString()]);
      }).on('error', reject).end();
    });
    assert.deepEqual(await asked(house.handle), [200, house.did]);
    assert.deepEqual(await asked(house.handle.toUpperCase()), [200, house.did]);
    assert.equal((await asked('nobody.holdfast.test'))[0], 404);
    assert.equal((await asked(`localhost:${mirror.port}`))[0], 404);
    assert.deepEqual((await xrpc('com.atproto.identity.resolveHandle', { handle: house.handle })).body, { did: house.did });
  });

  it('tells a proxy for which names it may get certificates', async () => {
    const status = async (query: string): Promise<number> => (await get(`/tls-check${query}`)).status;
    assert.equal(await status(`?domain=${house.handle}`), 200);
    assert.equal(await status(`?domain=${house.handle.toUpperCase()}`), 200);
    for (const name of ['nobody.holdfast.test', 'holdfast.test', `x.${house.handle}`, `${house.handle}.`, 'localhost', 'example.com', '', `${house.handle}%00`, house.did]) {
      assert.equal(await status(`?domain=${name}`), 404, name);
    }
    assert.equal(await status(''), 404);
    const gone = await MirrorHouse.paired(mirror, 9);
    assert.equal(await status(`?domain=${gone.handle}`), 200);
    await gone.expect('leave', {});
    assert.equal(await status(`?domain=${gone.handle}`), 404);
  });

  it('lets scripts of every origin read, and hands out nothing that runs', async () => {
    const preflight = await get('/xrpc/com.atproto.repo.createRecord', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,dpop,atproto-proxy,x-other' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization,dpop,atproto-proxy,x-other');
    for (const path of ['/', '/nothing', '/.well-known/did.json', '/xrpc/_health', '/xrpc/com.example.nothing', `/xrpc/com.atproto.sync.getRepo?did=${house.did}`]) {
      const { headers } = await get(path);
      assert.equal(headers.get('access-control-allow-origin'), '*', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('server'), null);
      assert.equal(headers.get('set-cookie'), null);
    }
  });

  it('tells apps that write to come back, not to log out', async () => {
    for (const name of ['createRecord', 'putRecord', 'deleteRecord', 'applyWrites', 'uploadBlob']) {
      const { status, headers, body } = await xrpc(`com.atproto.repo.${name}`, {}, { method: 'POST', ...json({ repo: house.did }) });
      assert.equal(status, 503, name);
      assert.ok(Number(headers.get('retry-after')) > 0);
      assert.match(String(body['message']), /Nothing was changed/);
    }
  });

  it('knows what apps write with, and says how it is called', async () => {
    const { status, body } = await xrpc('com.atproto.repo.createRecord', {});
    assert.deepEqual([status, body['error']], [400, 'InvalidRequest']);
  });

  it('answers HEAD as GET, without the body', async () => {
    const { status, body, headers } = await xrpc('com.atproto.sync.getRepo', { did: house.did }, { method: 'HEAD' });
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/vnd.ipld.car');
    assert.deepEqual(body, { text: '' });
  });

  it('lists what it serves, page by page', async () => {
    const other = await MirrorHouse.paired(mirror, 2);
    const pairing = await MirrorHouse.make(mirror, 3);
    pairing.register();
    await pairing.enroll();
    const found: unknown[] = [];
    let cursor: unknown;
    do {
      const { body } = await xrpc('com.atproto.sync.listRepos', { limit: '1', ...(cursor !== undefined && { cursor: String(cursor) }) });
      found.push(...body['repos'] as unknown[]);
      cursor = body['cursor'];
    } while (cursor !== undefined);
    assert.deepEqual(found, [house, other].map(({ did, repository: { commit } }) => ({ did, head: commit.cid.toString(), rev: commit.rev, active: true })));
  });

  it('outlives what is no HTTP, and no address', async () => {
    const said = (text: string): Promise<string> => new Promise((resolve) => {
      const socket = connect(mirror.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (data) => answer += data.toString());
      socket.on('close', () => resolve(answer.split('\r\n')[0]!));
      socket.on('error', () => undefined);
    });
    const upgrade = 'Connection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    for (const target of ['//', '/xrpc/other', 'http://[', '/xrpc/com.atproto.sync.subscribeRepos?cursor=%']) {
      assert.match(await said(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`), / (400|501) /, target);
      assert.match(await said(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`), / (4\d\d|501) /, target);
    }
    assert.match(await said('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'), / 400 /);
    assert.match(await said('nonsense\r\n\r\n'), / 400 /);
    assert.equal((await get('/')).status, 200);
  });

  const rows: readonly (readonly [row: number, what: string, call: () => Promise<Told>, status: number, error: string])[] = [
    [1, 'an unknown method', () => xrpc('com.example.nothing'), 501, 'MethodNotImplemented'],
    [1, 'no method', () => xrpc(''), 501, 'MethodNotImplemented'],
    [1, 'a method of the house', () => xrpc('app.holdfast.bridge.describe'), 501, 'MethodNotImplemented'],
    [2, 'GET on a procedure', () => xrpc('app.holdfast.mirror.activate'), 400, 'InvalidRequest'],
    [2, 'POST on a query', () => xrpc('com.atproto.sync.listRepos', {}, { method: 'POST' }), 400, 'InvalidRequest'],
    [41, 'getRepo of nobody', () => xrpc('com.atproto.sync.getRepo', { did: STRANGER }), 400, 'RepoNotFound'],
    [41, 'getLatestCommit of nobody', () => xrpc('com.atproto.sync.getLatestCommit', { did: STRANGER }), 400, 'RepoNotFound'],
    [41, 'getRecord of nobody', () => xrpc('com.atproto.sync.getRecord', { did: STRANGER, collection: 'app.holdfast.note', rkey: 'one' }), 400, 'RepoNotFound'],
    [41, 'getRepoStatus of nobody', () => xrpc('com.atproto.sync.getRepoStatus', { did: STRANGER }), 400, 'RepoNotFound'],
    [41, 'listBlobs of nobody', () => xrpc('com.atproto.sync.listBlobs', { did: STRANGER }), 400, 'RepoNotFound'],
    [42, 'a block that is not there', () => xrpc('com.atproto.sync.getBlocks', { did: house.did, cids: 'bafyreibjo4xmgaevkgud7mbifn3dzp4v4lyaui4yvqp3f2bqwtxcjrdqg4' }), 400, 'BlockNotFound'],
    [43, 'a blob that is not there', () => xrpc('com.atproto.sync.getBlob', { did: house.did, cid: 'bafkreibjo4xmgaevkgud7mbifn3dzp4v4lyaui4yvqp3f2bqwtxcjrdqg4' }), 400, 'BlobNotFound'],
    [45, 'since that is no TID', () => xrpc('com.atproto.sync.getRepo', { did: house.did, since: 'yesterday' }), 400, 'InvalidRequest'],
    [53, 'a handle that nobody has', () => xrpc('com.atproto.identity.resolveHandle', { handle: 'nobody.holdfast.test' }), 400, 'HandleNotFound'],
    [0, 'a cursor that is none', () => xrpc('com.atproto.sync.listRepos', { cursor: 'x' }), 400, 'InvalidRequest'],
    [0, 'a firehose without a WebSocket', () => xrpc('com.atproto.sync.subscribeRepos'), 426, 'InvalidRequest'],
    [0, 'a conversation without a WebSocket', () => xrpc('app.holdfast.mirror.converse'), 426, 'InvalidRequest'],
    [0, 'a turn that is none', () => xrpc('app.holdfast.mirror.converse', {}, { method: 'POST' }), 400, 'InvalidRequest'],
  ];
  for (const [row, what, call, status, error] of rows) {
    it(`bad input ${row}: ${what} is ${status} ${error}`, async () => {
      const told = await call();
      assert.deepEqual([told.status, told.body['error']], [status, error]);
      assert.ok(String(told.body['message']).length > 0);
    });
  }
});

it('a mirror of the world has nobody try out codes of invitations: of one caller it takes sixty in five minutes, by either method', async () => {
  const mirror = await startTestMirror({ settings: { hostname: 'mirror.example.com' } });
  try {
    const shown = async (method: string, caller: string): Promise<number> => (await ask({ url: `http://localhost:${mirror.port}` }, `/xrpc/app.holdfast.mirror.${method}`, {
      method: 'POST', body: '{"invite":"wrong"}', headers: { 'content-type': 'application/json', 'x-forwarded-for': caller },
    })).status;
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => shown(index % 2 === 0 ? 'getTerms' : 'enroll', '1.1.1.1')));
    assert.deepEqual(new Set(statuses), new Set([400, 401]));
    assert.deepEqual(await Promise.all([shown('getTerms', '1.1.1.1'), shown('enroll', '1.1.1.1'), shown('getTerms', '2.2.2.2')]), [429, 429, 400]);
    assert.equal((await ask({ url: `http://localhost:${mirror.port}` }, '/xrpc/app.holdfast.mirror.describe', { headers: { 'x-forwarded-for': '1.1.1.1' } })).status, 200);
  } finally {
    await mirror.close();
  }
});

it('a mirror of the world is asked by its name, and not too often by one caller', async () => {
  const mirror = await startTestMirror({ settings: { hostname: 'mirror.example.com', requestsIn5Minutes: 3 } });
  try {
    const local = { url: `http://localhost:${mirror.port}` };
    const from = (caller: string): Promise<Told> => ask(local, '/xrpc/com.atproto.server.describeServer', { headers: { 'x-forwarded-for': `9.9.9.9, ${caller}` } });
    for (let left = 2; left >= 0; left--) {
      const { status, headers, body } = await from('1.1.1.1');
      assert.deepEqual([status, headers.get('ratelimit-remaining'), body['did']], [200, String(left), 'did:web:mirror.example.com']);
      assert.match(headers.get('strict-transport-security') ?? '', /max-age/);
    }
    const { status, headers, body } = await from('1.1.1.1');
    assert.deepEqual([status, body['error'], headers.get('access-control-allow-origin')], [429, 'RateLimitExceeded', '*']);
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.equal((await from('2.2.2.2')).status, 200);
    for (let times = 0; times < 5; times++) assert.equal((await ask(local, '/tls-check?domain=mirror.example.com')).status, 200);
    assert.equal((await ask(local, '/tls-check?domain=mirror.example.com', { headers: { 'x-forwarded-for': '1.1.1.1' } })).status, 429);
    assert.equal((await ask(local, '/tls-check?domain=other.example.com')).status, 404);
    // Nor may one caller have all the streams.
    const open = (caller: string): Promise<number> => new Promise((resolve) => {
      const socket = new WebSocket(`ws://localhost:${mirror.port}/xrpc/com.atproto.sync.subscribeRepos`, { headers: { 'x-forwarded-for': caller } });
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode!));
      socket.on('error', () => undefined);
    });
    const opened = await Promise.all(Array.from({ length: 101 }, () => open('1.1.1.1')));
    assert.deepEqual([opened.filter((status) => status === 101).length, opened.filter((status) => status === 429).length], [100, 1]);
    assert.equal(await open('2.2.2.2'), 101);
  } finally {
    await mirror.close();
  }
});
