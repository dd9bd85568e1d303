import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import {
  FAILING_JOBS, find, LOOKS, openPage, replaceJobs, STUCK_JOBS, textOf, visit,
} from '../e2e/support/page.ts';
import { checkStops, focused, walk } from './support/keys.ts';

const DESKTOP = LOOKS['desktop, light']!;

const app = driven();

describe('by keyboard', () => {
  it('everything to press is reached in reading order, shows its focus, and is large enough', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, `${app.url}/settings`);
    await (await find(page, 'holdfast-self-check >>> button.primary')).focus();
    await page.keyboard.press('Enter');
    await find(page, 'holdfast-self-check >>> section[data-phase=failed]');
    const stops = await walk(page);
    const words = stops.map(({ words }) => words);
    const start = words.indexOf('Try again');
    assert.deepEqual(words.slice(start, start + 2), ['Try again', 'Details for a report']);
    checkStops(stops);
  });

  it('the check can be run, and the focus stays where it was', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, `${app.url}/settings`);
    await (await find(page, 'holdfast-self-check >>> button.primary')).focus();
    await page.keyboard.press('Space');
    await find(page, 'holdfast-self-check >>> section[data-phase=passed]');
    assert.equal((await focused(page))?.words, 'Check again');
  });

  it('the check can be cancelled, and the focus does not get lost', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, `${app.url}/settings`);
    await (await find(page, 'holdfast-self-check >>> button.primary')).focus();
    await page.keyboard.press('Enter');
    await find(page, 'holdfast-self-check >>> li[data-state=running]');
    await page.keyboard.press('Tab');
    assert.equal((await focused(page))?.words, 'Cancel');
    await page.keyboard.press('Enter');
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelling]');
    assert.equal((await focused(page))?.words, 'Cancel');
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelled]');
    assert.equal((await focused(page))?.words, 'Check again');
  });

  it('the outcome is told by a live region that was there before', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, `${app.url}/settings`);
    const region = await page.waitForSelector('>>> holdfast-self-check >>> [role=status]', { timeout: 15_000 });
    assert.ok(region);
    assert.equal(await region.evaluate((node) => getComputedStyle(node).display), 'block');
    await (await find(page, 'holdfast-self-check >>> button.primary')).click();
    await find(page, 'holdfast-self-check >>> section[data-phase=passed]');
    assert.match(await region.evaluate((node) => node.textContent ?? ''), /This browser does it right/);
    assert.match(await textOf(page, 'holdfast-self-check >>> [role=status]'), /checks passed/);
  });

  it('nothing moves for those who do not want it', async () => {
    for (const reducedMotion of [true, false]) {
      const { page } = await openPage(app.browser, app.url, { ...DESKTOP, reducedMotion });
      await replaceJobs(page, STUCK_JOBS);
      await visit(page, `${app.url}/settings`);
      await (await find(page, 'holdfast-self-check >>> button.primary')).click();
      const line = await find(page, 'holdfast-self-check >>> li[data-state=running]');
      const moving = await line.evaluate((item) => item.getAnimations({ subtree: true }).length);
      // Where motion is welcome the mark of the running step turns, so the other answer is not just silence.
      assert.equal(moving > 0, !reducedMotion);
    }
  });
});
