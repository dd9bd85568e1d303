// A mirror is trusted with nothing: what it does to a house is seen by the house, and told on the screen.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { dist } from '../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../scripts/lib/static-server.mjs';
import { startMirror } from '../../src/mirror/index.ts';
import { receiptKey } from '../../src/mirror/receipt-key.ts';
import { openMirrorStore } from '../../src/storage/sqlite/index.ts';
import { Hostility, seededP256Signer } from '../../src/testing/index.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { closePages, eventually, LOOKS, openPage, visit } from './support/page.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import type { Deed } from '../../src/testing/index.ts';
import type { Page } from 'puppeteer-core';
import type { Site } from './support/app.ts';
import type { Look } from './support/page.ts';

const app = drivenStreet();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-hostile-'));
let pages: Site;
let mirror: RunningMirror;
let hostility: Hostility;

/** Pages of whose worker the clock can be set. */
async function servePages(): Promise<Site> {
  const files = staticHandler(dist, { '/settings.json': () => JSON.stringify({ directory: app.directory, relay: app.relay }) });
  const worker = `const now = Date.now; Date.now = () => now() + (globalThis.aheadMs ?? 0);\n${readFileSync(join(dist, 'sw.js'), 'utf8')}`;
  const server = await listenOnLocalhost((request, response) => {
    if (request.url !== '/sw.js') return files(request, response);
    return response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
  }, 0);
  return { url: `http://localhost:${server.port}`, stop: () => server.close() };
}

interface Paired {
  readonly page: Page;
  readonly did: string;
  readonly write: () => Promise<unknown>;
}

/** Paired, with something written and confirmed since. */
async function paired(name: string): Promise<Paired> {
  const { page } = await openPage(app.browser, pages.url, LOOKS['desktop, light'] as Look);
  await visit(page, pages.url);
  const made = await makeAccount(page, `${name}.hostile.test`);
  await proveAndPair(page, made, mirror.url);
  const write = () => succeed(page, 'com.atproto.repo.createRecord', { input: post(made.did, 'Written.'), requestId: crypto.randomUUID() });
  await visit(page, `${pages.url}/mirror`);
  await eventually(() => hostility.hasMet(made.did), () => 'the mirror did not greet it');
  await write();
  await mirrored(page, made.did);
  return { page, did: made.did, write };
}

/** Minutes pass, by the clock of the house. */
async function wait(page: Page, minutes: number): Promise<void> {
  const target = await page.browserContext().waitForTarget((each) => each.type() === 'service_worker');
  const worker = await target.worker();
  await worker!.evaluate((aheadMs) => void Object.assign(globalThis, { aheadMs }), minutes * 60_000);
}

const waiting = async (page: Page, did: string): Promise<number> =>
  (await succeed(page, 'app.holdfast.bridge.describe', { params: { did } }) as { mirror: { waiting: number } }).mirror.waiting;

const CARD = 'holdfast-alarm-card >>> section';

/** By what it is seen, and in which words. */
const DEEDS: Readonly<Record<Exclude<Deed, 'serve an old key' | 'withhold'>, { readonly by: 'meeting' | 'writing'; readonly words: RegExp }>> = {
  'roll back': { by: 'meeting', words: /shows an older state than the one it confirmed/ },
  fork: { by: 'meeting', words: /holds a state of this account that this house has not written/ },
  'change its key': { by: 'writing', words: /confirmed a change with another key/ },
  'lie in receipts': { by: 'writing', words: /put its name to a change that this house has never written/ },
};

describe('what a hostile mirror does is told on the screen, and nothing more is sent', () => {
  before(async () => {
    pages = await servePages();
    const { store, close } = await openMirrorStore(folder);
    const own = await receiptKey(store);
    await close();
    hostility = new Hostility(own, await seededP256Signer(new Uint8Array(32).fill(66)));
    mirror = await startMirror({
      port: 0, folder, handleDomains: ['hostile.test'], directory: app.directory, relays: [app.relay], invites: [], inviteOnly: false,
      blobBytes: 1_000_000, repoBytes: 50_000_000, allBlobBytes: 5_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600,
    }, { log: () => undefined, disguise: (desk) => hostility.disguise(desk) });
  });
  after(async () => {
    await mirror.close();
    await pages.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    hostility.deed = undefined;
    return closePages(app.browser);
  });

  /** The alarm is there, and whatever is written or opened now, the mirror hears nothing. */
  const standsStill = async ({ page, did, write }: Paired, words: RegExp): Promise<void> => {
    await says(page, CARD, words);
    await says(page, CARD, /safe/);
    const [heard, before] = [hostility.heard, await waiting(page, did)];
    await write();
    await visit(page, `${pages.url}/mirror`);
    await says(page, CARD, words);
    await write();
    assert.deepEqual([await waiting(page, did), hostility.heard], [before + 2, heard]);
  };

  for (const [index, [deed, { by, words }]] of Object.entries(DEEDS).entries()) {
    it(`${deed}, the next time that they ${by === 'meeting' ? 'meet' : 'talk'}`, async () => {
      const house = await paired(`house${index}`);
      const before = hostility.done;
      hostility.deed = deed as Deed;
      if (by === 'meeting') await visit(house.page, `${pages.url}/mirror`);
      else await house.write();
      await standsStill(house, words);
      assert.ok(hostility.done - before >= 1 && hostility.done - before <= 2, `seen after ${hostility.done - before} times`);
    });
  }

  it('serve an old key, when it had the time to see the new one', async () => {
    const house = await paired('old-key');
    const before = hostility.done;
    hostility.deed = 'serve an old key';
    await visit(house.page, `${pages.url}/mirror`);
    // Turned away again, it has noted the first time.
    await eventually(() => hostility.done >= before + 2, () => 'it was not turned away twice');
    await wait(house.page, 3);
    await visit(house.page, `${pages.url}/mirror`);
    await says(house.page, CARD, /may hold your account to an old key/);
    // What is dated so far ahead the house would not sign.
    await wait(house.page, 0);
    await standsStill(house, /may hold your account to an old key/);
  });

  it('withhold, when the relay had the time to get it; and that stops nothing', async () => {
    const { page, write } = await paired('withheld');
    const before = hostility.done;
    hostility.deed = 'withhold';
    await write();
    await eventually(() => hostility.done > before, () => 'nothing was withheld');
    await wait(page, 12);
    await visit(page, pages.url);
    await says(page, 'holdfast-mirror-notice >>> section', /The street does not have your last changes yet.*Your data is safe here, and the mirror goes on/);
  });
});
