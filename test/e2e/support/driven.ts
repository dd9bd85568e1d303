import { after, before } from 'node:test';
import { servePages } from './app.ts';
import { startChromium } from './page.ts';
import type { Browser } from 'puppeteer-core';
import type { Site } from './app.ts';

/** The app and a browser, there while the tests of a file run. */
export interface Driven {
  readonly url: string;
  readonly browser: Browser;
}

/** Starts both before the first test of the file that calls this, and stops both after its last. */
export function driven(): Driven {
  let app: Site | undefined;
  let browser: Browser | undefined;
  before(async () => {
    app = await servePages();
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await app?.stop();
  });
  const started = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('only inside a test');
    return thing;
  };
  return {
    get url() {
      return started(app).url;
    },
    get browser() {
      return started(browser);
    },
  };
}
