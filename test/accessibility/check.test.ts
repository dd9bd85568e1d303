import { press } from '../e2e/support/backups.ts';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount } from '../e2e/support/house.ts';
import { find, visit } from '../e2e/support/page.ts';
import { testStates } from './support/axe.ts';
import { playJobs } from './support/fake-jobs.ts';
import type { Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';

const app = driven();

async function checking(page: Page, url: string, ending: 'done' | 'stuck', seen: string): Promise<void> {
  await playJobs(page, { check: ending, mend: 'done' });
  await visit(page, url);
  await makeAccount(page);
  await visit(page, `${url}/check`);
  await press(page, 'holdfast-check >>> #start');
  await find(page, `holdfast-check >>> ${seen}`);
}

/** Every state of Check my house, and its offer on Home. */
const STATES: States = {
  'Check my house, under way': (page, url) => checking(page, url, 'stuck', 'section[aria-busy=true]'),
  'Check my house, everything that can be damaged': (page, url) => checking(page, url, 'done', '#mend-now'),
  'Check my house, put right': async (page, url) => {
    await checking(page, url, 'done', '#mend-now');
    await press(page, 'holdfast-check >>> #mend-now');
    await find(page, 'holdfast-check >>> .note.good');
  },
  'Home, with the offer to check': async (page, url) => {
    await visit(page, url);
    await makeAccount(page);
    await page.evaluate(() => localStorage.setItem('holdfast.open.gone', new Date().toISOString()));
    await visit(page, url);
    await find(page, 'holdfast-check-offer >>> a');
  },
};

testStates(app, STATES);
