// The whole life of an account, as its owner goes through it, with consumers of others at the other end.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { AtpAgent } from '@atproto/api';
import { verifyRepoCar } from '@atproto/repo';
import { consume, resolverOf } from '../../support/consumers.ts';
import { checkFrames } from '../../support/frame-checker.ts';
import { allOf } from '../../support/host-rules.ts';
import { identitiesFrom } from '../../support/identities-from.ts';
import { choose, didsOf, headOf, keepDownloads, kitFile, press } from './backups.ts';
import { succeed } from './house.ts';
import { keepKit, makeAccount, says } from './owner.ts';
import { find, visit } from './page.ts';
import type { Page } from 'puppeteer-core';
import type { Consumer } from '../../support/consumers.ts';
import type { App } from './app.ts';

const POST = 'app.bsky.feed.post';

/** Where a journey is made. */
export interface Journey {
  readonly app: Pick<App, 'url' | 'mirror' | 'relay' | 'directory'>;
  /** A page of a fresh profile, not yet anywhere; what it had is gone when `close` is called. */
  open(): Promise<{ readonly page: Page; close(): Promise<void> }>;
}

/** Pairs through the Mirror screen, with the mirror that the site proposes. */
export async function pairByHand(page: Page, { url, mirror }: Journey['app'], name: string): Promise<void> {
  await visit(page, `${url}/mirror`);
  const address = await find(page, '#address');
  for (const end = Date.now() + 10_000; Date.now() < end && await address.evaluate((field) => (field as HTMLInputElement).value) !== mirror;) await pause(20);
  await (await find(page, '#look')).click();
  await (await find(page, '#name')).type(name);
  await press(page, '#pair');
  await says(page, 'holdfast-mirror >>> #standing', /Mirrored/);
}

/** Waits until the house has a receipt for all that it signed. */
export async function mirrored(page: Page, did: string): Promise<void> {
  let last: unknown;
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
    const { mirror } = await succeed(page, 'app.holdfast.bridge.describe', { params: { did } }) as { mirror?: { waiting: number; acked?: { rev: string } } };
    const { rev } = await headOf(page, did);
    if (mirror?.waiting === 0 && mirror.acked?.rev === rev) return;
    last = mirror;
  }
  throw new Error(`not all is with the mirror: ${JSON.stringify(last)}`);
}

const write = (page: Page, method: string, input: object): Promise<unknown> => (
  succeed(page, `com.atproto.repo.${method}`, { input, requestId: crypto.randomUUID() }));

/** Writes, edits and deletes a post in the page, and sees each arrive at everyone. */
async function threeLives(page: Page, did: string, rkey: string, consumers: readonly Consumer[]): Promise<void> {
  const record = (text: string) => ({ $type: POST, text, createdAt: '2026-11-25T00:00:00.000Z' });
  await write(page, 'createRecord', { repo: did, collection: POST, rkey, record: record('first') });
  await write(page, 'putRecord', { repo: did, collection: POST, rkey, record: record('second') });
  await write(page, 'deleteRecord', { repo: did, collection: POST, rkey });
  for (const consumer of consumers) {
    for (const kind of ['create', 'update', 'delete']) {
      await consumer.until((event) => event.event === kind && 'rkey' in event && event.rkey === rkey, `${kind} of ${rkey}`);
    }
  }
}

/**
 * Create, write, prove the kit, pair, be read by others; wipe the browser; restore from kit and mirror; write on, be read
 * by others. Fails where any of it does, and where anything that went out breaks a rule of consumers.
 */
export async function travel({ app, open }: Journey): Promise<void> {
  const resolver = resolverOf(app);
  const consumers = [consume(app.mirror, resolver), consume(app.relay, resolver)];
  try {
    const here = await open();
    await keepDownloads(here.page);
    const { did, passphrase } = await makeAccount(here.page, app.url);
    await write(here.page, 'createRecord', { repo: did, collection: POST, record: { $type: POST, text: 'Before anybody could read it.', createdAt: '2026-11-25T00:00:00.000Z' } });
    const kit = await kitFile(here.page, did);
    await keepKit(here.page, passphrase);
    await pairByHand(here.page, app, 'traveller');
    for (const consumer of consumers) await consumer.until((event) => event.event === 'sync' && event.did === did, '#sync');
    await threeLives(here.page, did, '3jzfcijpj2z2a', consumers);
    const picture = await pictureFor(here.page, did);
    await mirrored(here.page, did);
    await seenByOthers(app, did, picture);
    const before = await headOf(here.page, did);
    await here.close();

    const there = await open();
    await visit(there.page, `${app.url}/restore`);
    assert.deepEqual(await didsOf(there.page), [], 'the browser was not wiped');
    await press(there.page, 'holdfast-restore >>> input[value=mirror]');
    await choose(there.page, 'holdfast-restore >>> #kit', kit);
    await (await find(there.page, 'holdfast-restore >>> #passphrase')).type(passphrase);
    await press(there.page, 'holdfast-restore >>> #start');
    await there.page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 60_000 });
    assert.equal((await headOf(there.page, did)).cid, before.cid, 'it came back at another commit');
    await succeed(there.page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    await visit(there.page, `${app.url}/mirror`);
    await threeLives(there.page, did, '3jzfcijpj2z2b', consumers);
    await mirrored(there.page, did);
    assert.ok((await headOf(there.page, did)).rev > before.rev);
    for (const { errors } of consumers) assert.deepEqual(errors, []);
    const identityOf = identitiesFrom(app.directory);
    await checkFrames(await allOf(app.mirror), { host: app.mirror, identityOf });
    await checkFrames(await allOf(app.relay), { host: app.relay, isRelay: true, identityOf });
    await there.close();
  } finally {
    await Promise.all(consumers.map((consumer) => consumer.close()));
  }
}

/** Uploads a picture in the page, and names it in the profile: its CID. */
export async function pictureFor(page: Page, did: string): Promise<string> {
  const blob = await uploaded(page, did, 'a picture');
  await write(page, 'putRecord', { repo: did, collection: 'app.bsky.actor.profile', rkey: 'self', record: { $type: 'app.bsky.actor.profile', displayName: 'Traveller', avatar: blob } });
  return blob.ref.$link;
}

/** Gives the house a blob, and what a record names it by. */
export function uploaded(page: Page, did: string, bytes: string): Promise<{ readonly ref: { readonly $link: string } }> {
  return page.evaluate(async (account, text) => {
    const worker = navigator.serviceWorker.controller;
    if (worker === null) throw new Error('no worker');
    const { port1, port2 } = new MessageChannel();
    const capability = await new Promise<string>((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(String(data)));
      port1.start();
      worker.postMessage({ type: 'capability' }, [port2]);
    });
    const headers = { 'content-type': 'image/png', 'holdfast-capability': capability, 'holdfast-account': account, 'holdfast-request-id': crypto.randomUUID() };
    const response = await fetch('/xrpc/com.atproto.repo.uploadBlob', { method: 'POST', headers, body: new TextEncoder().encode(text) });
    return (await response.json() as { blob: { ref: { $link: string } } }).blob;
  }, did, bytes);
}

/** @atproto/repo, @atproto/api and @atproto/identity find the account where it should be, and right. */
async function seenByOthers({ mirror, directory }: Journey['app'], did: string, picture: string): Promise<void> {
  const resolver = resolverOf({ directory, mirror });
  const { signingKey, handle, pds } = await resolver.did.resolveAtprotoData(did, true);
  assert.deepEqual([handle, pds], ['traveller.holdfast.test', mirror]);
  assert.equal(await resolver.handle.resolve(handle), did);
  const answer = await fetch(`${mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
  const { creates } = await verifyRepoCar(new Uint8Array(await answer.arrayBuffer()), did, signingKey);
  assert.deepEqual(creates.map(({ collection }) => collection).sort(), ['app.bsky.actor.profile', POST]);
  const agent = new AtpAgent({ service: mirror });
  const { data: { records } } = await agent.com.atproto.repo.listRecords({ repo: did, collection: POST });
  assert.deepEqual(records.map(({ value }) => value['text']), ['Before anybody could read it.']);
  const { data } = await agent.com.atproto.sync.getBlob({ did, cid: picture });
  assert.equal(new TextDecoder().decode(data), 'a picture');
}
