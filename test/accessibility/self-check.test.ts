import assert from 'node:assert/strict';
import { it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import {
  FAILING_JOBS, find, LOOKS, openPage, replaceJobs, runSelfCheck, STUCK_JOBS, visit, waitForEver,
} from '../e2e/support/page.ts';
import { axe, summary, testStates } from './support/axe.ts';
import type { States } from './support/axe.ts';

/** Every state that the self-check can be in, and how to bring it there. */
const STATES: States = {
  'before the check': (page, url) => visit(page, `${url}/settings`),
  'while the worker starts': async (page, url) => {
    await replaceJobs(page, undefined);
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'running');
  },
  'in the middle of the check': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'running');
    await find(page, 'holdfast-self-check >>> li[data-state=running]');
  },
  'while the check is cancelled': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await waitForEver(page);
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'running');
    await find(page, 'holdfast-self-check >>> li[data-state=running]');
    await (await find(page, '#cancel')).click();
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelling]');
  },
  'check cancelled': async (page, url) => {
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'running');
    await find(page, 'holdfast-self-check >>> li[data-state=running]');
    await (await find(page, '#cancel')).click();
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelled]');
  },
  'check passed': async (page, url) => {
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'passed');
  },
  'check failed, details open': async (page, url) => {
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'failed');
    await (await find(page, 'holdfast-self-check >>> summary')).click();
    await find(page, 'holdfast-self-check >>> details[open]');
  },
  'worker not loaded': async (page, url) => {
    await replaceJobs(page, 'gone');
    await visit(page, `${url}/settings`);
    await runSelfCheck(page, 'failed');
  },
};

const app = driven();

testStates(app, STATES);

it('axe sees through the shadow roots, and sees what is wrong', async () => {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, `${app.url}/settings`);
  await (await find(page, 'holdfast-self-check >>> button.primary')).evaluate((button) => (button.textContent = ''));
  assert.match(summary(await axe(page)).join(), /button-name/);
});
