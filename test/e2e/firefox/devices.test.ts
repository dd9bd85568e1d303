// One account in two browsers, Chromium and Firefox: each a house that writes, with the network and without.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { verifyRepoCar } from '@atproto/repo';
import { choose, fileOf, press, typePassphrase } from '../support/backups.ts';
import { drivenStreet } from '../support/driven.ts';
import { makeAccount, proveAndPair, succeed } from '../support/house.ts';
import { mirrored } from '../support/journey.ts';
import { says } from '../support/owner.ts';
import { absent, find, LOOKS, openPage, startFirefox, visit } from '../support/page.ts';
import type { Browser, Page } from 'puppeteer-core';

const NOTE = 'app.holdfast.note';
const PATIENCE_MS = 60_000;
const app = drivenStreet();
let firefox: Browser;
before(async () => {
  firefox = await startFirefox();
});
after(() => firefox.close());

const put = (page: Page, repo: string, rkey: string, text: string): Promise<unknown> => (
  succeed(page, 'com.atproto.repo.putRecord', { input: { repo, collection: NOTE, rkey, record: { $type: NOTE, text } }, requestId: crypto.randomUUID() })
);

async function notes(page: Page, repo: string): Promise<Record<string, string>> {
  const { records } = await succeed(page, 'com.atproto.repo.listRecords', { params: { repo, collection: NOTE } });
  return Object.fromEntries((records as { uri: string; value: { text: string } }[]).map(({ uri, value }) => [uri.split('/').at(-1)!, value.text]));
}

/** Waits until the notes of a house are these. */
async function have(page: Page, repo: string, wanted: Record<string, string>): Promise<void> {
  let found: unknown;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(200)) {
    found = await notes(page, repo);
    try {
      return assert.deepEqual(found, wanted);
    } catch {
      // Not yet.
    }
  }
  assert.deepEqual(found, wanted);
}

it('two browsers write to one account, offline too, and come together; of what both changed the owner sees both', async () => {
  const { page: here } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(here, app.url);
  const made = await makeAccount(here, 'twice.holdfast.test');
  const { did, passphrase } = made;
  const kit = fileOf('twice.age', await proveAndPair(here, made, app.mirror));
  await put(here, did, 'shared', 'at first');
  await mirrored(here, did);

  const there = await (await firefox.createBrowserContext()).newPage();
  await visit(there, `${app.url}/restore`);
  await press(there, 'holdfast-restore >>> input[value=mirror]');
  await choose(there, 'holdfast-restore >>> #kit', kit);
  await find(there, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
  await typePassphrase(there, passphrase);
  await says(there, 'holdfast-restore >>> h1', /^Your account is back$/);
  await succeed(there, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
  await visit(there, app.url);
  await put(there, did, 'there', 'written there');
  await have(here, did, { shared: 'at first', there: 'written there' });
  await put(here, did, 'here', 'written here');
  await have(there, did, { shared: 'at first', there: 'written there', here: 'written here' });

  await here.setOfflineMode(true);
  await visit(here, app.url);
  await put(here, did, 'shared', 'changed here');
  await put(here, did, 'later', 'written here offline');
  await put(there, did, 'shared', 'changed there');
  await mirrored(there, did);
  assert.equal((await notes(here, did))['shared'], 'changed here');
  await here.setOfflineMode(false);
  await visit(here, app.url);
  await says(here, 'holdfast-mirror-notice >>> h2', /changed in two houses/);
  const both = { there: 'written there', here: 'written here', later: 'written here offline' };
  await have(there, did, { ...both, shared: 'changed here' });

  await visit(here, `${app.url}/devices`);
  await says(here, 'holdfast-difference >>> ol', /changed there.*changed here/s);
  await press(here, 'holdfast-conflict >>> .row button');
  await says(here, 'holdfast-conflict >>> .note', /The other version stands now/);
  await have(there, did, { ...both, shared: 'changed there' });
  await press(here, 'holdfast-devices >>> #settled');
  await find(here, 'holdfast-devices >>> #houses');
  await absent(here, 'holdfast-devices >>> #conflicts');

  await mirrored(here, did);
  const car = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
  const { signingKey } = await succeed(here, 'app.holdfast.account.describe', { params: { did } });
  const { creates } = await verifyRepoCar(new Uint8Array(await car.arrayBuffer()), did, signingKey as string);
  assert.deepEqual(creates.map(({ rkey }) => rkey).sort(), ['here', 'later', 'shared', 'there']);
});
