// Browsers freeze tabs in the background, and discard them. The link to the mirror comes back by itself, and the owner sees since when it was down.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { drivenStreet } from './support/driven.ts';
import { succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { leaders } from './support/leaders.ts';
import { pairedPage, write } from './support/lines.ts';
import { says } from './support/owner.ts';
import { closePages, eventually, LOOKS, openPage, startChromium, visit } from './support/page.ts';
import type { Browser, Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const LINE = 'holdfast-mirror >>> #line';
const STANDING = 'holdfast-mirror >>> .standing + p';
const DISCARDS = 'chrome://discards/';
const WAS_DOWN = 'holdfast-mirror >>> #was-down';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

/** A page of a fresh house that leads, on the Mirror screen, and another of its origin that is not the app: it has the worker, and no bridge. */
async function alone(page: Page): Promise<{ readonly did: string; readonly outside: Page }> {
  const did = await pairedPage(page, app);
  await visit(page, `${app.url}/mirror`);
  await says(page, LINE, /WebSocket/);
  const outside = await page.browserContext().newPage();
  await outside.goto(`${app.url}/icon.svg`);
  return { did, outside };
}

const fresh = async (): Promise<Page> => (await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look)).page;

/** Has the page count for as long as its timers run, and returns what reads the counter. */
async function counting(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const scope = globalThis as { count?: number };
    scope.count = 0;
    setInterval(() => scope.count!++, 20);
  });
  return () => page.evaluate(() => (globalThis as { count?: number }).count ?? -1);
}

/** Freezes the page as the browser does, and sees that its time stands still. @returns thaws it, and sees that it is the same document */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const count = await counting(page);
  const session = await page.createCDPSession();
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  const before = await count();
  await pause(500);
  assert.equal(await count(), before, 'its time goes on');
  return async () => {
    assert.equal(await count(), before, 'its time went on');
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await eventually(async () => await count() > before, () => 'it stays frozen, or was loaded anew');
  };
}

/** Until when this browser knew the link to be there, as its pages note it. */
const known = (outside: Page, did: string): Promise<number> =>
  outside.evaluate((key) => Date.parse((localStorage.getItem(key) ?? '').split(' ')[0] ?? ''), `holdfast.link.${did}`);

/** Has every document of the page note the link a hundred times as often. */
async function noteOften(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const every = globalThis.setInterval;
    const often = (run: () => void, ms?: number) => every(run, ms === 30_000 ? 300 : ms);
    Object.assign(globalThis, { setInterval: often });
  });
}

/** As if whatever happened had happened seven minutes earlier. @returns when that was */
async function longAgo(outside: Page, did: string): Promise<string> {
  const time = new Date(await known(outside, did) - 7 * 60_000).toISOString();
  await outside.evaluate((key, text) => localStorage.setItem(key, text), `holdfast.link.${did}`, time);
  return time;
}

const MOMENTS = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const shown = (time: string | number): string => MOMENTS.format(new Date(time)).replaceAll(/\s+/g, ' ');

/** The screen says that the link was down since then, and until a moment between the two. */
async function saysDown(page: Page, from: string, earliest: number): Promise<void> {
  const text = await says(page, WAS_DOWN, /The link was down/);
  const ends = [earliest, Date.now()].map((to) => `The link was down from ${shown(from)} to ${shown(to)}.`);
  assert.ok(ends.includes(text), `“${text}”, not one of ${ends.join(' ')}`);
}

it('a page that is frozen leaves the lead to another, and waits for it again when it goes on', async () => {
  const first = await fresh();
  const did = await pairedPage(first, app);
  await visit(first, `${app.url}/mirror`);
  await says(first, LINE, /WebSocket/);
  const second = await first.browserContext().newPage();
  await visit(second, app.url);
  await eventually(async () => (await leaders(second)).pending === 1, () => 'nobody waits');

  const thaw = await freeze(first);
  await eventually(async () => (await leaders(second)).pending === 0, () => 'nobody took over');
  assert.equal((await leaders(second)).held, 1);
  await write(second, did, 'while the first was frozen');
  await mirrored(second, did);

  await thaw();
  await eventually(async () => (await leaders(second)).pending === 1, () => 'it does not wait');
  await first.bringToFront();
  await says(first, LINE, /WebSocket/);
  assert.equal(await first.$(`>>> ${WAS_DOWN}`), null, 'the other page had a link');
  await second.close();
  // The first may go with the greeting; the second goes because the page hears of it.
  for (const text of ['when it leads again', 'and once more']) {
    await write(first, did, text);
    await mirrored(first, did);
  }
});

it('where the page that is frozen is the only one, the link comes back when it goes on, and it says when there was none', async () => {
  const page = await fresh();
  await noteOften(page);
  await page.evaluateOnNewDocument(() => {
    const { WebSocket } = globalThis;
    // Where the line is cut there is no stream at the other end.
    const Cut = class extends WebSocket {
      constructor(url: string | URL) {
        super('isCut' in globalThis ? new URL('/xrpc/app.holdfast.none', url) : url);
      }
    };
    Object.assign(globalThis, { WebSocket: Cut, RTCPeerConnection: undefined });
  });
  const { did, outside } = await alone(page);
  const frozenAt = Date.now();
  const thaw = await freeze(page);
  const stillAt = Date.now();
  await eventually(async () => (await leaders(outside)).held === 0, () => 'the frozen page leads');
  const noted = await known(outside, did);
  assert.ok(noted >= frozenAt - 2_000 && noted <= stillAt, 'it noted another time');
  const from = await longAgo(outside, did);
  await write(outside, did, 'while it was frozen');

  // The mirror does not answer when it goes on.
  await page.evaluate(() => Object.assign(globalThis, { isCut: true }));
  await thaw();
  await page.bringToFront();
  const since = new RegExp(`has not answered since ${shown(from)}\\. Your data is safe here\\.`);
  for (const place of [STANDING, 'holdfast-pill >>> #pill-words']) await says(page, place, since);

  const backAt = Date.now();
  await page.evaluate(() => {
    delete (globalThis as { isCut?: boolean }).isCut;
    globalThis.dispatchEvent(new Event('online'));
  });
  await says(page, LINE, /WebSocket/);
  await mirrored(page, did);
  await saysDown(page, from, backAt);

  await succeed(page, 'app.holdfast.bridge.leave', { input: { did }, requestId: crypto.randomUUID() });
  await eventually(async () => Number.isNaN(await known(outside, did)), () => 'a mirror that was left is not forgotten');
});

/** Has Chromium discard the tab at the address, as where memory is short. Nobody must be attached to it. @param tabs a page at `DISCARDS` */
async function discard(tabs: Page, address: string): Promise<void> {
  /** What is said of the tab; everything in its row that is called so is pressed. */
  const press = (name: string): Promise<string> => tabs.$$eval('>>> tr', (rows, address, name) => {
    const row = rows.find(({ textContent }) => textContent.includes(address));
    for (const action of row?.querySelectorAll('div') ?? []) if (action.textContent.trim() === name) action.click();
    return row?.textContent ?? '';
  }, address, name);
  await eventually(async () => await press('[Urgent Discard]') !== '', () => 'the tab is not in the list');
  await eventually(async () => /discarded \(urgent\)/.test(await press('')), () => 'it is not discarded');
}

const pageAt = async (browser: Browser, address: string): Promise<Page> => {
  const [page] = (await browser.pages()).filter((each) => each.url() === address);
  assert.ok(page, `nothing is at ${address}`);
  return page;
};

/** Chromium discards at once, whether or not the page has heard that it is frozen; one that has not keeps its locks for as long as its tab is there. */
class Unheard extends Error {}

/** The same of one that has heard it, and was ended before it had let go. */
class Kept extends Error {}

it('a tab that the browser has discarded is linked again when it is looked at, and says when there was no link', async () => {
  let kept = 0;
  for (let left = 4; ; left--) {
    try {
      return await discardedAndBack();
    } catch (error) {
      // On a busy machine it has the time only now and then; that it hears of it and has none for more is rare.
      if (left === 0 || !(error instanceof Unheard || (error instanceof Kept && kept++ === 0))) throw error;
    }
  }
});

async function discardedAndBack(): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-discard-'));
  // Without this, Chromium keeps the page that discards others to itself.
  writeFileSync(join(profile, 'Local State'), JSON.stringify({ internal_only_uis_enabled: true }));
  const browser = await startChromium(profile);
  const running = browser.process()!;
  try {
    const address = `${app.url}/mirror`;
    const tab = await browser.newPage();
    await noteOften(tab);
    await tab.evaluateOnNewDocument(() => document.addEventListener('freeze', () => localStorage.setItem('test.heard', 'yes')));
    const { did, outside: before } = await alone(tab);
    // Whenever it is discarded, that is known.
    const first = await known(before, did);
    await eventually(async () => await known(before, did) > first, () => 'it is noted once');
    await (await browser.newPage()).goto(DISCARDS);
    const at = { browserWSEndpoint: browser.wsEndpoint() };
    await browser.disconnect();

    const others = [DISCARDS, `${app.url}/icon.svg`] as const;
    const beside = await puppeteer.connect({ ...at, targetFilter: (target) => others.some((other) => target.url() === other) });
    await discard(await pageAt(beside, DISCARDS), address);
    const outside = await pageAt(beside, others[1]);
    await eventually(async () => (await leaders(outside)).held === 0, () => 'a discarded page leads').catch(async (error: Error) => {
      throw await outside.evaluate(() => localStorage.getItem('test.heard')) === null ? new Unheard(error.message) : new Kept(error.message);
    });
    const ago = Date.now() - await known(outside, did);
    assert.ok(ago >= 0 && ago < 60_000, `it was noted ${ago} ms ago`);
    const from = await longAgo(outside, did);
    await write(outside, did, 'while it was discarded');
    await beside.disconnect();

    const backAt = Date.now();
    const page = await pageAt(await puppeteer.connect(at), address);
    await page.bringToFront();
    assert.equal(await page.evaluate(() => (document as { wasDiscarded?: boolean }).wasDiscarded), true);
    await says(page, LINE, /WebSocket/);
    await mirrored(page, did);
    await saysDown(page, from, backAt);
  } finally {
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
