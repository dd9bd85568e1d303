import { setTimeout as pause } from 'node:timers/promises';
import { succeed } from './house.ts';
import { find, PATIENCE_MS, textOf } from './page.ts';
import type { Page } from 'puppeteer-core';

/** What an owner has in hand after making an account through the pages. */
export interface Made {
  readonly did: string;
  readonly passphrase: string;
}

/** Opens Welcome, makes an account as a new user does, and stops at the kit. */
export async function makeAccount(page: Page, url: string, handle = ''): Promise<Made> {
  await page.goto(`${url}/welcome`, { waitUntil: 'load' });
  await (await find(page, '#start')).click();
  const field = await find(page, '#handle');
  if (handle !== '') await field.type(handle);
  await (await find(page, 'holdfast-welcome >>> button.primary')).click();
  const passphrase = await shownPassphrase(page);
  const did = decodeURIComponent(new URL(page.url()).pathname.replace('/kit/', ''));
  return { did, passphrase };
}

/** The passphrase that a screen shows. */
export async function shownPassphrase(page: Page, place = 'holdfast-kit'): Promise<string> {
  const groups = await find(page, `${place} >>> .groups`);
  return groups.evaluate((node) => [...node.children].map((group) => group.textContent.trim()).join('-'));
}

/** Types the two groups that the kit's screen asks for. The kit must have been kept before. */
export async function typeGroups(page: Page, passphrase: string): Promise<void> {
  await find(page, 'holdfast-kit >>> input[name=group]');
  const fields = await page.$$('>>> input[name=group]');
  for (const field of fields) {
    const index = Number(await field.evaluate((input) => input.id.replace('group-', '')));
    await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
    await field.type(passphrase.split('-')[index] ?? '');
  }
}

/** Goes through the whole ceremony of the kit that is on the screen. */
export async function keepKit(page: Page, passphrase: string): Promise<void> {
  await (await find(page, 'holdfast-kit >>> #save')).click();
  await typeGroups(page, passphrase);
  await (await find(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]')).click();
  await find(page, 'holdfast-kit >>> .note.good');
}

/** Writes a record through the server of the house, as the page's own scripts do. */
export async function writeRecord(page: Page, did: string, collection: string, record: object): Promise<void> {
  await succeed(page, 'com.atproto.repo.createRecord', { input: { repo: did, collection, record: { $type: collection, ...record } }, requestId: crypto.randomUUID() });
}

/** Waits until an element says what is expected. */
export async function says(page: Page, selector: string, expected: RegExp): Promise<string> {
  let text = '';
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(50)) {
    text = await textOf(page, selector);
    if (expected.test(text)) return text;
  }
  throw new Error(`${selector} says “${text}”, not ${expected}`);
}

/** How much wider than the window the page is, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
