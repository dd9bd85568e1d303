import { after, before } from 'node:test';
import { servePages, startApp } from './app.ts';
import { startChromium } from './page.ts';
import type { Browser } from 'puppeteer-core';
import type { App } from './app.ts';

/** The app and a browser, there while the tests of a file run. */
export interface Driven {
  readonly url: string;
  readonly browser: Browser;
}

/** All of `npm start`, and a browser. */
export type DrivenStreet = Driven & Pick<App, 'mirror' | 'relay' | 'directory'>;

/** Serves the pages and starts a browser, Chromium unless another is given, before the first test of the file that calls this, and stops both after its last. */
export function driven(start = startChromium): Driven {
  const begun = beginning(servePages, start);
  return {
    get url() {
      return begun().app.url;
    },
    get browser() {
      return begun().browser;
    },
  };
}

/** As `driven`, with mirror, relay and directory. @param settings of `npm start`; what they name is started first */
export function drivenStreet(settings: () => Promise<Record<string, string>> = async () => ({}), start = startChromium): DrivenStreet {
  const begun = beginning(async () => startApp(await settings()), start);
  return {
    get url() {
      return begun().app.url;
    },
    get mirror() {
      return begun().app.mirror;
    },
    get relay() {
      return begun().app.relay;
    },
    get directory() {
      return begun().app.directory;
    },
    get browser() {
      return begun().browser;
    },
  };
}

function beginning<Served extends { stop(): Promise<unknown> }>(
  serve: () => Promise<Served>, start: () => Promise<Browser>,
): () => { readonly app: Served; readonly browser: Browser } {
  let begun: { readonly app: Served; readonly browser: Browser } | undefined;
  before(async () => {
    const [app, browser] = await Promise.all([serve(), start()]);
    begun = { app, browser };
  });
  after(async () => {
    await begun?.browser.close();
    await begun?.app.stop();
  });
  return () => {
    if (begun === undefined) throw new Error('only inside a test');
    return begun;
  };
}
