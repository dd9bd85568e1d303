// What carries the commits of a house, in Firefox. Needs node-datachannel, and a network interface beside loopback.
import { it } from 'node:test';
import { drivenStreet } from '../support/driven.ts';
import { breakLines, carriedBy, pairedPage, refusedThenCarried } from '../support/lines.ts';
import { startFirefox } from '../support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Broken } from '../support/lines.ts';

const app = drivenStreet(undefined, startFirefox);

async function withPage(broken: Broken, work: (page: Page, did: string) => Promise<void>): Promise<void> {
  const context = await app.browser.createBrowserContext();
  const page = await context.newPage();
  await breakLines(page, broken);
  await work(page, await pairedPage(page, app));
  await context.close();
}

it('a WebSocket carries where there is one, and where there is no WebRTC', () =>
  withPage({ peers: true }, (page, did) => carriedBy(page, app, did, /^WebSocket$/)));

it('where no WebSocket opens, WebRTC carries', () =>
  withPage({ sockets: true }, (page, did) => carriedBy(page, app, did, /WebRTC/)));

it('a fingerprint that is swapped on the way is refused, and nothing is sent', () =>
  withPage({ sockets: true, fingerprints: true }, (page, did) => refusedThenCarried(page, app, did)));
