import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { verifyRepoCar } from '@atproto/repo';
import { buildIfStale, dist } from '../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../scripts/lib/static-server.mjs';
import { call, exportRepo, makeAccount, post, postTexts, succeed } from './support/house.ts';
import { find, LOOKS, openPage, startChromium, visit } from './support/page.ts';
import { Workers } from './support/workers.ts';
import type { Browser, Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const LOOK = LOOKS['desktop, light'] as Look;

/** A host of its own for each test, which it may stop or give another version. */
interface Host {
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

let browser: Browser;
const hosts: Host[] = [];

before(async () => {
  await buildIfStale();
  browser = await startChromium();
});

after(async () => {
  await browser.close();
  for (const host of hosts) await host.stop();
});

async function startHost(): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-host-'));
  cpSync(dist, folder, { recursive: true });
  const server = await listenOnLocalhost(staticHandler(folder), 0);
  let running = true;
  const host = {
    url: `http://localhost:${server.port}`, folder,
    stop: async () => {
      if (!running) return;
      running = false;
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  hosts.push(host);
  return host;
}

async function openHouse(host: Host): Promise<{ page: Page; did: string }> {
  const { page } = await openPage(browser, host.url, LOOK);
  await visit(page, host.url);
  const { did } = await makeAccount(page);
  return { page, did };
}

/** The chain holds: the reference accepts the whole repository under the account's key. */
async function checkRepository(page: Page, did: string): Promise<void> {
  const { signingKey } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
  await verifyRepoCar(await exportRepo(page, did), did, signingKey as string);
}

describe('the house lives on', () => {
  it('opens, reads and writes with its host gone after the first visit, at every address', async () => {
    const host = await startHost();
    const { page } = await openPage(browser, host.url, LOOK);
    const workers = await Workers.of(page);
    await visit(page, host.url);
    const { did } = await makeAccount(page);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'on the net'), requestId: crypto.randomUUID() });
    await host.stop();
    for (const path of ['/', `/at/${did}`, `/at/${did}/app.bsky.feed.post`, '/settings', '/backups', '/compose']) {
      await page.goto(host.url + path, { waitUntil: 'load' });
      await find(page, 'h1');
    }
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'without a net'), requestId: crypto.randomUUID() });
    assert.deepEqual(await postTexts(page, did), ['on the net', 'without a net']);
    await checkRepository(page, did);
    assert.deepEqual(workers.troubles, []);
  });

  it('makes one record of a request whose worker is stopped while it is under way', async () => {
    const host = await startHost();
    const { page, did } = await openHouse(host);
    const workers = await Workers.of(page);
    const expected: string[] = [];
    let stopsWhilePending = 0;
    for (let round = 0; round < 24; round++) {
      const text = `round ${round}`;
      let isPending = true;
      const answering = call(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: `request-${round}-of-the-test` })
        // An answer may be cut off in its middle, too.
        .catch(() => undefined).finally(() => void (isPending = false));
      await pause(round % 12);
      if (isPending) stopsWhilePending++;
      await workers.stop();
      const answer = await answering;
      // The page's client asks again with the same id when no answer came.
      const again = await call(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: `request-${round}-of-the-test` });
      assert.equal(again.status, 200);
      if (answer?.status === 200) assert.deepEqual(again.body, answer.body);
      expected.push(text);
    }
    assert.ok(Math.min(stopsWhilePending, workers.stops) >= 6, `only ${stopsWhilePending} stops fell into a request: nothing was shown`);
    assert.deepEqual(await postTexts(page, did), expected);
    await checkRepository(page, did);
  });

  it('keeps one chain when two tabs write at once, and refuses to guess without a request id', async () => {
    const host = await startHost();
    const { page, did } = await openHouse(host);
    const second = await page.browserContext().newPage();
    await visit(second, host.url);
    const write = async (tab: Page, name: string) => {
      for (let i = 0; i < 40; i++) {
        await succeed(tab, 'com.atproto.repo.createRecord', { input: post(did, `${name} ${i}`), requestId: `${name}-tab-writes-${i}` });
      }
    };
    await Promise.all([write(page, 'first'), write(second, 'second')]);
    const texts = await postTexts(page, did);
    assert.equal(texts.length, 80);
    assert.equal(new Set(texts).size, 80);
    await checkRepository(page, did);
    const { status, body } = await call(page, 'com.atproto.repo.createRecord', { input: post(did, 'x') });
    assert.equal(status, 400);
    assert.match(String(body.message), /holdfast-request-id/);
    assert.equal((await postTexts(page, did)).length, 80);
  });

  it('comes back by itself after a hard reload', async () => {
    const host = await startHost();
    const { page } = await openHouse(host);
    const session = await page.createCDPSession();
    await Promise.all([page.waitForNavigation(), session.send('Page.reload', { ignoreCache: true })]);
    await find(page, 'nav a[href="/settings"]');
  });

  it('lets a new version in when asked to, between writes, and loses none', async () => {
    const host = await startHost();
    const { page, did } = await openHouse(host);
    const writer = await page.browserContext().newPage();
    await visit(writer, host.url);
    const versionOf = async (tab: Page) => (await succeed(tab, 'app.holdfast.house.describe')).version as string;
    const before = await versionOf(page);

    const script = join(host.folder, 'sw.js');
    const changed = readFileSync(script, 'utf8').replaceAll(before, `${before}-next`);
    writeFileSync(script, changed);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    const toast = await find(page, 'holdfast-update >>> button.primary');
    // Nobody has asked for it, so nothing changes.
    assert.equal(await versionOf(writer), before);

    let written = 0;
    let end = Infinity;
    const { promise: fifth, resolve: begun } = Promise.withResolvers<void>();
    const writing = (async () => {
      for (; written < end; written++) {
        const request = { input: post(did, `write ${written}`), requestId: `during-the-update-${written}` };
        // As the page's client: no answer is asked for again.
        let answer = await call(writer, 'com.atproto.repo.createRecord', request).catch(() => undefined);
        for (let tries = 0; answer?.status !== 200 && tries < 60; tries++) {
          await pause(2_000);
          answer = await call(writer, 'com.atproto.repo.createRecord', request).catch(() => undefined);
        }
        assert.equal(answer?.status, 200);
        if (written === 5) begun();
      }
    })();
    await Promise.race([fifth, writing]);
    await page.bringToFront();
    await Promise.all([page.waitForNavigation({ timeout: 60_000 }), toast.click()]);
    // Some come after it, however fast they are.
    end = written + 10;
    await writing;
    assert.equal(await versionOf(writer), `${before}-next`);
    assert.deepEqual(await postTexts(writer, did), Array.from({ length: end }, (_, i) => `write ${i}`));
    await checkRepository(writer, did);
  });
});
