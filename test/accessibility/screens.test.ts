import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Authenticator } from '../e2e/support/authenticator.ts';
import { choosePlainly, fileOf, press } from '../e2e/support/backups.ts';
import { driven } from '../e2e/support/driven.ts';
import { succeed } from '../e2e/support/house.ts';
import { keepKit, makeAccount, says, typeGroups, writeRecord } from '../e2e/support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { testStates } from './support/axe.ts';
import { checkStops, walk } from './support/keys.ts';
import type { Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';

const app = driven();

const POST = { text: 'Written by a test.', createdAt: '2026-11-25T12:00:00.000Z' };

/** An account whose owner wants to be asked again, at its settings. */
async function askedAgain(page: Page, url: string): Promise<string> {
  const { did, passphrase } = await makeAccount(page, url);
  const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
  await keepKit(page, passphrase);
  await visit(page, `${url}/settings`);
  await (await find(page, 'holdfast-ask-card >>> #open')).click();
  await choosePlainly(page, 'holdfast-ask-card >>> #file', fileOf('asked.age', armored as string));
  await (await find(page, 'holdfast-ask-card >>> #passphrase')).type(passphrase);
  await (await find(page, 'holdfast-ask-card >>> #set')).click();
  await find(page, 'holdfast-ask-card >>> .note.good');
  return did;
}

/** The worker cannot be had: what the pages say when the house does not answer. */
const closeHouse = (page: Page): Promise<unknown> =>
  page.evaluateOnNewDocument(() => {
    navigator.serviceWorker.register = () => Promise.reject(new TypeError('blocked by the test'));
  });

/** Every state of Welcome, the kit, Home, activity and the shell. */
const STATES: States = {
  'Welcome': async (page, url) => {
    await visit(page, url);
    await find(page, '#start');
  },
  'Welcome, about to start': async (page, url) => {
    await visit(page, url);
    await (await find(page, '#start')).click();
    await find(page, '#handle');
  },
  'Welcome, a handle that is none': async (page, url) => {
    await visit(page, url);
    await (await find(page, '#start')).click();
    await (await find(page, '#handle')).type('x y');
    await (await find(page, 'holdfast-welcome >>> button.primary')).click();
    await says(page, '#handle-problem', /domain name/);
  },
  'Welcome, an identity on a domain, which is none': async (page, url) => {
    await visit(page, url);
    await (await find(page, '#start')).click();
    await (await find(page, '#own-domain')).evaluate((details) => ((details as HTMLDetailsElement).open = true));
    await (await find(page, '#domain')).type('ada');
    await (await find(page, 'holdfast-welcome >>> button.primary')).click();
    await says(page, '#domain-problem', /no domain/);
  },
  'Welcome, where an account is': async (page, url) => {
    await makeAccount(page, url);
    await visit(page, `${url}/welcome`);
    await find(page, 'holdfast-welcome >>> .note');
  },
  'Welcome, where an account was that the browser took away': async (page, url) => {
    await page.evaluateOnNewDocument(() => localStorage.setItem('holdfast.accounts', '[{"did":"did:plc:ewvi7nxzyoun6zhxrhs64oiz","handle":"alice.test"}]'));
    await visit(page, url);
    await find(page, 'holdfast-welcome >>> .lost');
  },
  'the kit, with its passphrase': makeAccount,
  'the kit, a wrong group': async (page, url) => {
    await makeAccount(page, url);
    await (await find(page, 'holdfast-kit >>> #save')).click();
    await typeGroups(page, '00000-00000-00000-00000');
    await (await find(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]')).click();
    await says(page, '#wrong', /Group/);
  },
  'the kit, by its file': async (page, url) => {
    await makeAccount(page, url);
    await (await page.$$('>>> holdfast-kit >>> input[type=radio]'))[1]?.click();
    await find(page, 'holdfast-kit >>> input[type=file]');
  },
  'the kit, its passphrase gone, help open': async (page, url) => {
    const { did } = await makeAccount(page, url);
    await visit(page, `${url}/kit/${did}`);
    await (await find(page, 'holdfast-kit >>> summary')).click();
    await find(page, 'holdfast-kit >>> details[open]');
  },
  'the kit, held': async (page, url) => {
    const { passphrase } = await makeAccount(page, url);
    await keepKit(page, passphrase);
  },
  'the kit, with a copy under a passkey': async (page, url) => {
    await Authenticator.attach(page);
    const { did, passphrase } = await makeAccount(page, url);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await keepKit(page, passphrase);
    await choosePlainly(page, 'holdfast-passkey >>> #file', fileOf('copied.age', armored as string));
    await (await find(page, 'holdfast-passkey >>> #passphrase')).type(passphrase);
    await (await find(page, 'holdfast-passkey >>> #add')).click();
    await find(page, 'holdfast-passkey >>> .note.good');
    await find(page, 'holdfast-new-kit >>> #with-passkey');
  },
  'to be asked again, in Settings, wished away without the kit': async (page, url) => {
    await askedAgain(page, url);
    await (await find(page, 'holdfast-ask-card >>> #open')).click();
    await (await find(page, 'holdfast-ask-card >>> #lift')).click();
    await find(page, 'holdfast-ask-card >>> .amber');
    await (await find(page, 'holdfast-ask-card >>> #open')).click();
    await find(page, 'holdfast-ask-card >>> #set');
  },
  'to be asked again, in a dialog, nothing given': async (page, url) => {
    const did = await askedAgain(page, url);
    await visit(page, `${url}/kit/${did}`);
    await press(page, 'holdfast-new-kit >>> input[value=without]');
    await press(page, 'holdfast-new-kit >>> #renew');
    await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
    await find(page, 'holdfast-owner >>> dialog[open]');
    await press(page, 'holdfast-owner >>> #confirm');
    await says(page, 'holdfast-owner >>> #wrong', /^Choose the kit file first/);
  },
  'a new kit, without the old one, asked for': async (page, url) => {
    const { did, passphrase } = await makeAccount(page, url);
    await keepKit(page, passphrase);
    await visit(page, `${url}/kit/${did}`);
    await press(page, 'holdfast-new-kit >>> input[value=without]');
    await press(page, 'holdfast-new-kit >>> #renew');
    await find(page, 'holdfast-new-kit >>> hf-confirm >>> dialog[open]');
  },
  'Home, all new': async (page, url) => {
    await makeAccount(page, url, 'alice.test');
    await visit(page, url);
    await find(page, 'holdfast-home >>> hf-empty');
  },
  'Home, with records': async (page, url) => {
    const { did, passphrase } = await makeAccount(page, url);
    await keepKit(page, passphrase);
    await writeRecord(page, did, 'app.bsky.feed.post', POST);
    await writeRecord(page, did, 'app.bsky.feed.post', { ...POST, text: 'And another.' });
    await visit(page, url);
    await find(page, 'holdfast-commits >>> .commit');
    await find(page, 'holdfast-home >>> .legend');
  },
  'Home, while the house opens': async (page, url) => {
    await page.evaluateOnNewDocument(() => {
      navigator.serviceWorker.register = () => new Promise(() => undefined);
    });
    await visit(page, url);
    await says(page, 'holdfast-home >>> .screen', /Opening the house/);
  },
  'Home of two accounts, offline, with the words of its pill': async (page, url) => {
    await makeAccount(page, url, 'first.test');
    await makeAccount(page, url, 'second.test');
    await visit(page, url);
    await find(page, 'holdfast-home >>> .facts');
    await page.setOfflineMode(true);
    await says(page, '.pill', /Offline/);
    await (await find(page, '.pill')).click();
  },
  'activity, nothing yet': async (page, url) => {
    await makeAccount(page, url);
    await visit(page, `${url}/activity`);
    await find(page, 'holdfast-activity >>> hf-empty');
  },
  'activity': async (page, url) => {
    const { did } = await makeAccount(page, url);
    await writeRecord(page, did, 'app.bsky.feed.post', POST);
    await visit(page, `${url}/activity`);
    await (await find(page, 'holdfast-history >>> .commit summary')).click();
    await find(page, 'holdfast-change >>> holdfast-difference');
    await (await find(page, 'holdfast-history >>> .commit > button')).click();
    await (await find(page, 'holdfast-history >>> hf-confirm >>> button[type=submit]')).click();
    await find(page, 'holdfast-history >>> .toast button');
  },
  'activity, what keys were used for': async (page, url) => {
    const { did } = await makeAccount(page, url);
    await writeRecord(page, did, 'app.bsky.feed.post', POST);
    await visit(page, `${url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).select('all');
    await (await find(page, 'holdfast-key-uses >>> .commit summary')).click();
    await find(page, 'holdfast-key-uses >>> details[open]');
  },
  'activity, no such use': async (page, url) => {
    await makeAccount(page, url);
    await visit(page, `${url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).select('passes');
    await find(page, 'holdfast-key-uses >>> hf-empty');
  },
  'the history of a record': async (page, url) => {
    const { did } = await makeAccount(page, url);
    await writeRecord(page, did, 'app.bsky.feed.post', POST);
    await visit(page, `${url}/activity`);
    await (await find(page, 'holdfast-history >>> .commit a')).click();
    await (await find(page, 'holdfast-record-view >>> #history')).click();
    await find(page, 'holdfast-record-view >>> holdfast-history >>> .commit');
  },
  'storage': async (page, url) => {
    const { did } = await makeAccount(page, url);
    await writeRecord(page, did, 'app.bsky.feed.post', POST);
    await visit(page, `${url}/storage`);
    await find(page, 'holdfast-storage >>> .legend');
    await (await find(page, 'holdfast-compaction >>> button')).click();
    await find(page, 'holdfast-compaction >>> .note');
  },
  'help, all of it open': async (page, url) => {
    await visit(page, `${url}/help#kit-lost`);
    await find(page, 'holdfast-help >>> details[open]');
    await page.$$eval('>>> holdfast-help >>> details', (all) => all.forEach((each) => ((each as HTMLDetailsElement).open = true)));
  },
  'a house that does not answer': async (page, url) => {
    await closeHouse(page);
    await visit(page, url);
    await says(page, 'h1', /does not answer/);
  },
  'an address without a page, in the app': async (page, url) => {
    await makeAccount(page, url);
    await visit(page, `${url}/no-such-page`);
    await says(page, 'h1', /no page here/);
  },
  'an address without a page, before the app is there': async (page, url) => {
    await page.goto(`${url}/no-such-page`, { waitUntil: 'load' });
  },
};

testStates(app, STATES);

describe('by keyboard', () => {
  afterEach(() => closePages(app.browser));

  for (const look of ['desktop, light', 'phone, light'] as const) {
    it(`an account is made and its kit is kept (${look})`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS[look]!);
      await visit(page, app.url);
      await find(page, '#start');
      const doors = await walk(page);
      assert.deepEqual(doors.slice(-2).map(({ words }) => words), ['Start fresh', 'Restore from a backup']);
      checkStops(doors);
      await (await find(page, '#start')).focus();
      await page.keyboard.press('Enter');
      await find(page, '#handle');
      checkStops(await walk(page));
      await (await find(page, '#handle')).focus();
      await page.keyboard.press('Enter');
      await find(page, 'holdfast-kit >>> #save');
      const stops = await walk(page);
      checkStops(stops);
      const words = stops.map(({ words }) => words).join('; ');
      assert.match(words, /Copy the passphrase; Save the file; Print; Copy as text; .*Group \d; Group \d; I have it; Do this later/);
    });

    it(`everything on Home is reached and large enough (${look})`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS[look]!);
      await makeAccount(page, app.url);
      await visit(page, app.url);
      await find(page, 'holdfast-home >>> .facts hf-copy');
      const stops = await walk(page);
      checkStops(stops);
      for (const expected of ['Skip to the content', 'Home', 'Settings', 'Keep the kit', 'Save a backup', 'Copy the DID']) {
        assert.ok(stops.some(({ words }) => words === expected), `${expected} is not reached`);
      }
    });
  }

  it('nothing is covered by the bar of a phone when it has the focus', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
    await makeAccount(page, app.url);
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> .facts hf-copy');
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const covered = await page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        if (element === null || element === document.body) return undefined;
        const bar = document.querySelector('holdfast-app')?.shadowRoot?.querySelector('nav');
        if (!bar || bar.contains(element)) return false;
        const { top, height } = element.getBoundingClientRect();
        return top + height / 2 > bar.getBoundingClientRect().top;
      });
      if (covered === undefined) return;
      assert.equal(covered, false, `stop ${presses + 1} is under the bar`);
    }
  });
});
