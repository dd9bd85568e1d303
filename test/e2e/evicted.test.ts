// The browser takes away what the site had stored while its owner is away: the page says so, and offers the way back.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { press } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';

const app = driven();

/** An account that has been seen by a page. */
async function lived(): Promise<Page> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, app.url);
  await makeAccount(page, 'alice.test');
  await visit(page, app.url);
  await find(page, 'holdfast-home >>> .facts');
  return page;
}

/** What a browser takes away to make room: all that counts as storage. */
async function evict(page: Page): Promise<void> {
  await page.goto('about:blank');
  const session = await page.createCDPSession();
  await session.send('Storage.clearDataForOrigin', { origin: app.url, storageTypes: 'indexeddb,cache_storage,service_workers,file_systems' });
}

describe('storage that the browser took away', () => {
  afterEach(() => closePages(app.browser));

  it('is told on the first page, with the way back, until the owner wants to hear no more of it', async () => {
    const page = await lived();
    await evict(page);
    await visit(page, app.url);
    const told = await says(page, 'holdfast-welcome >>> .lost', /Your account alice\.test was in this browser/);
    assert.match(told, /taken away what this site had stored.*What your mirror or a saved file has is safe/);
    assert.deepEqual((await succeed(page, 'app.holdfast.account.list'))['accounts'], []);
    await press(page, 'holdfast-welcome >>> .lost a');
    await find(page, 'holdfast-restore >>> #passphrase');
    await visit(page, app.url);
    await press(page, 'holdfast-welcome >>> .lost button');
    await visit(page, app.url);
    await find(page, '#start');
    assert.equal(await page.$('>>> holdfast-welcome >>> .lost'), null);
  });

  it('is no word where the owner removed the account', async () => {
    const page = await lived();
    await visit(page, `${app.url}/settings`);
    await press(page, 'holdfast-remove-card >>> button.danger');
    await find(page, 'holdfast-remove-card >>> hf-confirm >>> dialog[open]');
    await (await find(page, 'holdfast-remove-card >>> hf-confirm >>> #typed')).type('alice.test');
    await press(page, 'holdfast-remove-card >>> hf-confirm >>> button[type=submit]');
    await find(page, '#start');
    assert.equal(await page.$('>>> holdfast-welcome >>> .lost'), null);
  });
});
