import { after, before, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { startApp } from '../support/app.ts';
import { travel } from '../support/journey.ts';
import type { Browser } from 'puppeteer-core';
import type { App } from '../support/app.ts';

let app: App;
let browser: Browser;
before(async () => {
  const { firefox } = findBrowsers();
  if (firefox.path === undefined) throw new Error(`No Firefox: ${firefox.reason}`);
  app = await startApp();
  browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox.path, headless: true });
});
after(async () => {
  await browser.close();
  await app.stop();
});

it('an account is made, paired, read by others, lost, brought back from its mirror, and read by others again, in Firefox', async () => {
  await travel({
    app,
    async open() {
      const context = await browser.createBrowserContext();
      return { page: await context.newPage(), close: () => context.close() };
    },
  });
});
