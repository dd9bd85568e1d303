// What carries the commits of a house, in Chromium. Needs node-datachannel, and a network interface beside loopback.
import { afterEach, it } from 'node:test';
import { drivenStreet } from './support/driven.ts';
import { breakLines, carriedBy, pairedPage, refusedThenCarried } from './support/lines.ts';
import { closePages, LOOKS, openPage } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Broken } from './support/lines.ts';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

async function pageWith(broken: Broken): Promise<{ readonly page: Page; readonly did: string }> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await breakLines(page, broken);
  return { page, did: await pairedPage(page, app) };
}

it('a WebSocket carries where there is one, and where there is no WebRTC', async () => {
  const { page, did } = await pageWith({ peers: true });
  await carriedBy(page, app, did, /^WebSocket$/);
});

it('where no WebSocket opens, WebRTC carries', async () => {
  const { page, did } = await pageWith({ sockets: true });
  await carriedBy(page, app, did, /WebRTC/);
});

it('a fingerprint that is swapped on the way is refused, and nothing is sent', async () => {
  const { page, did } = await pageWith({ sockets: true, fingerprints: true });
  await refusedThenCarried(page, app, did);
});
