import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import {
  FAILING_JOBS, find, LOOKS, openPage, replaceJobs, STUCK_JOBS, textOf, visit,
} from '../e2e/support/page.ts';
import type { Page } from 'puppeteer-core';

const DESKTOP = LOOKS['desktop, light']!;

const app = driven();

/** What has the focus, through shadow roots: its words, whether its focus shows, and its size. */
function focused(page: Page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === null || element === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return {
      words: (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
      outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      target: Math.min(width, height),
    };
  });
}

/** Everything that the tab key reaches, in order, until it leaves the page. */
async function walk(page: Page) {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const stops = [];
  for (let presses = 0; presses < 50; presses++) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop === undefined) return stops;
    stops.push(stop);
  }
  throw new Error('The tab key never leaves the page');
}

describe('by keyboard', () => {
  it('everything to press is reached in reading order, shows its focus, and is large enough', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, app.url);
    assert.deepEqual((await walk(page)).map(({ words }) => words), ['Check this browser']);

    await (await find(page, 'button.primary')).focus();
    await page.keyboard.press('Enter');
    await find(page, 'section[data-phase=failed]');
    const pressable = await page.$$eval('>>> :is(a[href], button, summary, input, select, textarea)', (all) => all.length);
    const stops = await walk(page);
    assert.deepEqual(stops.map(({ words }) => words), ['Try again', 'Details for a report']);
    assert.equal(stops.length, pressable);
    for (const { words, outlined, target } of stops) {
      assert.ok(outlined, `the focus on “${words}” does not show`);
      assert.ok(target >= 24, `“${words}” is ${target} px small`);
    }
  });

  it('the check can be run, and the focus stays where it was', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, app.url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await find(page, 'section[data-phase=passed]');
    assert.equal((await focused(page))?.words, 'Check again');
  });

  it('the check can be cancelled, and the focus does not get lost', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, app.url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await find(page, 'li[data-state=running]');
    await page.keyboard.press('Tab');
    assert.equal((await focused(page))?.words, 'Cancel');
    await page.keyboard.press('Enter');
    await find(page, 'section[data-phase=cancelling]');
    assert.equal((await focused(page))?.words, 'Cancel');
    await find(page, 'section[data-phase=cancelled]');
    assert.equal((await focused(page))?.words, 'Check again');
  });

  it('the outcome is told by a live region that was there before', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, app.url);
    const region = await page.waitForSelector('>>> [role=status]', { timeout: 15_000 });
    assert.ok(region);
    assert.equal(await region.evaluate((node) => getComputedStyle(node).display), 'block');
    await (await find(page, 'button.primary')).click();
    await find(page, 'section[data-phase=passed]');
    assert.match(await region.evaluate((node) => node.textContent ?? ''), /This browser does it right/);
    assert.match(await textOf(page, '[role=status]'), /checks passed/);
  });

  it('nothing moves for those who do not want it', async () => {
    for (const reducedMotion of [true, false]) {
      const { page } = await openPage(app.browser, app.url, { ...DESKTOP, reducedMotion });
      await replaceJobs(page, STUCK_JOBS);
      await visit(page, app.url);
      await (await find(page, 'button.primary')).click();
      const line = await find(page, 'li[data-state=running]');
      const moving = await line.evaluate((item) => item.getAnimations({ subtree: true }).length);
      // Where motion is welcome the mark of the running step turns, so the other answer is not just silence.
      assert.equal(moving > 0, !reducedMotion);
    }
  });
});
