import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driven } from './support/driven.ts';
import {
  FAILING_JOBS, find, LOOKS, openPage, replaceJobs, runSelfCheck, STUCK_JOBS, textOf, visit, watchSelfCheck,
} from './support/page.ts';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;

const app = driven();

describe('the self-check', () => {
  it('makes, exports and verifies a repository, and shows how far it is', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, `${app.url}/settings`);
    const seen = await watchSelfCheck(page);
    await find(page, 'holdfast-self-check >>> section[data-phase=passed]');
    const text = await textOf(page, 'holdfast-self-check >>> .steps');
    assert.match(text, /2,000 records in 10 signed commits/);
    assert.match(text, /2,000 records, 529 nodes, 652 kB, verified/);
    const bars = seen.map(({ bar }) => bar);
    assert.deepEqual(bars, bars.toSorted((a, b) => a - b), 'the bar went back');
    assert.equal(bars.at(-1), 1);
    const words = seen.map(({ word }) => word);
    assert.ok(words.some((word) => /^Write and sign a repository Running · \d+ %$/.test(word)), words.join('; '));
    assert.deepEqual(troubles, []);
  });

  it('can be cancelled in the middle of its longest step, and run again', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    let states: (string | null)[] = [];
    // A busy machine may end the step before it hears of that: then it is tried again.
    for (let left = 2; left >= 0 && (states.length === 0 || states[5] === 'passed'); left--) {
      await visit(page, `${app.url}/settings`);
      await watchSelfCheck(page, /^Write and sign a repository Running · [1-9]\d* %/);
      assert.match(await textOf(page, 'holdfast-self-check >>> .outcome'), /^Cancelled\./);
      states = await page.$$eval('>>> holdfast-self-check >>> .steps li', (items) => items.map((item) => item.getAttribute('data-state')));
    }
    assert.deepEqual(states.slice(0, 6), ['passed', 'passed', 'passed', 'passed', 'passed', 'waiting']);
    assert.ok(states.slice(6).every((state) => state === 'waiting'), states.join());
    await runSelfCheck(page, 'passed');
    assert.deepEqual(troubles, []);
  });

  it('can be cancelled when its worker hears nothing, and run again', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, `${app.url}/settings`);
    await runSelfCheck(page, 'running');
    assert.match(await textOf(page, 'li[data-state=running]'), /Running · 40 %$/);
    assert.match(await textOf(page, 'li[data-state=passed]'), /Passed · 1\.2 sec$/);
    await (await find(page, '#cancel')).click();
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelling]');
    assert.equal(await textOf(page, 'holdfast-self-check >>> .outcome'), 'Cancelling…');
    await find(page, 'holdfast-self-check >>> section[data-phase=cancelled]');
    assert.match(await textOf(page, 'holdfast-self-check >>> .outcome'), /^Cancelled\./);
    assert.equal(await textOf(page, 'holdfast-self-check >>> button.primary'), 'Check again');
    await page.setRequestInterception(false);
    page.removeAllListeners('request');
    await runSelfCheck(page, 'passed');
    assert.deepEqual(troubles, []);
  });

  it('says that data is safe, then what failed, and can be tried again', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, `${app.url}/settings`);
    await runSelfCheck(page, 'failed');
    assert.match(await textOf(page, 'holdfast-self-check >>> .outcome'), /^Your data is safe: the check stores and changes nothing\. A float was accepted\./);
    const report = JSON.parse(await textOf(page, 'holdfast-self-check >>> details pre')) as Record<string, unknown>;
    assert.equal(report.code, 'CheckFailed');
    assert.equal(report.step, 's1');
    assert.equal(await textOf(page, 'holdfast-self-check >>> button.primary'), 'Try again');
    await page.setRequestInterception(false);
    page.removeAllListeners('request');
    await runSelfCheck(page, 'passed');
  });

  it('says so when the worker cannot be loaded', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, 'gone');
    await visit(page, `${app.url}/settings`);
    await runSelfCheck(page, 'failed');
    assert.match(await textOf(page, 'holdfast-self-check >>> .outcome'), /^Your data is safe: .*its script did not load\. Reload the page/);
  });
});
