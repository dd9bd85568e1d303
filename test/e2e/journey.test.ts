import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startApp } from './support/app.ts';
import { travel } from './support/journey.ts';
import { LOOKS, openPage, startChromium } from './support/page.ts';
import type { Browser } from 'puppeteer-core';
import type { App } from './support/app.ts';

let app: App;
let browser: Browser;
before(async () => {
  app = await startApp();
  browser = await startChromium();
});
after(async () => {
  await browser.close();
  await app.stop();
});

it('an account is made, paired, read by others, lost, brought back from its mirror, and read by others again', async () => {
  const troubles: string[] = [];
  await travel({
    app,
    async open() {
      const watched = await openPage(browser, app.url, LOOKS['desktop, light']!);
      return {
        page: watched.page,
        async close() {
          // Mirror and directory are the owner's choice; anything else would be a stranger.
          troubles.push(...watched.troubles.filter((trouble) => ![app.mirror, app.directory, app.relay].some((known) => trouble.includes(known))));
          await watched.page.browserContext().close();
        },
      };
    },
  });
  assert.deepEqual(troubles, []);
});
