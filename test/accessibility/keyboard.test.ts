import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount, post, succeed } from '../e2e/support/house.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { checkStops, walk } from './support/keys.ts';
import type { Page } from 'puppeteer-core';

const app = driven();

/** What the tab key must reach on a screen, and what is waited for before. */
const SCREENS: Readonly<Record<string, { readonly ready: string; readonly expected: readonly RegExp[] }>> = {
  '/backups': {
    ready: 'holdfast-save-card >>> #start',
    expected: [/^Keep the kit$/, /^Save a backup$/, /Encrypt the file/, /^Save a backup now$/, /Saved file/, /^Restore from a backup$/, /^Bring single records back$/],
  },
  '/backups/records': {
    ready: 'holdfast-take-back >>> hf-file',
    expected: [/Saved file/],
  },
  '/restore': {
    ready: 'holdfast-restore >>> #passphrase',
    expected: [/From a saved file/, /Saved file/, /Kit file/, /Passphrase of the kit/, /^Restore this account$/],
  },
  '/settings': {
    ready: 'holdfast-settings >>> holdfast-version-card',
    expected: [/As the system/, /^English$/, /^Ask the browser to keep it$/, /^Look for a new version$/, /^Check this browser$/, /^Remove this account$/],
  },
  '/activity': {
    ready: 'holdfast-history >>> .commit',
    expected: [/^Changes of your records/, /^app\.bsky\.feed\.post\//, /^Before and after$/, /^Undo$/],
  },
  '/storage': {
    ready: 'holdfast-storage >>> .legend',
    expected: [/^Posts$/, /^Compact now$/, /20 MB/, /^Ask the browser to keep it$/],
  },
  '/check': {
    ready: 'holdfast-check >>> #start',
    expected: [/^Check my house$/],
  },
};

/** A page of a house with an account that has written once; the same one for all. */
let page: Page;

describe('by keyboard', () => {
  before(async () => {
    ({ page } = await openPage(app.browser, app.url, LOOKS['phone, light']!));
    await visit(page, app.url);
    const { did } = await makeAccount(page);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'Hello.'), requestId: crypto.randomUUID() });
  });
  after(() => closePages(app.browser));

  for (const [path, { ready, expected }] of Object.entries(SCREENS)) {
    it(`everything on ${path} is reached, shows its focus, and is large enough`, async () => {
      await visit(page, app.url + path);
      await find(page, ready);
      const stops = await walk(page);
      // Links inside a sentence are as high as its line.
      checkStops(stops.filter(({ words }) => !/^(?:Keep the kit|Storage|Activity)$/.test(words)));
      for (const words of expected) {
        assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
      }
    });
  }
});
