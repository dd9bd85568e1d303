// The browser is killed (SIGKILL) while it pairs and while it writes; what it acknowledged is in the house and with the mirror.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../scripts/browsers.mjs';
import { CHROMIUM_ARGS } from '../../scripts/lib/browser-args.mjs';
import { startApp } from '../e2e/support/app.ts';
import { exportRepo, makeAccount, succeed } from '../e2e/support/house.ts';
import { mirrored } from '../e2e/support/journey.ts';
import { visit } from '../e2e/support/page.ts';
import { readEvent } from '../support/event-facts.ts';
import { checkFrames } from '../support/frame-checker.ts';
import { allOf } from '../support/host-rules.ts';
import { identitiesFrom } from '../support/identities-from.ts';
import type { Browser, Page } from 'puppeteer-core';
import type { App } from '../e2e/support/app.ts';

const ROUNDS = Number(process.env['HOLDFAST_FAULTS'] ?? 1);
const STEPS = ['mirror', 'directory', 'enroll', 'hand-over', 'blobs', 'identity', 'activate'];
/** One of each kind in `npm test`. */
const STEPS_NOW = ROUNDS > 1 ? STEPS : ['hand-over', 'identity'];
const NOTE = 'app.holdfast.note';

let app: App;
const profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
const browsers: Browser[] = [];

before(async () => {
  app = await startApp();
});
after(async () => {
  for (const browser of browsers) browser.process()?.kill('SIGKILL');
  const identityOf = identitiesFrom(app.directory);
  await checkFrames(await allOf(app.mirror), { host: app.mirror, identityOf });
  await checkFrames(await allOf(app.relay), { host: app.relay, isRelay: true, identityOf });
  await app.stop();
  rmSync(profile, { recursive: true, force: true });
});

/** The house in a browser of its own profile, which is the same every time. */
async function openHouse(): Promise<{ readonly page: Page; kill(): Promise<void> }> {
  const { path } = findBrowsers().chromium;
  if (path === undefined) throw new Error('There is no Chromium');
  const browser = await puppeteer.launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS], userDataDir: profile });
  browsers.push(browser);
  const page = await browser.newPage();
  await visit(page, app.url);
  return {
    page,
    async kill() {
      const main = browser.process()!;
      main.kill('SIGKILL');
      if (main.exitCode === null && main.signalCode === null) await once(main, 'exit');
      await pause(100);
    },
  };
}

const put = (page: Page, did: string, number: number): Promise<unknown> => succeed(page, 'com.atproto.repo.putRecord', {
  input: { repo: did, collection: NOTE, rkey: `n${number}`, record: { $type: NOTE, number } }, requestId: crypto.randomUUID(),
});

/** The mirror holds just what the house holds, and every number that was acknowledged is in it. */
async function holds(page: Page, did: string, acknowledged: ReadonlySet<number>): Promise<void> {
  await mirrored(page, did);
  const answer = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(await exportRepo(page, did)));
  const kept = new Set<number>();
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { records, cursor: next } = await succeed(page, 'com.atproto.repo.listRecords', {
      params: { repo: did, collection: NOTE, limit: '100', ...(cursor !== '' && { cursor }) },
    }) as { records: { value: { number: number } }[]; cursor?: string };
    for (const { value } of records) kept.add(value.number);
    cursor = next;
  }
  assert.deepEqual([...acknowledged].filter((number) => !kept.has(number)), [], 'acknowledged, and gone');
  const revs = (await allOf(app.mirror)).map(readEvent).filter(({ type, did: of }) => type === '#commit' && of === did).map(({ body }) => String(body['rev']));
  assert.deepEqual(revs, [...new Set(revs)].sort(), 'a commit twice, or out of order');
}

for (const step of STEPS_NOW) {
  test(`killed while it pairs, at the step “${step}”`, async () => {
    const first = await openHouse();
    const { did, passphrase } = await makeAccount(first.page);
    await succeed(first.page, 'app.holdfast.kit.prove', { input: { did, passphrase } });
    await put(first.page, did, 1);
    const reached = new Promise<void>((resolve) => {
      void first.page.exposeFunction('onStep', (name: string) => name === step && resolve());
    });
    void first.page.evaluate(async (account, url) => {
      const worker = navigator.serviceWorker.controller!;
      const { port1, port2 } = new MessageChannel();
      const capability = await new Promise<string>((resolve) => {
        port1.addEventListener('message', ({ data }) => resolve(String(data)));
        port1.start();
        worker.postMessage({ type: 'capability' }, [port2]);
      });
      const headers = { 'holdfast-capability': capability, 'holdfast-request-id': crypto.randomUUID(), 'content-type': 'application/json' };
      const { body } = await fetch('/xrpc/app.holdfast.events.subscribe', { headers: { 'holdfast-capability': capability } });
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      void fetch('/xrpc/app.holdfast.bridge.pair', { method: 'POST', headers, body: JSON.stringify({ did: account, url }) }).catch(() => undefined);
      const { onStep } = globalThis as unknown as { onStep(name: string): void };
      for (let part = await reader.read(); part.done === false; part = await reader.read()) {
        for (const [, name] of part.value.matchAll(/"step":"([a-z-]+)","state":"running"/g)) onStep(name!);
      }
    }, did, app.mirror).catch(() => undefined);
    await reached;
    await first.kill();

    const second = await openHouse();
    await succeed(second.page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    await put(second.page, did, 2);
    await holds(second.page, did, new Set([1, 2]));
    await second.kill();
  });
}

test(`killed while it writes, ${ROUNDS} ${ROUNDS === 1 ? 'time' : 'times'}`, async (context) => {
  let house = await openHouse();
  const { did, passphrase } = await makeAccount(house.page);
  await succeed(house.page, 'app.holdfast.kit.prove', { input: { did, passphrase } });
  await succeed(house.page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
  const acknowledged = new Set<number>();
  let number = 0;
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const end = acknowledged.size + 5 + Math.floor(Math.random() * 20);
    const writing = (async () => {
      for (;;) {
        number++;
        await put(house.page, did, number);
        acknowledged.add(number);
      }
    })().catch(() => undefined);
    while (acknowledged.size < end) await pause(5);
    await house.kill();
    killed++;
    await writing;
    house = await openHouse();
    await put(house.page, did, ++number);
    acknowledged.add(number);
    await holds(house.page, did, acknowledged);
  }
  context.diagnostic(`count: browser killed while it writes: ${killed}`);
  await house.kill();
});
