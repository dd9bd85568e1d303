import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount } from '../e2e/support/house.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { keyOf, png, POST, shows, typeJson, writePosts } from '../e2e/support/records.ts';
import { testStates } from './support/axe.ts';
import { checkStops, walk } from './support/keys.ts';
import type { ElementHandle, Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';

const app = driven();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function owner(page: Page, url: string, posts = 3): Promise<string> {
  await visit(page, url);
  const { did } = await makeAccount(page);
  if (posts > 0) await writePosts(page, did, posts, (index) => `A post about apples, number ${index}`);
  return `${url}/at/${did}`;
}

async function pictures(page: Page, selector: string): Promise<void> {
  const path = join(folder, 'picture.png');
  writeFileSync(path, png(40, 30, ''));
  await (await find(page, selector) as unknown as ElementHandle<HTMLInputElement>).uploadFile(path);
}

const click = async (page: Page, selector: string): Promise<void> => (await find(page, selector)).click();

async function editing(page: Page, url: string): Promise<void> {
  await visit(page, `${await owner(page, url)}/${POST}/${keyOf(1)}`);
  await click(page, 'holdfast-record-view >>> .acts button');
  await find(page, '.cm-content');
}

const STATES: States = {
  'no records yet': async (page, url) => {
    await visit(page, await owner(page, url, 0));
    await find(page, 'holdfast-records >>> hf-empty');
  },
  'collections': async (page, url) => {
    await visit(page, await owner(page, url));
    await find(page, 'holdfast-collections >>> a');
  },
  'an account that is not here': async (page, url) => {
    await owner(page, url, 0);
    await visit(page, `${url}/at/did:plc:ewvi7nxzyoun6zhxrhs64oiz`);
    await shows(page, 'holdfast-records >>> hf-error', /^Nothing is lost/);
  },
  'a list, filtered, some selected': async (page, url) => {
    await visit(page, `${await owner(page, url, 40)}/${POST}`);
    await (await find(page, 'holdfast-record-list >>> input')).type('number 1');
    await click(page, 'holdfast-record-list >>> .pick');
    await find(page, 'holdfast-record-list >>> .bar');
  },
  'about to delete several': async (page, url) => {
    await visit(page, `${await owner(page, url)}/${POST}`);
    await click(page, 'holdfast-record-list >>> .pick');
    await click(page, 'holdfast-record-list >>> .bar .danger');
    await find(page, 'holdfast-record-list >>> hf-confirm >>> dialog[open]');
  },
  'a record': async (page, url) => {
    await visit(page, `${await owner(page, url)}/${POST}/${keyOf(1)}`);
    await click(page, 'holdfast-record-pretty >>> summary');
  },
  'a record as JSON': async (page, url) => {
    await visit(page, `${await owner(page, url)}/${POST}/${keyOf(1)}`);
    await click(page, 'holdfast-record-view >>> #json');
    await find(page, 'holdfast-record-view >>> pre');
  },
  'the editor, with a fault': async (page, url) => {
    await editing(page, url);
    await typeJson(page, '{"text": oops}');
    await find(page, '.cm-lint-marker-error');
    await click(page, 'holdfast-record-editor >>> button.primary');
    await find(page, 'holdfast-record-editor >>> hf-error');
  },
  'the difference before saving, then saved': async (page, url) => {
    await editing(page, url);
    await typeJson(page, JSON.stringify({ $type: POST, text: 'Pears', createdAt: '2026-11-25T00:00:00.000Z' }, null, 2));
    await click(page, 'holdfast-record-editor >>> button.primary');
    await find(page, 'holdfast-difference');
  },
  'a new record': async (page, url) => {
    await visit(page, await owner(page, url));
    await click(page, 'holdfast-records >>> .head button');
    await find(page, '.cm-content');
  },
  'a deleted record, with its undo': async (page, url) => {
    await visit(page, `${await owner(page, url)}/${POST}/${keyOf(1)}`);
    await click(page, 'holdfast-record-view >>> .danger');
    await click(page, 'holdfast-record-view >>> hf-confirm >>> button[type=submit]');
    await shows(page, 'holdfast-undo', /deleted/);
  },
  'the composer, with a picture and too many characters': async (page, url) => {
    await owner(page, url, 0);
    await visit(page, `${url}/compose`);
    await pictures(page, 'holdfast-compose >>> #pictures');
    await find(page, 'holdfast-compose >>> #alt-0');
    await (await find(page, 'holdfast-compose >>> #text')).type('Hello');
    await click(page, 'holdfast-compose >>> button.primary[aria-disabled=false]');
    await find(page, 'holdfast-compose >>> .note.amber');
  },
  'the composer without an account': async (page, url) => {
    await visit(page, `${url}/compose`);
    await find(page, 'holdfast-compose >>> hf-empty');
  },
  'the profile, with a picture': async (page, url) => {
    await owner(page, url, 0);
    await visit(page, `${url}/profile`);
    await pictures(page, 'holdfast-picture-field#avatar >>> input[type=file]');
    await find(page, 'holdfast-picture-field#avatar >>> .frame > img');
    await (await find(page, 'holdfast-profile >>> #name')).type('x'.repeat(70));
  },
};

testStates(app, STATES);

describe('by keyboard', () => {
  afterEach(() => closePages(app.browser));

  for (const look of ['desktop, light', 'phone, light'] as const) {
    it(`everything around a record is reached, shows its focus, and is large enough (${look})`, async () => {
      const { page } = await openPage(app.browser, app.url, { ...LOOKS[look]!, reducedMotion: true });
      const at = await owner(page, app.url);
      await visit(page, `${at}/${POST}/${keyOf(1)}`);
      await find(page, 'holdfast-record-view >>> hf-copy');
      const stops = await walk(page);
      checkStops(stops.filter(({ words }) => !/^(?:Records|Posts)$/.test(words)));
      for (const expected of ['New record', 'Edit', 'Save as JSON', 'Delete', 'Pretty', 'Copy the address', 'Copy CID']) {
        assert.ok(stops.some(({ words }) => words === expected), `${expected} is not reached: ${stops.map(({ words }) => words).join('; ')}`);
      }
      // One row of the list is a stop, not all.
      assert.ok(stops.filter(({ words }) => /apples/.test(words)).length <= 2);
    });
  }

  it('a record is made by keys alone, and the editor is left by the tab key', async () => {
    const { page } = await openPage(app.browser, app.url, { ...LOOKS['desktop, light']!, reducedMotion: true });
    await visit(page, `${await owner(page, app.url)}/${POST}`);
    await (await find(page, 'holdfast-record-list >>> a[tabindex="0"]')).focus();
    await page.keyboard.press('n');
    await find(page, '.cm-content');
    await typeJson(page, JSON.stringify({ $type: POST, text: 'Quinces', createdAt: '2026-11-25T00:00:00.000Z' }));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await (await find(page, 'holdfast-record-editor >>> button.primary')).focus();
    await page.keyboard.press('Enter');
    await find(page, 'holdfast-difference');
    await page.keyboard.press('Enter');
    await shows(page, 'holdfast-record-view', /Quinces/);
    await page.keyboard.press('e');
    await find(page, '.cm-content');
  });
});
