import { setTimeout as pause } from 'node:timers/promises';
import { find, textOf } from './page.ts';
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
  const groups = await find(page, 'holdfast-kit >>> .groups');
  const passphrase = await groups.evaluate((node) => [...node.children].map((group) => group.textContent.trim()).join('-'));
  const did = decodeURIComponent(new URL(page.url()).pathname.replace('/kit/', ''));
  return { did, passphrase };
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
  const status = await page.evaluate(async (input) => {
    const worker = navigator.serviceWorker.controller;
    if (worker === null) throw new Error('no worker');
    const { port1, port2 } = new MessageChannel();
    const capability = await new Promise<string>((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(String(data)));
      port1.start();
      worker.postMessage({ type: 'capability' }, [port2]);
    });
    const headers = { 'content-type': 'application/json', 'holdfast-capability': capability, 'holdfast-request-id': crypto.randomUUID() };
    const response = await fetch('/xrpc/com.atproto.repo.createRecord', { method: 'POST', headers, body: JSON.stringify(input) });
    return response.status === 200 ? '' : response.text();
  }, { repo: did, collection, record: { $type: collection, ...record } });
  if (status !== '') throw new Error(status);
}

/** Waits until an element says what is expected. */
export async function says(page: Page, selector: string, expected: RegExp): Promise<string> {
  let text = '';
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(50)) {
    text = await textOf(page, selector);
    if (expected.test(text)) return text;
  }
  throw new Error(`${selector} says “${text}”, not ${expected}`);
}

/** How much wider than the window the page is, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
