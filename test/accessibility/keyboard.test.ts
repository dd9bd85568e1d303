import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount } from '../e2e/support/house.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { checkStops, walk } from './support/keys.ts';

const app = driven();

/** What the tab key must reach on a screen, and what is waited for before. */
const SCREENS: Readonly<Record<string, { readonly ready: string; readonly expected: readonly RegExp[] }>> = {
  '/backups': {
    ready: 'holdfast-save-card >>> #start',
    expected: [/^Keep the kit$/, /^Save a backup now$/, /Saved file/, /^Restore from a backup$/],
  },
  '/restore': {
    ready: 'holdfast-restore >>> #passphrase',
    expected: [/From a saved file/, /Saved file/, /Kit file/, /Passphrase of the kit/, /^Restore this account$/],
  },
  '/settings': {
    ready: 'holdfast-settings >>> holdfast-version-card',
    expected: [/As the system/, /^English$/, /^Ask the browser to keep it$/, /^Look for a new version$/, /^Check this browser$/, /^Remove this account$/],
  },
};

describe('by keyboard', () => {
  afterEach(() => closePages(app.browser));

  for (const [path, { ready, expected }] of Object.entries(SCREENS)) {
    it(`everything on ${path} is reached, shows its focus, and is large enough`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await visit(page, app.url);
      await makeAccount(page);
      await visit(page, app.url + path);
      await find(page, ready);
      const stops = await walk(page);
      // Links inside a sentence are as high as its line.
      checkStops(stops.filter(({ words }) => words !== 'Keep the kit'));
      for (const words of expected) {
        assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
      }
    });
  }
});
