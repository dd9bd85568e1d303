import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { failToStart, freePort, startApp } from './support/app.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './support/app.ts';

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

describe('npm start', () => {
  it('says where it is and what is missing, and stops on Ctrl-C', async () => {
    const app = await startApp();
    assert.match(app.output, /pages +http:\/\/localhost:\d+/);
    assert.match(app.output, /mirror +not built yet/);
    assert.match(app.output, /Ctrl-C/);
    assert.equal(await app.stop('SIGINT'), 0);
    assert.match(app.output, /has stopped/);
    await assert.rejects(ask(app.url, '/'), { code: 'ECONNREFUSED' });
  });

  it('stops on SIGTERM', async () => {
    const app = await startApp();
    assert.equal(await app.stop('SIGTERM'), 0);
  });

  for (const host of ['127.0.0.1', '::1']) {
    it(`names the port that is taken (${host}), and how to choose another`, async () => {
      const taken = createServer().listen(0, host);
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { code, output } = await failToStart(String(port));
      taken.close();
      assert.equal(code, 1);
      assert.match(output, new RegExp(`Port ${port} is taken`));
      assert.match(output, new RegExp(`HOLDFAST_APP_PORT=${port === 65_535 ? 8080 : port + 1} npm start`));
    });
  }

  for (const value of ['eighty', '-1', '65536', '80.5', '0x50']) {
    it(`refuses ${value} as a port`, async () => {
      const { code, output } = await failToStart(value);
      assert.equal(code, 1);
      assert.match(output, /HOLDFAST_APP_PORT is ".+", which is not a port/);
    });
  }

  it('leaves nothing on the port that it gave up', async () => {
    const app = await startApp();
    await app.stop();
    const again = createServer().listen(Number(new URL(app.url).port), 'localhost');
    await once(again, 'listening');
    again.close();
    assert.ok(await freePort());
  });
});

describe('the static server', () => {
  let app: App;
  let script: string;

  before(async () => {
    app = await startApp();
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
