import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount } from '../e2e/support/house.ts';
import { overflow } from '../e2e/support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { untranslated } from '../e2e/support/untranslated.ts';
import { testStates } from './support/axe.ts';
import { playJobs } from './support/fake-jobs.ts';
import { checkStops, walk } from './support/keys.ts';
import type { Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';
import type { Ending } from './support/fake-jobs.ts';

const app = driven();

/** The Identity screen of an account, with the directory played; without an ending it is asked in earnest. */
async function identity(page: Page, url: string, ending: Ending | undefined, seen: string, locale = ''): Promise<void> {
  if (ending !== undefined) await playJobs(page, { identity: ending });
  await visit(page, url);
  await makeAccount(page);
  await visit(page, `${url}/identity${locale}`);
  await find(page, `holdfast-identity >>> ${seen}`);
}

/** Every state of the Identity screen. */
const STATES: States = {
  'Identity, not registered': (page, url) => identity(page, url, undefined, '.note'),
  'Identity, being asked about': (page, url) => identity(page, url, 'stuck', 'section[aria-busy=true]'),
  'Identity, everything that can have happened, an operation open': async (page, url) => {
    await identity(page, url, 'done', '.note.good');
    await (await find(page, 'holdfast-identity >>> .timeline summary')).click();
    await find(page, 'holdfast-identity >>> details[open] pre');
  },
  'Identity, a directory that lies, its words open': async (page, url) => {
    await identity(page, url, 'failed', '[role=alert]');
    await (await find(page, 'holdfast-identity >>> [role=alert] summary')).click();
  },
};

testStates(app, STATES);

describe('Identity', () => {
  afterEach(() => closePages(app.browser));

  for (const [ending, seen] of [['done', '.note.good'], ['failed', '[role=alert]']] as const) {
    it(`every text can be translated, and longer ones fit: ${ending}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await identity(page, app.url, ending, seen, '?locale=pseudo');
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  it('everything is reached by keyboard', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
    await identity(page, app.url, 'done', '.note.good');
    await (await find(page, 'holdfast-identity >>> .timeline summary')).click();
    const stops = await walk(page);
    checkStops(stops);
    for (const words of [/^Copy the DID/, /^Ask the directory again$/, /^Copy this key/, /^The operation itself$/, /^The operation, as it was signed$/]) {
      assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
    }
  });
});
