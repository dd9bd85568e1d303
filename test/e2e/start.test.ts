import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { genesisDid, operationOf, plcDataOf, signOperation } from '../../src/identity/index.ts';
import { dist } from '../../scripts/build.mjs';
import { readStartSettings } from '../../scripts/lib/start-settings.mjs';
import { createP256Signer, generateP256Key } from '../../src/protocol/index.ts';
import { failToStart, servePages, startApp } from './support/app.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App, Site } from './support/app.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path is sent as it is; `fetch` would tidy it. */
async function ask(url: string, path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(url);
  const sent = request({ host: 'localhost', port, path, method, headers });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, headers: response.headers, body };
}

/** The processes that a process has started; on Linux only, as the end-to-end tests are. */
async function childrenOf(pid: number): Promise<{ readonly pid: number; readonly command: string }[]> {
  const pids = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  return Promise.all(pids.map(async (child) => ({ pid: child, command: await readFile(`/proc/${child}/cmdline`, 'utf8') })));
}

const isUp = (url: string): Promise<boolean> => fetch(url).then(({ ok }) => ok, () => false);
const healths = ({ mirror, relay, directory }: App): string[] => [`${mirror}/xrpc/_health`, `${relay}/xrpc/_health`, `${directory}/_health`];

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error(`never came true: ${what}`);
}

describe('npm start', () => {
  it('runs pages, mirror, relay and directory, says where, stops all on Ctrl-C, and comes back with their data', async () => {
    const app = await startApp();
    for (const health of healths(app)) assert.ok(await isUp(health), health);
    const settings = await ask(app.url, '/settings.json');
    assert.equal(settings.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(settings.headers['cache-control'], 'no-cache');
    const { mirror, relay, directory } = app;
    assert.deepEqual(JSON.parse(settings.body), { directory, mirror, relay });
    const hostname = new URL(mirror).host;
    await until('the relay crawls the mirror', async () =>
      isUp(`${relay}/xrpc/com.atproto.sync.getHostStatus?hostname=${encodeURIComponent(hostname)}`));
    const signer = await createP256Signer(await generateP256Key(false));
    const genesis = await signOperation(signer, operationOf(plcDataOf({ signingKey: signer.publicKey }, [signer.publicKey]), null));
    const did = genesisDid(genesis);
    const posted = await fetch(`${directory}/${did}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(genesis),
    });
    assert.equal(posted.status, 200);
    assert.equal(await app.stop('SIGINT'), 0);
    assert.match(app.output, /has stopped/);
    await assert.rejects(ask(app.url, '/'), { code: 'ECONNREFUSED' });
    for (const health of healths(app)) assert.equal(await isUp(health), false, health);

    const ports = { HOLDFAST_MIRROR_PORT: new URL(mirror).port, HOLDFAST_DATA_DIR: app.data };
    const again = await startApp(ports);
    assert.equal(again.mirror, mirror);
    assert.ok(await isUp(`${again.directory}/${did}`));
    assert.ok(await isUp(`${again.relay}/xrpc/com.atproto.sync.getHostStatus?hostname=${encodeURIComponent(hostname)}`));
    assert.equal(await again.stop('SIGTERM'), 0);
  });

  it('starts a part again that was killed, and leaves none behind when it is killed itself', async () => {
    const app = await startApp();
    const children = await childrenOf(app.pid);
    assert.equal(children.length, 3);
    process.kill(children.find(({ command }) => command.includes('mirror'))!.pid, 'SIGKILL');
    await app.said(/The mirror has ended \(SIGKILL\).*\n[^]*The mirror runs again/);
    for (const health of healths(app)) assert.ok(await isUp(health), health);
    assert.equal(await app.stop('SIGKILL'), 'SIGKILL');
    await until('nothing of it runs', async () => !(await Promise.all(healths(app).map(isUp))).includes(true));
  });

  it('uses another directory where one is given', async () => {
    const other = createHttpServer((_request, response) => response.writeHead(404).end()).listen(0, 'localhost');
    await once(other, 'listening');
    const directory = `http://localhost:${(other.address() as AddressInfo).port}`;
    const app = await startApp({ HOLDFAST_PLC_URL: directory });
    assert.match(app.output, /directory http:\/\/localhost:\d+ \(not of this machine\)/);
    assert.equal(JSON.parse((await ask(app.url, '/settings.json')).body).directory, directory);
    assert.equal((await childrenOf(app.pid)).length, 2);
    await app.stop();
    other.close();
  });

  for (const [host, name] of [['127.0.0.1', 'HOLDFAST_APP_PORT'], ['::1', 'HOLDFAST_APP_PORT'], ['127.0.0.1', 'HOLDFAST_MIRROR_PORT']] as const) {
    it(`names the port that is taken (${host}, ${name}), and how to choose another`, async () => {
      const taken = createServer().listen(0, host);
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { code, output } = await failToStart({ [name]: String(port) });
      taken.close();
      assert.equal(code, 1);
      assert.match(output, new RegExp(`Port ${port} is taken`));
      assert.match(output, new RegExp(`${name}=${port === 65_535 ? '\\d+' : port + 1} npm start`));
    });
  }

  it('says what is wrong with a setting, and with one that only the mirror knows', async () => {
    const port = await failToStart({ HOLDFAST_RELAY_PORT: 'eighty' });
    assert.equal(port.code, 1);
    assert.match(port.output, /HOLDFAST_RELAY_PORT is "eighty", which is not a port/);
    const domain = await failToStart({ HOLDFAST_HANDLE_DOMAIN: 'no domain' });
    assert.equal(domain.code, 1);
    assert.match(domain.output, /The mirror did not start \(code 1\)[^]*HOLDFAST_HANDLE_DOMAIN is "no domain"/);
  });
});

describe('the settings of npm start', () => {
  const read = (settings: Record<string, string>) => readStartSettings(settings, '/holdfast');

  it('are the fixed names and numbers, unless others are given', () => {
    const ports = { app: 8080, mirror: 2583, relay: 2584, directory: 2582 };
    assert.deepEqual(read({ HOLDFAST_APP_PORT: '' }), { ports, data: '/holdfast/.holdfast', relays: [] });
    assert.deepEqual(read({
      HOLDFAST_APP_PORT: '0', HOLDFAST_MIRROR_PORT: '0', HOLDFAST_RELAY_PORT: '65535', HOLDFAST_DATA_DIR: '/data',
      HOLDFAST_PLC_URL: 'https://plc.directory', HOLDFAST_RELAYS: 'https://a.example, http://localhost:1',
      HOLDFAST_RESOLVER_URL: 'https://dns.example/dns-query',
    }), {
      ports: { app: 0, mirror: 0, relay: 65_535 }, data: '/data', directory: 'https://plc.directory', resolver: 'https://dns.example/dns-query',
      relays: ['https://a.example', 'http://localhost:1'],
    });
  });

  for (const [settings, message] of [
    ...['eighty', '-1', '65536', '80.5', '0x50'].map((port) => [{ HOLDFAST_APP_PORT: port }, /HOLDFAST_APP_PORT is ".+", which is not a port/] as const),
    [{ HOLDFAST_PLC_PORT: '12345', HOLDFAST_APP_PORT: '12345' }, /HOLDFAST_PLC_PORT and HOLDFAST_APP_PORT are both 12345/],
    [{ HOLDFAST_PLC_URL: 'plc.directory' }, /HOLDFAST_PLC_URL names "plc.directory"/],
    [{ HOLDFAST_PLC_URL: 'https://plc.directory/x' }, /HOLDFAST_PLC_URL names/],
    [{ HOLDFAST_RESOLVER_URL: 'dns.example' }, /HOLDFAST_RESOLVER_URL is "dns.example"/],
    [{ HOLDFAST_RELAYS: 'https://relay.example,ftp://relay.example' }, /HOLDFAST_RELAYS names "ftp:/],
  ] as const) {
    it(`are refused: ${JSON.stringify(settings)}`, () => {
      assert.throws(() => read({ ...settings } as Record<string, string>), message);
    });
  }
});

describe('the static server', () => {
  let app: Site;
  let script: string;

  before(async () => {
    app = await servePages();
    const [path] = /\/assets\/index-[\w-]+\.js/.exec((await ask(app.url, '/')).body) ?? [];
    assert.ok(path);
    script = path;
  });

  after(async () => {
    await app?.stop();
  });

  it('sends the headers that pages need', async () => {
    const { status, headers } = await ask(app.url, '/');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-cache');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.match(headers['permissions-policy'] as string, /camera=\(\)/);
    const policy = headers['content-security-policy'];
    assert.ok(typeof policy === 'string');
    assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; /);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /connect-src 'self' http:\/\/localhost:\* ws:\/\/localhost:\* https: wss: data:/);
  });

  it('has settings that name no mirror, where nobody has set one', async () => {
    const { headers } = await ask(app.url, '/settings.json');
    assert.equal(headers['cache-control'], 'no-cache');
    assert.deepEqual(JSON.parse(await readFile(join(dist, 'settings.json'), 'utf8')), { directory: 'https://plc.directory', mirror: null, relay: null });
  });

  it('lets browsers keep what is named by its content, under the policy of a worker', async () => {
    const { status, headers } = await ask(app.url, script);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.match(headers['content-security-policy'] as string, /'wasm-unsafe-eval'/);
  });

  it('answers HEAD as GET without the body', async () => {
    for (const path of ['/', script, '/no-such-page']) {
      const [get, head] = [await ask(app.url, path), await ask(app.url, path, 'HEAD')];
      assert.equal(head.status, get.status);
      assert.equal(head.body, '');
      assert.equal(head.headers['content-length'], String(Buffer.byteLength(get.body)));
      assert.equal(head.headers['content-type'], get.headers['content-type']);
    }
  });

  it('answers 304 to a tag that still holds', async () => {
    const { etag } = (await ask(app.url, script)).headers;
    assert.ok(etag);
    const again = await ask(app.url, script, 'GET', { 'if-none-match': etag });
    assert.equal(again.status, 304);
    assert.equal(again.body, '');
    assert.equal((await ask(app.url, script, 'GET', { 'if-none-match': '"other"' })).status, 200);
  });

  it('answers every address of the app with its page', async () => {
    const { body: page } = await ask(app.url, '/');
    const routes = await readFile(new URL('../../src/ui/routes.ts', import.meta.url), 'utf8');
    const patterns = [...routes.matchAll(/\b(?:own|open|records)\('(\/[^']*)'/g)].map(([, pattern]) => String(pattern));
    assert.ok(patterns.includes('/at/:did/:collection/:rkey') && patterns.length >= 12, patterns.join());
    for (const pattern of patterns) {
      const { status, headers, body } = await ask(app.url, pattern.replaceAll(/:\w+/g, 'did:plc:a.b'));
      assert.equal(status, 200, pattern);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(headers['content-security-policy'] as string, /^default-src 'none'/);
      assert.equal(body, page, pattern);
    }
  });

  it('answers an unknown address with a page, and never lets it be kept', async () => {
    for (const path of ['/no-such-page', '/assets/no-such-file.js', '/assets/', '/_headers', '/assets']) {
      const { status, headers, body } = await ask(app.url, path);
      assert.equal(status, 404, path);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(body, /There is no page here/);
    }
  });

  it('never leaves its folder', async () => {
    const paths = [
      '/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json',
      '/..%5cpackage.json', '//etc/passwd', '/%2fetc%2fpasswd', '/.%2e%2fpackage.json',
    ];
    for (const path of paths) {
      const { status, body } = await ask(app.url, path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(body, /holdfast"|root:/, path);
    }
  });

  it('refuses what is not a path, and other methods', async () => {
    assert.equal((await ask(app.url, '/%')).status, 400);
    assert.equal((await ask(app.url, '/%00')).status, 400);
    const post = await ask(app.url, '/', 'POST');
    assert.equal(post.status, 405);
    assert.equal(post.headers.allow, 'GET, HEAD');
  });
});
