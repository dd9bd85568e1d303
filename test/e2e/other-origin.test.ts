// The host of the pages is gone for good: the house goes on from what the browser keeps, and the account comes back elsewhere.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { choose, fileOf, fillRestore, headOf, keepDownloads, kitFile, saveBackup } from './support/backups.ts';
import { servePages } from './support/app.ts';
import { exportRepo, makeAccount, post, postTexts, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { find, LOOKS, openPage, startChromium, visit } from './support/page.ts';
import type { Browser } from 'puppeteer-core';
import type { Site } from './support/app.ts';

const DESKTOP = LOOKS['desktop, light']!;
let first: Site;
let second: Site;
let browser: Browser;

before(async () => {
  [first, second, browser] = await Promise.all([servePages(), servePages(), startChromium()]);
});
after(async () => {
  await browser.close();
  await second.stop();
});

it('an account whose pages are no longer served goes on, and comes back at another address', async () => {
  assert.notEqual(new URL(first.url).origin, new URL(second.url).origin);
  const { page } = await openPage(browser, first.url, DESKTOP);
  await keepDownloads(page);
  await visit(page, first.url);
  const { did, passphrase } = await makeAccount(page);
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'While it was served.'), requestId: crypto.randomUUID() });
  const kit = await kitFile(page, did);
  await first.stop();

  await visit(page, first.url);
  await find(page, 'holdfast-home >>> .facts');
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'From what the browser keeps.'), requestId: crypto.randomUUID() });
  const car = fileOf('last.car', await saveBackup(page, first.url));
  const { signingKey } = await headOf(page, did);

  const { page: elsewhere } = await openPage(browser, second.url, DESKTOP);
  await visit(elsewhere, `${second.url}/restore`);
  await choose(elsewhere, 'holdfast-restore >>> #car', car);
  await fillRestore(elsewhere, { kit, passphrase, car });
  await says(elsewhere, 'holdfast-restore >>> h1', /^Your account is back$/);
  await succeed(elsewhere, 'com.atproto.repo.createRecord', { input: post(did, 'Elsewhere.'), requestId: crypto.randomUUID() });
  assert.deepEqual(await postTexts(elsewhere, did), ['While it was served.', 'From what the browser keeps.', 'Elsewhere.']);
  await verifyRepoCar(await exportRepo(elsewhere, did), did, signingKey);
});
