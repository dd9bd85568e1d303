import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { buildIfStale, dist } from '../../scripts/build.mjs';
import { CHROMIUM_ARGS } from '../../scripts/lib/browser-args.mjs';
import { listenOnLocalhost, staticHandler } from '../../scripts/lib/static-server.mjs';
import { exportRepo, makeAccount, post, postTexts, succeed } from './support/house.ts';
import { find, visit } from './support/page.ts';
import { says } from './support/owner.ts';
import { shows } from './support/records.ts';
import { Workers } from './support/workers.ts';
import type { Browser, Page } from 'puppeteer-core';

/** A host for each test, on a port of its own: an origin that no other test knows. */
interface Host {
  readonly url: string;
  stop(): Promise<void>;
}

const hosts: Host[] = [];
const browsers: Browser[] = [];
const profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));

before(async () => {
  await buildIfStale();
});

after(async () => {
  for (const browser of browsers) await browser.close();
  for (const host of hosts) await host.stop();
  rmSync(profile, { recursive: true, force: true });
});

async function startHost(): Promise<Host> {
  const server = await listenOnLocalhost(staticHandler(dist), 0);
  let closing: Promise<void> | undefined;
  const host = { url: `http://localhost:${server.port}`, stop: () => (closing ??= server.close()) };
  hosts.push(host);
  return host;
}

async function start(userDataDir?: string): Promise<Browser> {
  const { path } = findBrowsers().chromium;
  if (path === undefined) throw new Error('There is no Chromium');
  const browser = await puppeteer.launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS], ...(userDataDir && { userDataDir }) });
  browsers.push(browser);
  return browser;
}

const write = (page: Page, did: string, text: string) =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

const headOf = (page: Page, did: string) => succeed(page, 'com.atproto.sync.getLatestCommit', { params: { did } });

/** The reference accepts the whole repository under the account's key. */
async function checkRepository(page: Page, did: string): Promise<void> {
  const { signingKey } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
  await verifyRepoCar(await exportRepo(page, did), did, signingKey as string);
}

describe('coming back to the house', () => {
  it('everything is there when the browser was killed and its host is gone', async () => {
    const host = await startHost();
    const first = await start(profile);
    const page = await first.newPage();
    await visit(page, host.url);
    const { did } = await makeAccount(page);
    for (const text of ['one', 'two', 'three']) await write(page, did, text);
    const head = await headOf(page, did);
    const running = first.process();
    assert.ok(running);
    running.kill('SIGKILL');
    await once(running, 'exit');
    await host.stop();

    const second = await start(profile);
    const back = await second.newPage();
    await visit(back, `${host.url}/activity`);
    assert.deepEqual(await headOf(back, did), head);
    assert.deepEqual(await postTexts(back, did), ['one', 'two', 'three']);
    const { rev } = await write(back, did, 'four').then(() => headOf(back, did));
    assert.ok(String(rev) > String(head.rev));
    await checkRepository(back, did);
  });

  it('a page hears what another tab does, also when the worker was stopped in between', async () => {
    const host = await startHost();
    const browser = await start();
    const page = await browser.newPage();
    await visit(page, host.url);
    const { did } = await makeAccount(page);
    await visit(page, `${host.url}/activity`);
    const workers = await Workers.of(page);
    const other = await browser.newPage();
    await visit(other, host.url);
    for (let round = 0; round < 3; round++) {
      await workers.stop();
      await write(other, did, `round ${round}`);
      const { rev } = await headOf(other, did);
      await says(page, 'holdfast-history >>> ol', new RegExp(String(rev)));
    }
    assert.ok(workers.stops >= 3, `the worker was stopped ${workers.stops} times: nothing was shown`);
  });

  for (const what of ['answer', 'body of its answer']) it(`a page that lost the ${what} asks again by itself, and one record is made`, async () => {
    const host = await startHost();
    const browser = await start();
    const page = await browser.newPage();
    await visit(page, host.url);
    const { did } = await makeAccount(page);
    await page.evaluateOnNewDocument((what) => {
      const ask = globalThis.fetch;
      const lost: number[] = [];
      Object.assign(globalThis, {
        lost,
        // The worker does it, and is stopped before it has said so.
        async fetch(url: string, init?: RequestInit) {
          const response = await ask(url, init);
          if (!url.endsWith('createRecord') || lost.push(response.status) > 1) return response;
          if (what === 'answer') throw new TypeError('Failed to fetch');
          const cut = new ReadableStream({ pull: (controller) => controller.error(new TypeError('Failed to fetch')) });
          return new Response(cut, response);
        },
      });
    }, what);
    await visit(page, `${host.url}/compose`);
    await (await find(page, 'holdfast-compose >>> #text')).type('once');
    await (await find(page, 'holdfast-compose >>> button.primary[aria-disabled=false]')).click();
    await shows(page, 'holdfast-undo', /Posted/);
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { lost: number[] }).lost), [200, 200]);
    assert.deepEqual(await postTexts(page, did), ['once']);
  });
});
