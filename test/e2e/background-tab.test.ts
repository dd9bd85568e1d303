// Browsers freeze tabs in the background: another page takes over from one that leads.
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { drivenStreet } from './support/driven.ts';
import { mirrored } from './support/journey.ts';
import { leaders } from './support/leaders.ts';
import { pairedPage, write } from './support/lines.ts';
import { says } from './support/owner.ts';
import { closePages, eventually, LOOKS, openPage, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const LINE = 'holdfast-mirror >>> #line';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

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
  await second.close();
  // The first may go with the greeting; the second goes because the page hears of it.
  for (const text of ['when it leads again', 'and once more']) {
    await write(first, did, text);
    await mirrored(first, did);
  }
});
