// Of all pages one leads the bridge; and without a page, the worker sends what waits.
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { drivenStreet } from './support/driven.ts';
import { headOf } from './support/backups.ts';
import { makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { leaders } from './support/leaders.ts';
import { closePages, LOOKS, openPage, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

/** A fresh house whose account has the mirror of this machine, and a page of it. */
async function paired(): Promise<{ readonly page: Page; readonly did: string }> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  const made = await makeAccount(page);
  await proveAndPair(page, made, app.mirror);
  await mirrored(page, made.did);
  return { page, did: made.did };
}

const write = (page: Page, did: string, text: string): Promise<unknown> =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 90_000; !await holds(); await pause(50)) if (Date.now() > end) throw new Error(`never: ${what}`);
}

/** What has the browser remind the worker of the app in `page`, from another page. */
async function reminder(page: Page, from: Page): Promise<() => void> {
  const inside = await page.createCDPSession();
  const registered = new Promise<string>((resolve) => {
    inside.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [registration] = registrations.filter(({ scopeURL, isDeleted }) => scopeURL.startsWith(app.url) && !isDeleted);
      if (registration !== undefined) resolve(registration.registrationId);
    });
  });
  await inside.send('ServiceWorker.enable');
  const registrationId = await registered;
  const outside = await from.createCDPSession();
  await outside.send('ServiceWorker.enable');
  return () => void outside.send('ServiceWorker.dispatchSyncEvent', { origin: app.url, registrationId, tag: 'holdfast-outbox', lastChance: false }).catch(() => undefined);
}

/** The rev that the mirror serves. */
async function revAtMirror(did: string): Promise<string> {
  const response = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`);
  return (await response.json() as { rev: string }).rev;
}

it('one of three pages leads; when it closes another does, and what is written goes on arriving', async () => {
  const { page: first, did } = await paired();
  const others = [await first.browserContext().newPage(), await first.browserContext().newPage()] as const;
  for (const page of others) await visit(page, app.url);
  const [second, third] = others;
  await until(async () => (await leaders(second)).pending === 2, 'two pages wait');
  assert.equal((await leaders(second)).held, 1);

  await first.close();
  await until(async () => (await leaders(second)).pending === 1, 'one page waits');
  await write(second, did, 'after the first had gone');
  await mirrored(second, did);
  await second.close();
  await write(third, did, 'after the second had gone');
  await mirrored(third, did);
  assert.equal(await revAtMirror(did), (await headOf(third, did)).rev);
});

it('what is written where no page leads is sent by the worker, and the last page may close', async () => {
  const { page, did } = await paired();
  // A page of this origin that is not the app, as every other address would be: it has the worker, and no bridge.
  await page.goto(`${app.url}/icon.svg`);
  assert.equal(await page.evaluate(() => document.documentElement.nodeName), 'svg');
  await until(async () => (await leaders(page)).held === 0, 'nobody leads');
  await write(page, did, 'the last one');
  const { rev } = await headOf(page, did);
  const kept = await page.browserContext().newPage();
  const remind = await reminder(page, kept);
  await page.close();
  // Where the first time has failed, the browser would remind the worker again in some minutes.
  const again = setInterval(remind, 6_000);
  try {
    await until(async () => await revAtMirror(did) === rev, 'the worker has sent it');
  } finally {
    clearInterval(again);
  }
  await visit(kept, app.url);
  await mirrored(kept, did);
});
