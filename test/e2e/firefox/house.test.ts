import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { buildIfStale, dist } from '../../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../../scripts/lib/static-server.mjs';
import { exportRepo, makeAccount, post, postTexts, succeed } from '../support/house.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import type { Browser, Page } from 'puppeteer-core';

let browser: Browser;

before(async () => {
  await buildIfStale();
  browser = await startFirefox();
});

after(() => browser.close());

const write = (page: Page, did: string, text: string) =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

it('two tabs write at once, and everything holds with the host gone after the first visit, in Firefox', async () => {
  const host = await listenOnLocalhost(staticHandler(dist), 0);
  const url = `http://localhost:${host.port}`;
  const page = await browser.newPage();
  const second = await browser.newPage();
  const settle = async () => {
    await visit(page, url);
    await visit(second, url);
    return makeAccount(page);
  };
  const { did } = await settle().finally(() => host.close());
  const writes = async (tab: Page, name: string) => {
    for (let i = 0; i < 10; i++) await write(tab, did, `${name} ${i}`);
  };
  await Promise.all([writes(page, 'first'), writes(second, 'second')]);
  for (const path of ['/activity', `/at/${did}`, '/settings', '/']) {
    await page.goto(url + path, { waitUntil: 'load' });
    await find(page, 'h1');
  }
  await write(page, did, 'after all');
  assert.equal(new Set(await postTexts(page, did)).size, 21);
  const { signingKey } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
  await verifyRepoCar(await exportRepo(page, did), did, signingKey as string);
});
