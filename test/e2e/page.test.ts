import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driven } from './support/driven.ts';
import {
  eventually, FAILING_JOBS, find, LOOKS, openPage, replaceJobs, runSelfCheck, STUCK_JOBS, textOf, visit,
  watchSelfCheck,
} from './support/page.ts';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;
const SMALLEST: Look = { width: 320, height: 640, scheme: 'light' };

const app = driven();

describe('the page', () => {
  for (const [name, look] of [...Object.entries(LOOKS), ['320 px', SMALLEST] as const]) {
    it(`loads, says what it is, checks the browser, and fits (${name})`, async () => {
      const { page, troubles } = await openPage(app.browser, app.url, look);
      await visit(page, app.url);
      assert.equal(await page.title(), 'Holdfast');
      assert.match(await textOf(page, 'h1'), /^Your account, at home in your browser$/u);
      assert.match(await textOf(page, '.hero'), /You cannot make an account here yet/);

      await runSelfCheck(page, 'passed');
      assert.match(await textOf(page, '.outcome'), /^This browser does it right\. (\d+) of \1 checks passed in (\d+ ms|\d+\.\d s)\.$/);
      const states = await page.$$eval('>>> .steps li', (items) => items.map((item) => item.getAttribute('data-state')));
      assert.ok(states.length >= 11);
      assert.ok(states.every((state) => state === 'passed'), states.join());

      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= look.width, `the page is ${width} px wide on ${look.width} px`);
      assert.deepEqual(troubles, []);
    });
  }

  it('is dark where the system is, and light where it is light', async () => {
    const lightness: number[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await openPage(app.browser, app.url, { ...DESKTOP, scheme });
      await visit(page, app.url);
      lightness.push(await page.evaluate(() => {
        const context = document.createElement('canvas').getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.fillStyle = getComputedStyle(document.body).backgroundColor;
        context.fillRect(0, 0, 1, 1);
        return context.getImageData(0, 0, 1, 1).data[1] ?? NaN;
      }));
    }
    const [light = NaN, dark = NaN] = lightness;
    assert.ok(light > 220, `light is ${light}`);
    assert.ok(dark < 60, `dark is ${dark}`);
  });

  it('stores nothing, as it says', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, app.url);
    await runSelfCheck(page, 'passed');
    const kept = await page.evaluate(async () => ({
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      local: localStorage.length + sessionStorage.length,
      cookies: document.cookie,
    }));
    assert.deepEqual(kept, { databases: 0, caches: 0, workers: 0, local: 0, cookies: '' });
    assert.deepEqual(troubles, []);
  });

  it('refuses scripts and workers that are not its own', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, app.url);
    const outcome = await page.evaluate(() => {
      const errors: string[] = [];
      const attempt = (run: () => unknown) => {
        try {
          run();
        } catch (error) {
          errors.push((error as Error).name);
        }
      };
      attempt(() => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'));
      attempt(() => new Worker('/assets/other.js'));
      const script = document.createElement('script');
      attempt(() => (script.textContent = 'globalThis.injected = 1'));
      document.body.append(script);
      return { errors, injected: 'injected' in globalThis };
    });
    assert.deepEqual(outcome, { errors: ['TypeError', 'TypeError', 'TypeError'], injected: false });
    const reported = () => troubles.some((trouble) => trouble.startsWith('policy: require-trusted-types-for'));
    await eventually(reported, () => `not reported; only:\n${troubles.join('\n')}`);
  });
});

describe('the self-check', () => {
  it('makes, exports and verifies a repository, and shows how far it is', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, app.url);
    const seen = await watchSelfCheck(page);
    await find(page, 'section[data-phase=passed]');
    const text = await textOf(page, '.steps');
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
    await visit(page, app.url);
    await watchSelfCheck(page, /^Write and sign a repository Running · [1-9]\d* %/);
    assert.match(await textOf(page, '.outcome'), /^Cancelled\./);
    const states = await page.$$eval('>>> .steps li', (items) => items.map((item) => item.getAttribute('data-state')));
    assert.deepEqual(states.slice(0, 6), ['passed', 'passed', 'passed', 'passed', 'passed', 'waiting']);
    assert.ok(states.slice(6).every((state) => state === 'waiting'), states.join());
    await runSelfCheck(page, 'passed');
    assert.deepEqual(troubles, []);
  });

  it('can be cancelled when its worker hears nothing, and run again', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, STUCK_JOBS);
    await visit(page, app.url);
    await runSelfCheck(page, 'running');
    assert.match(await textOf(page, 'li[data-state=running]'), /Running · 40 %$/);
    assert.match(await textOf(page, 'li[data-state=passed]'), /Passed · 1\.2 s$/);
    await (await find(page, '#cancel')).click();
    await find(page, 'section[data-phase=cancelling]');
    assert.equal(await textOf(page, '.outcome'), 'Cancelling…');
    await find(page, 'section[data-phase=cancelled]');
    assert.match(await textOf(page, '.outcome'), /^Cancelled\. Nothing is stored yet/);
    assert.equal(await textOf(page, 'button.primary'), 'Check again');
    await page.setRequestInterception(false);
    page.removeAllListeners('request');
    await runSelfCheck(page, 'passed');
    assert.deepEqual(troubles, []);
  });

  it('says that data is safe, then what failed, and can be tried again', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, FAILING_JOBS);
    await visit(page, app.url);
    await runSelfCheck(page, 'failed');
    assert.match(await textOf(page, '.outcome'), /^Nothing is stored yet, so nothing was lost\. A float was accepted\./);
    const report = JSON.parse(await textOf(page, 'details pre')) as Record<string, unknown>;
    assert.equal(report.code, 'CheckFailed');
    assert.equal(report.step, 's1');
    assert.equal(await textOf(page, 'button.primary'), 'Try again');
    await page.setRequestInterception(false);
    page.removeAllListeners('request');
    await runSelfCheck(page, 'passed');
  });

  it('says so when the worker cannot be loaded', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await replaceJobs(page, 'gone');
    await visit(page, app.url);
    await runSelfCheck(page, 'failed');
    assert.match(await textOf(page, '.outcome'), /^Nothing is stored yet.*its script did not load\. Reload the page/);
  });
});
