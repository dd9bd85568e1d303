import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { driven } from './support/driven.ts';
import { makeAccount, overflow, writeRecord } from './support/owner.ts';
import { closePages, find, LOOKS, openPage } from './support/page.ts';
import { untranslated } from './support/untranslated.ts';
import type { Look } from './support/page.ts';

const app = driven();

afterEach(() => closePages(app.browser));

describe('in the pseudo-locale', () => {
  for (const [name, look] of [['desktop', LOOKS['desktop, light']], ['phone', LOOKS['phone, light']]] as const) {
    it(`every text of every screen can be translated, and longer ones fit (${name})`, async () => {
      const { page } = await openPage(app.browser, app.url, look as Look);
      const see = async (path: string, selector: string): Promise<void> => {
        await page.goto(`${app.url}${path}?locale=pseudo`, { waitUntil: 'load' });
        await find(page, selector);
        // What the house answers is drawn by then; what would not be is seen by the tests of its screen.
        await pause(500);
        assert.deepEqual(await untranslated(page), [], path);
        assert.ok((await overflow(page)) <= 0, `${path} is wider than the window`);
      };
      await see('/welcome', 'holdfast-welcome >>> #start');
      await (await find(page, '#start')).click();
      await find(page, '#handle');
      assert.deepEqual(await untranslated(page), []);
      await see('/restore', 'holdfast-restore >>> h1');
      const { did } = await makeAccount(page, app.url);
      await see('/', 'holdfast-home >>> hf-empty');
      await writeRecord(page, did, 'app.bsky.feed.post', { text: '…', createdAt: new Date().toISOString() });
      await see('/', 'holdfast-commits >>> .commit');
      await see(`/kit/${did}`, 'holdfast-kit >>> #save');
      await see('/activity', 'holdfast-history >>> .commit');
      await see('/storage', 'holdfast-storage >>> .legend');
      await see('/no-such-page', 'h1');
      for (const screen of ['compose', 'profile', 'mirror', 'backups', 'check', 'settings']) await see(`/${screen}`, `holdfast-${screen} >>> h1`);
      await see('/backups/records', 'holdfast-take-back >>> hf-file');
      await see('/backups', 'holdfast-save-card >>> #encrypt');
      await (await find(page, 'holdfast-save-card >>> #encrypt')).evaluate((box) => (box as HTMLElement).click());
      await find(page, 'holdfast-save-card >>> .groups');
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0, 'Backups, to be encrypted, is wider than the window');
      await see(`/at/${did}`, 'holdfast-records >>> h1');
    });
  }

  it('what is not translated is found', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
    await page.goto(`${app.url}/welcome`, { waitUntil: 'load' });
    await find(page, '#start');
    const found = await untranslated(page);
    assert.ok(found.some((text) => text.includes('Start fresh')), found.join('\n'));
  });
});
