// Two accounts in one house, switched by the identity chip: no screen of one shows what is the other's.
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { choose, downloaded, fileOf, headOf, keepDownloads, press } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { makeAccount, post, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
afterEach(() => closePages(app.browser));

/** Chooses an account in the chip, which leads to its Home. */
async function switchTo(page: Page, did: string): Promise<void> {
  await (await find(page, '.chip select')).evaluate((select, did) => {
    (select as HTMLSelectElement).value = did;
    select.dispatchEvent(new Event('change'));
  }, did);
  await find(page, 'holdfast-home');
}

/** Goes to a screen without loading the page anew: what the page remembers stays. */
async function go(page: Page, path: string, element: string): Promise<void> {
  await page.evaluate((path) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await find(page, element);
}

it('what one account has, does and saves is on no screen of the other', async () => {
  const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await keepDownloads(page);
  // A folder of the origin's own stands for the one that a picker would give.
  await page.evaluateOnNewDocument(() => Object.assign(globalThis, {
    showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Of the first', { create: true }),
  }));
  await visit(page, app.url);
  const [one, other] = [await makeAccount(page), await makeAccount(page)];
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(one.did, 'Words of the first.'), requestId: crypto.randomUUID() });
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(other.did, 'Words of the second.'), requestId: crypto.randomUUID() });
  await visit(page, `${app.url}/at/${one.did}`);
  await switchTo(page, one.did);
  await go(page, '/backups', 'holdfast-save-card >>> #start');
  await press(page, 'holdfast-save-card >>> #start');
  await find(page, 'holdfast-save-card >>> .note.good');
  const bytes = await downloaded(page);
  assert.ok(Buffer.from(bytes).includes(one.did) && !Buffer.from(bytes).includes(other.did));
  const zip = fileOf('first.zip', bytes);
  await press(page, 'holdfast-folder-card >>> #choose');
  await says(page, 'holdfast-folder-card >>> section', /Written into “Of the first”/);
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(one.did, 'One more of the first.'), requestId: crypto.randomUUID() });
  await go(page, '/backups/records', 'holdfast-take-back >>> hf-file');
  await choose(page, 'holdfast-take-back >>> #car', zip);
  await says(page, 'holdfast-take-back >>> section[aria-labelledby=file]', /The file is whole and yours/);

  await switchTo(page, other.did);
  await go(page, '/backups/records', 'holdfast-take-back >>> hf-file');
  assert.doesNotMatch(await textOf(page, 'holdfast-take-back >>> section[aria-labelledby=file]'), /whole and yours/);
  await choose(page, 'holdfast-take-back >>> #car', zip);
  await says(page, 'holdfast-take-back >>> hf-error >>> .what', /of another account/);
  await go(page, '/backups', 'holdfast-save-card >>> #start');
  await says(page, 'holdfast-saves-card >>> section', /No backup of this account was saved from this browser yet/);
  await says(page, 'holdfast-copies-card >>> section', /There is 1 copy of this account/);
  await says(page, 'holdfast-folder-card >>> section', /Choose a folder once/);
  assert.doesNotMatch(await textOf(page, 'holdfast-save-card >>> section'), /Read back and verified/);
  await go(page, '/activity', 'holdfast-history >>> .commit');
  assert.equal((await page.$$('>>> holdfast-history >>> .commit')).length, 1);
  await go(page, `/at/${other.did}/app.bsky.feed.post`, 'holdfast-records');
  await find(page, 'holdfast-record-list >>> .line');
  assert.deepEqual(await page.$$eval('>>> holdfast-record-list >>> .line', (rows) => rows.map((row) => row.textContent)), ['Words of the second.']);

  // And back: the first is as it was, and its screens are its own again.
  await switchTo(page, one.did);
  await go(page, '/backups', 'holdfast-save-card >>> #start');
  await says(page, 'holdfast-saves-card >>> section', /Behind/);
  assert.match(await textOf(page, 'holdfast-save-card >>> section'), /Read back and verified/);
  assert.notEqual((await headOf(page, one.did)).cid, (await headOf(page, other.did)).cid);
  assert.deepEqual(troubles, []);
});
