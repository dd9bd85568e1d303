// Two houses of one account, in Chromium and Firefox, without the mirror carrying the bytes. Needs node-datachannel at the mirror, and a
// network interface beside loopback.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { choose, fileOf, headOf, press, typePassphrase } from '../support/backups.ts';
import { drivenStreet } from '../support/driven.ts';
import { makeAccount, post, postTexts, proveAndPair, succeed } from '../support/house.ts';
import { mirrored, pictureFor } from '../support/journey.ts';
import { says } from '../support/owner.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import type { Browser, Page } from 'puppeteer-core';

const app = drivenStreet();
let firefox: Browser;
before(async () => {
  firefox = await startFirefox();
});
after(() => firefox.close());

/** A page of a fresh profile. */
const freshPage = async (browser: Browser): Promise<Page> => (await browser.createBrowserContext()).newPage();

/**
 * A house with a paired account, which is linked to its mirror, and has written something since that the mirror does not have: what of
 * it is elsewhere cannot have come from there. And its kit.
 */
async function openHouse(page: Page, name: string) {
  await page.evaluateOnNewDocument(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function sent(data: Parameters<typeof send>[0]) {
      const isHeld = (globalThis as { isHolding?: boolean }).isHolding === true && /#(?:commit|offer)/.test(new TextDecoder().decode((data as Uint8Array).subarray(0, 64)));
      if (!isHeld) send.call(this, data);
    };
  });
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  const kit = fileOf(`${name}.age`, await proveAndPair(page, made, app.mirror));
  await write(page, made.did, 'the mirror has this');
  await mirrored(page, made.did);
  await visit(page, `${app.url}/mirror`);
  await says(page, 'holdfast-mirror >>> #line', /WebSocket/);
  await page.evaluate(() => {
    (globalThis as { isHolding?: boolean }).isHolding = true;
  });
  await write(page, made.did, 'and not this');
  const picture = await pictureFor(page, made.did);
  return { ...made, kit, picture };
}

const write = (page: Page, did: string, text: string): Promise<unknown> =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

/** Asks for the account through the screen, from a browser that has it open. */
async function askFor(page: Page, kit: ReturnType<typeof fileOf>, passphrase: string): Promise<void> {
  await visit(page, `${app.url}/restore`);
  await press(page, 'holdfast-restore >>> input[value=house]');
  await choose(page, 'holdfast-restore >>> #kit', kit);
  await find(page, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
  await typePassphrase(page, passphrase);
}

async function comesBack(here: Page, there: Page, name: string): Promise<void> {
  const { did, passphrase, kit, picture } = await openHouse(here, name);
  await askFor(there, kit, passphrase);
  await says(there, 'holdfast-restore >>> h1', /^Your account is back$/);
  assert.deepEqual(await postTexts(there, did), ['the mirror has this', 'and not this']);
  const head = await headOf(there, did);
  assert.equal(head.cid, (await headOf(here, did)).cid);
  const { cids } = await succeed(there, 'com.atproto.sync.listBlobs', { params: { did } });
  assert.deepEqual(cids, [picture]);
  const atMirror = await (await fetch(`${app.mirror}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).json() as { rev: string };
  assert.ok(atMirror.rev < head.rev, 'the mirror had it all');
  assert.notEqual((await fetch(`${app.mirror}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${picture}`)).status, 200);
}

it('Firefox restores from an open house in Chromium, also what no mirror has', async () => {
  await comesBack(await freshPage(app.browser), await freshPage(firefox), 'first');
});

it('Chromium restores from an open house in Firefox, also what no mirror has', async () => {
  await comesBack(await freshPage(firefox), await freshPage(app.browser), 'second');
});

it('where no house is open the owner is told so, and nothing is changed', async () => {
  const here = await freshPage(app.browser);
  const { did, passphrase, kit } = await openHouse(here, 'third');
  await here.close();
  const there = await freshPage(firefox);
  await askFor(there, kit, passphrase);
  await says(there, 'holdfast-restore >>> .screen > hf-error >>> .what', /No other browser with this account is open/);
  const { accounts } = await succeed(there, 'app.holdfast.account.list', {});
  assert.deepEqual(accounts, [], did);
});

/** How often the service worker of a page in Chromium has asked the mirror for the repository, or for a blob. */
async function askedMirror(page: Page): Promise<() => readonly string[]> {
  const target = await app.browser.waitForTarget((each) => each.type() === 'service_worker' && each.browserContext() === page.browserContext());
  const session = await target.createCDPSession();
  const asked: string[] = [];
  session.on('Network.requestWillBeSent', ({ request: { url } }) => {
    if (url.startsWith(`${app.mirror}/xrpc/com.atproto.sync.get`)) asked.push(url);
  });
  await session.send('Network.enable');
  return () => asked.splice(0);
}

/** Waits until a house is at the head of another, and has its picture. */
async function inStep(page: Page, other: Page, did: string, picture: string): Promise<void> {
  const { cid } = await headOf(other, did);
  for (const end = Date.now() + 60_000; (await headOf(page, did)).cid !== cid; await pause(50)) assert.ok(Date.now() < end, 'it did not come');
  const cids = async (): Promise<string[]> => (await succeed(page, 'com.atproto.sync.listBlobs', { params: { did } })).cids as string[];
  for (const end = Date.now() + 30_000; !(await cids()).includes(picture); await pause(50)) assert.ok(Date.now() < end, 'the picture did not come');
  await mirrored(page, did);
}

it('two open houses stay in step, and the bytes come from one to the other', async () => {
  const writer = await freshPage(firefox);
  await visit(writer, app.url);
  const made = await makeAccount(writer, 'step.holdfast.test');
  const { did, passphrase } = made;
  const kit = fileOf('step.age', await proveAndPair(writer, made, app.mirror));
  await write(writer, did, 'at first');
  await mirrored(writer, did);

  const reader = await freshPage(app.browser);
  // At first without direct connections, to see that what is counted is counted.
  await reader.evaluateOnNewDocument(() => {
    if (!location.search.includes('direct')) delete (globalThis as { RTCPeerConnection?: unknown }).RTCPeerConnection;
  });
  await visit(reader, `${app.url}/restore`);
  await press(reader, 'holdfast-restore >>> input[value=mirror]');
  await choose(reader, 'holdfast-restore >>> #kit', kit);
  await find(reader, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
  await typePassphrase(reader, passphrase);
  await says(reader, 'holdfast-restore >>> h1', /^Your account is back$/);
  await succeed(reader, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
  await visit(reader, `${app.url}/mirror`);
  await says(reader, 'holdfast-mirror >>> #line', /WebSocket/);
  const asked = await askedMirror(reader);
  await write(writer, did, 'by way of the mirror');
  const first = await pictureFor(writer, did);
  await inStep(reader, writer, did, first);
  assert.ok(asked().some((url) => url.includes('getRepo')), 'nothing was counted');

  await visit(reader, `${app.url}/mirror?direct`);
  await says(reader, 'holdfast-mirror >>> #line', /WebSocket/);
  asked();
  for (const text of ['straight', 'and again']) {
    await write(writer, did, text);
    await mirrored(writer, did);
    await inStep(reader, writer, did, first);
  }
  assert.deepEqual(asked(), [], 'the mirror carried bytes');
  assert.deepEqual(await postTexts(reader, did), ['at first', 'by way of the mirror', 'straight', 'and again']);
});
