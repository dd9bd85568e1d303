import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount, succeed } from '../e2e/support/house.ts';
import { closePages, find, LOOKS, openPage, show, visit } from '../e2e/support/page.ts';
import { keyOf, png, POST, postOf, shows, typeJson, writePosts } from '../e2e/support/records.ts';
import { checkLooks } from './support/axe.ts';
import { checkStops, walk } from './support/keys.ts';
import type { ElementHandle, Page } from 'puppeteer-core';

const app = driven();
const DESKTOP = { ...LOOKS['desktop, light']!, reducedMotion: true };
const folder = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** An account with posts; gives the address of its records. */
async function owner(page: Page, url: string, posts = 3): Promise<string> {
  await visit(page, url);
  const { did } = await makeAccount(page);
  if (posts > 0) await writePosts(page, did, posts, wordsOf);
  return `${url}/at/${did}`;
}

const wordsOf = (index: number): string => `A post about apples, number ${index}`;

async function pictures(page: Page, selector: string): Promise<void> {
  const path = join(folder, 'picture.png');
  writeFileSync(path, png(40, 30, ''));
  await (await find(page, selector) as unknown as ElementHandle<HTMLInputElement>).uploadFile(path);
}

const click = async (page: Page, selector: string): Promise<void> => (await find(page, selector)).click();

/** Loads a page anew, also where only the part after # differs. */
async function enter(page: Page, url: string): Promise<void> {
  await page.goto('about:blank');
  await visit(page, url);
}

/** The states of these screens in an order in which one leads to the next: one account is enough for all. */
const TOUR: Readonly<Record<string, (page: Page, url: string, at: string) => Promise<unknown>>> = {
  'no records yet': async (page, _url, at) => {
    await enter(page, at);
    await find(page, 'holdfast-records >>> hf-empty');
  },
  'no pictures and files': async (page, _url, at) => {
    await enter(page, `${at}#blobs`);
    await find(page, 'holdfast-blob-list >>> hf-empty');
  },
  'an account that is not here': async (page, url) => {
    await enter(page, `${url}/at/did:plc:ewvi7nxzyoun6zhxrhs64oiz`);
    await shows(page, 'holdfast-records >>> hf-error', /^Nothing is lost/);
  },
  'collections': async (page, _url, at) => {
    await writePosts(page, at.split('/').at(-1) ?? '', 40, wordsOf);
    await enter(page, at);
    await find(page, 'holdfast-collections >>> a');
  },
  'a list, filtered, some selected': async (page, _url, at) => {
    await enter(page, `${at}/${POST}`);
    await (await find(page, 'holdfast-record-list >>> input')).type('number 1');
    await click(page, 'holdfast-record-list >>> .pick');
    await find(page, 'holdfast-record-list >>> .bar');
  },
  'about to delete several': async (page) => {
    await click(page, 'holdfast-record-list >>> .bar .danger');
    await find(page, 'holdfast-record-list >>> hf-confirm >>> dialog[open]');
  },
  'a record': async (page, _url, at) => {
    await enter(page, `${at}/${POST}/${keyOf(1)}`);
    await click(page, 'holdfast-record-pretty >>> summary');
  },
  'a record as JSON': async (page) => {
    await click(page, 'holdfast-record-view >>> #json');
    await find(page, 'holdfast-record-view >>> pre');
  },
  'the editor, with a fault': async (page) => {
    await click(page, 'holdfast-record-view >>> .acts button');
    await find(page, '.cm-content');
    await typeJson(page, '{"text": oops}');
    await find(page, '.cm-lint-marker-error');
    await click(page, 'holdfast-record-editor >>> button.primary');
    await find(page, 'holdfast-record-editor >>> hf-error');
  },
  'the difference before saving': async (page) => {
    await typeJson(page, JSON.stringify(postOf('Pears'), null, 2));
    await click(page, 'holdfast-record-editor >>> button.primary');
    await find(page, 'holdfast-difference');
  },
  'a conflict': async (page, _url, at) => {
    const input = { repo: at.split('/').at(-1), collection: POST, rkey: keyOf(1), record: postOf('Plums') };
    await succeed(page, 'com.atproto.repo.putRecord', { input, requestId: crypto.randomUUID() });
    await click(page, 'holdfast-record-editor >>> #save');
    await find(page, 'holdfast-record-editor >>> [role=alert]');
  },
  'a deleted record, with its undo': async (page, _url, at) => {
    await enter(page, `${at}/${POST}/${keyOf(1)}`);
    await click(page, 'holdfast-record-view >>> .danger');
    await click(page, 'holdfast-record-view >>> hf-confirm >>> button[type=submit]');
    await shows(page, 'holdfast-undo', /deleted/);
  },
  'a record that is no more': async (page, _url, at) => {
    await enter(page, `${at}/${POST}/${keyOf(1)}`);
    await find(page, 'holdfast-record-view >>> hf-empty');
  },
  'a new record': async (page, _url, at) => {
    await enter(page, at);
    await click(page, 'holdfast-records >>> .head button');
    await find(page, '.cm-content');
  },
  'the composer, with a picture without a description': async (page, url) => {
    await enter(page, `${url}/compose`);
    await pictures(page, 'holdfast-compose >>> #pictures');
    await find(page, 'holdfast-compose >>> #alt-0');
    await (await find(page, 'holdfast-compose >>> #text')).type('Hello');
    await click(page, 'holdfast-compose >>> button.primary[aria-disabled=false]');
    await find(page, 'holdfast-compose >>> .note.amber');
  },
  'what was posted, with View and Undo': async (page) => {
    await click(page, 'holdfast-compose >>> button.primary');
    await shows(page, 'holdfast-undo', /Posted/);
  },
  'a post with a picture': async (page) => {
    await click(page, 'holdfast-undo >>> a');
    await find(page, 'holdfast-blob >>> img');
  },
  'pictures and files': async (page, _url, at) => {
    await enter(page, `${at}#blobs`);
    await find(page, 'holdfast-blob >>> img');
  },
  'the profile, with a picture and a name that is too long': async (page, url) => {
    await enter(page, `${url}/profile`);
    await pictures(page, 'holdfast-picture-field#avatar >>> input[type=file]');
    await find(page, 'holdfast-picture-field#avatar >>> .frame > img');
    await (await find(page, 'holdfast-profile >>> #name')).type('x'.repeat(70));
  },
};

it(`axe finds nothing in ${Object.keys(TOUR).length} states`, async () => {
  const { page } = await openPage(app.browser, app.url, DESKTOP);
  const at = await owner(page, app.url, 0);
  const found: Record<string, string[]> = {};
  for (const [state, bring] of Object.entries(TOUR)) {
    await show(page, DESKTOP);
    await bring(page, app.url, at);
    const faults = await checkLooks(page);
    if (faults.length > 0) found[state] = faults;
  }
  assert.deepEqual(found, {});
  await closePages(app.browser);
});

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
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, `${await owner(page, app.url)}/${POST}`);
    await (await find(page, 'holdfast-record-list >>> a[tabindex="0"]')).focus();
    await page.keyboard.press('n');
    await find(page, '.cm-content');
    await typeJson(page, JSON.stringify(postOf('Quinces')));
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
