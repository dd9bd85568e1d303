import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import {
  FAILING_JOBS, find, LOOKS, openPage, replaceJobs, runSelfCheck, STUCK_JOBS, visit,
  waitForEver,
} from '../e2e/support/page.ts';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every state that the page can be in, and how to bring it there. */
const STATES: Readonly<Record<string, (page: Page, url: string) => Promise<void>>> = {
  'before the check': visit,
  'while the worker starts': async (page, url) => {
    await replaceJobs(page, undefined);
    await visit(page, url);
    await runSelfCheck(page, 'running');
  },
  'in the middle of the check': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, url);
    await runSelfCheck(page, 'running');
    await find(page, 'li[data-state=running]');
  },
  'while the check is cancelled': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await waitForEver(page);
    await visit(page, url);
    await runSelfCheck(page, 'running');
    await find(page, 'li[data-state=running]');
    await (await find(page, '#cancel')).click();
    await find(page, 'section[data-phase=cancelling]');
  },
  'check cancelled': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, url);
    await runSelfCheck(page, 'running');
    await find(page, 'li[data-state=running]');
    await (await find(page, '#cancel')).click();
    await find(page, 'section[data-phase=cancelled]');
  },
  'check passed': async (page, url) => {
    await visit(page, url);
    await runSelfCheck(page, 'passed');
  },
  'check failed, details open': async (page, url) => {
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, url);
    await runSelfCheck(page, 'failed');
    await (await find(page, 'summary')).click();
    await find(page, 'details[open]');
  },
  'worker not loaded': async (page, url) => {
    await replaceJobs(page, 'gone');
    await visit(page, url);
    await runSelfCheck(page, 'failed');
  },
  'an address without a page': async (page, url) => {
    await page.goto(`${url}/no-such-page`, { waitUntil: 'load' });
  },
};

const app = driven();

/** Runs axe with every rule that it has, best practices too. The debugger's evaluation is not bound by the policy. */
async function axe(page: Page): Promise<AxeResults> {
  await page.evaluate(AXE);
  return page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
}

function summary({ violations }: AxeResults): string[] {
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' ')).join(', ')}`);
}

for (const [look, shape] of Object.entries(LOOKS)) {
  describe(`axe, ${look}`, () => {
    for (const [state, bring] of Object.entries(STATES)) {
      it(`finds nothing: ${state}`, async () => {
        const { page } = await openPage(app.browser, app.url, { ...shape, reducedMotion: true });
        await bring(page, app.url);
        const results = await axe(page);
        assert.ok(results.passes.some(({ id }) => id === 'color-contrast'), 'contrast was not looked at');
        assert.deepEqual(summary(results), []);
      });
    }
  });
}

it('axe sees through the shadow roots, and sees what is wrong', async () => {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, app.url);
  await (await find(page, 'button.primary')).evaluate((button) => (button.textContent = ''));
  assert.match(summary(await axe(page)).join(), /button-name/);
});
