// A mirror is trusted with nothing: what it does to a house is seen by the house, and told on the screen.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startMirror } from '../../src/mirror/index.ts';
import { Hostility, seededP256Signer } from '../../src/testing/index.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { closePages, LOOKS, openPage, visit } from './support/page.ts';
import type { RunningMirror } from '../../src/mirror/index.ts';
import type { Deed } from '../../src/testing/index.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = drivenStreet();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-hostile-'));
let mirror: RunningMirror;
let hostility: Hostility;

/** Paired, with something written and confirmed since. */
async function paired(name: string): Promise<{ readonly page: Page; readonly write: () => Promise<unknown> }> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.hostile.test`);
  await proveAndPair(page, made, mirror.url);
  const write = () => succeed(page, 'com.atproto.repo.createRecord', { input: post(made.did, 'Written.'), requestId: crypto.randomUUID() });
  await visit(page, `${app.url}/mirror`);
  for (const end = Date.now() + 20_000; !hostility.hasMet(made.did) && Date.now() < end;) await pause(20);
  await write();
  await mirrored(page, made.did);
  return { page, write };
}

/** By what it is seen, and in which words. */
const DEEDS: Readonly<Record<Exclude<Deed, 'serve an old key'>, { readonly by: 'meeting' | 'writing'; readonly words: RegExp }>> = {
  'roll back': { by: 'meeting', words: /shows an older state than the one it confirmed/ },
  fork: { by: 'meeting', words: /holds a state of this account that this house has not written/ },
  'change its key': { by: 'writing', words: /confirmed a change with another key/ },
  'lie in receipts': { by: 'writing', words: /./ },
};

describe('what a hostile mirror does is told on the screen, and nothing more is sent', () => {
  before(async () => {
    hostility = new Hostility(await seededP256Signer(new Uint8Array(32).fill(66)));
    mirror = await startMirror({
      port: 0, folder, handleDomains: ['hostile.test'], directory: app.directory, relays: [], invites: [], inviteOnly: false,
      blobBytes: 1_000_000, repoBytes: 50_000_000, allBlobBytes: 5_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600,
    }, { log: () => undefined, disguise: (desk) => hostility.disguise(desk) });
  });
  after(async () => {
    await mirror.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    hostility.deed = undefined;
    return closePages(app.browser);
  });

  for (const [index, [deed, { by, words }]] of Object.entries(DEEDS).entries()) {
    it(`${deed}, the next time that they ${by === 'meeting' ? 'meet' : 'talk'}`, async () => {
      const { page, write } = await paired(`house${index}`);
      const before = hostility.done;
      hostility.deed = deed as Deed;
      if (by === 'meeting') await visit(page, `${app.url}/mirror`);
      else await write();
      await says(page, 'holdfast-alarm-card >>> section', words);
      await says(page, 'holdfast-alarm-card >>> section', /safe/);
      assert.ok(hostility.done - before >= 1 && hostility.done - before <= 2, `seen after ${hostility.done - before} times`);
    });
  }
});
