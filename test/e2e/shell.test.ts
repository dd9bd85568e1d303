import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { driven } from './support/driven.ts';
import { keepKit, makeAccount, says } from './support/owner.ts';
import { closePages, eventually, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;

const app = driven();

afterEach(() => closePages(app.browser));

/** The green of what lies behind everything, from 0 to 255. */
const lightness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[1] ?? NaN;
  });

/** The name of the element that has the focus, through shadow roots. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.localName ?? '';
  });

describe('the shell', () => {
  it('is dark where the system is, and light where it is light, unless the owner chose', async () => {
    for (const [scheme, chosen, dark] of [
      ['light', '', false], ['dark', '', true], ['light', 'dark', true], ['dark', 'light', false],
    ] as const) {
      const { page } = await openPage(app.browser, app.url, { ...DESKTOP, scheme });
      await visit(page, app.url);
      if (chosen !== '') {
        await page.evaluate((theme) => localStorage.setItem('holdfast.theme', theme), chosen);
        await visit(page, app.url);
      }
      const seen = await lightness(page);
      assert.ok(dark ? seen < 60 : seen > 220, `${scheme}, ${chosen}: ${seen}`);
    }
  });

  it('goes from screen to screen without loading a page, with the title, the focus and the place in the bar', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    const { did } = await makeAccount(page, app.url);
    await visit(page, app.url);
    await page.evaluate(() => Object.assign(globalThis, { stayed: true }));
    const screens = [
      { href: `/at/${did}`, title: 'Records' }, { href: '/compose', title: 'Write a post' },
      { href: '/backups', title: 'Backups' }, { href: '/mirror', title: 'Mirror' }, { href: '/settings', title: 'Settings' }, { href: '/', title: 'Home' },
    ];
    for (const { href, title } of screens) {
      await (await find(page, `holdfast-app >>> nav a[href="${href}"]`)).click();
      await page.waitForFunction((expected) => document.title === expected, {}, `${title} · Holdfast`);
      assert.equal(new URL(page.url()).pathname, href);
      await find(page, `holdfast-app >>> nav a[href="${href}"][aria-current=page]`);
      await page.waitForFunction(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.localName === 'h1';
      });
    }
    await page.goBack();
    await page.waitForFunction(() => document.title === 'Settings · Holdfast');
    assert.equal(await page.evaluate(() => 'stayed' in globalThis), true, 'a page was loaded');
    assert.deepEqual(troubles, []);
  });

  it('opens every address by itself, and says so when there is no page', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    const { did } = await makeAccount(page, app.url);
    for (const path of [`/at/${did}`, '/activity', '/settings', `/kit/${did}`]) {
      await visit(page, app.url + path);
      assert.match(await page.title(), / · Holdfast$/);
      assert.notEqual(await page.title(), 'Not found · Holdfast');
    }
    await visit(page, `${app.url}/no-such-page`);
    await says(page, 'h1', /^There is no page here$/);
  });

  it('leads past the navigation', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await makeAccount(page, app.url);
    await visit(page, app.url);
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'a');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'main');
  });

  it('shows whose house it is, and lets the owner of two accounts choose', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await makeAccount(page, app.url, 'first.test');
    await makeAccount(page, app.url, 'second.test');
    await visit(page, app.url);
    await says(page, 'holdfast-home >>> h1', /^second\.test$/);
    const chooser = await find(page, 'holdfast-app >>> .chip select');
    const values = await chooser.evaluate((select) => [...(select as HTMLSelectElement).options].map(({ value, text }) => ({ value, text })));
    assert.deepEqual(values.map(({ text }) => text), ['first.test', 'second.test']);
    await (chooser as unknown as { select(value: string): Promise<unknown> }).select(values[0]?.value ?? '');
    await says(page, 'holdfast-home >>> h1', /^first\.test$/);
    await page.reload();
    await says(page, 'holdfast-home >>> h1', /^first\.test$/);
  });

  it('says that it is offline, and that this stops nothing', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    const { passphrase } = await makeAccount(page, app.url);
    await keepKit(page, passphrase);
    await says(page, '.pill', /^Not mirrored$/);
    await page.setOfflineMode(true);
    await says(page, '.pill', /^Offline$/);
    await (await find(page, '.pill')).click();
    assert.match(await textOf(page, '#pill-words'), /Everything works/);
  });

  it('says so in a window that cannot be a house', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    });
    await page.goto(app.url);
    await says(page, 'h1', /cannot run in this window/);
    assert.match(await textOf(page, 'main'), /Nothing was stored and nothing was lost/);
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
