// A new kit for an account that has a mirror: new keys, the old kit is worth nothing, and the mirror goes on.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { besidesKits } from './support/app.ts';
import { choose, fileOf, press, typePassphrase } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { call, makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { says, shownPassphrase, typeGroups } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { ElementHandle, Page } from 'puppeteer-core';

const DESKTOP = LOOKS['desktop, light']!;
const app = drivenStreet();
afterEach(() => closePages(app.browser));

/** A paired account whose kit was proven, and that kit. */
async function paired(name: string) {
  const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  const armored = await proveAndPair(page, made, app.mirror);
  const { did } = made;
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'By the old key.'), requestId: crypto.randomUUID() });
  await visit(page, `${app.url}/kit/${did}`);
  await says(page, 'holdfast-kit >>> h1', /in your hands/);
  return { page, troubles, ...made, kit: fileOf(`${name}.age`, armored) };
}

async function keyOf(page: Page, did: string): Promise<string> {
  return String((await succeed(page, 'app.holdfast.account.describe', { params: { did } }))['signingKey']);
}

async function renew(page: Page): Promise<string> {
  await press(page, 'holdfast-new-kit >>> #renew');
  await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
  return shownPassphrase(page);
}

/** That the mirror has what the house has, signed by the key that the directory names. */
async function assertMirrored(page: Page, did: string): Promise<void> {
  const { accounts } = await succeed(page, 'app.holdfast.account.list') as { accounts: { head: { rev: string } }[] };
  await says(page, 'holdfast-strip >>> [data-place=mirror]', new RegExp(`has all …${accounts[0]!.head.rev.slice(-5)}`));
  const { verificationMethods } = await (await fetch(`${app.directory}/${did}/data`)).json() as { verificationMethods: { atproto: string } };
  const key = await keyOf(page, did);
  assert.equal(verificationMethods.atproto, key);
  const car = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
  const { commit } = await verifyRepoCar(new Uint8Array(await car.arrayBuffer()), did, key);
  assert.equal(commit.rev, accounts[0]!.head.rev);
}

describe('a new kit', () => {
  it('signed with the old one, takes its place: the mirror goes on, the old kit brings nothing back, the new one does', async () => {
    const { page, troubles, did, passphrase, kit } = await paired('renewed');
    const before = await keyOf(page, did);
    const input = await find(page, 'holdfast-new-kit >>> input[type=file]');
    await (input as ElementHandle<HTMLInputElement>).uploadFile(kit);
    await (await find(page, 'holdfast-new-kit >>> #passphrase')).type('22222-22222-22222-22222');
    await press(page, 'holdfast-new-kit >>> #renew');
    await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-new-kit >>> #wrong', /does not open the kit\. Nothing was changed/);
    assert.equal(await keyOf(page, did), before);
    await (await find(page, 'holdfast-new-kit >>> #passphrase')).evaluate((field) => ((field as HTMLInputElement).value = ''));
    await (await find(page, 'holdfast-new-kit >>> #passphrase')).type(passphrase);
    const fresh = await renew(page);
    assert.notEqual(fresh, passphrase);
    assert.notEqual(await keyOf(page, did), before);
    const text = await textOf(page, 'holdfast-kit >>> .on-screen');
    assert.match(text, /The account has new keys/);
    assert.doesNotMatch(text, /can undo this until/);
    await assertMirrored(page, did);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'By the new key.'), requestId: crypto.randomUUID() });
    await assertMirrored(page, did);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await press(page, 'holdfast-kit >>> #save');
    await typeGroups(page, fresh);
    await press(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]');
    await says(page, 'holdfast-kit >>> h1', /in your hands/);
    // The screen asks for the kit, which the house has let go; and the page tells the directory.
    assert.deepEqual(besidesKits(troubles, app), []);
    await page.browserContext().close();

    const { page: other } = await openPage(app.browser, app.url, DESKTOP);
    await visit(other, `${app.url}/restore`);
    await press(other, 'holdfast-restore >>> input[value=mirror]');
    await choose(other, 'holdfast-restore >>> #kit', kit);
    await typePassphrase(other, passphrase);
    await says(other, 'holdfast-restore >>> .screen > hf-error >>> .what', /^Nothing was changed/);
    assert.deepEqual((await call(other, 'app.holdfast.account.list')).body['accounts'], []);
    await choose(other, 'holdfast-restore >>> #kit', fileOf('fresh.age', armored as string));
    await typePassphrase(other, fresh);
    await says(other, 'holdfast-restore >>> h1', /^Your account is back$/);
    const { accounts } = await succeed(other, 'app.holdfast.account.list') as { accounts: { records: number }[] };
    assert.equal(accounts[0]?.records, 2);
  });

  it('without the old one says until when it can be undone, and is only made after a question', async () => {
    const { page, did } = await paired('alone');
    const before = await keyOf(page, did);
    await press(page, 'holdfast-new-kit >>> input[value=without]');
    await press(page, 'holdfast-new-kit >>> #renew');
    await find(page, 'holdfast-new-kit >>> hf-confirm >>> dialog[open]');
    await page.keyboard.press('Escape');
    assert.equal(await keyOf(page, did), before);
    await renew(page);
    assert.match(await textOf(page, 'holdfast-kit >>> .on-screen'), /Whoever holds the old kit can undo this until/);
    await assertMirrored(page, did);
  });

  it('is not begun where its code cannot be loaded, and that is said at once', async () => {
    const { page, did } = await paired('unloaded');
    const before = await keyOf(page, did);
    assert.equal(await page.evaluate(async () => {
      let count = 0;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of (await cache.keys()).filter(({ url }) => url.includes('/assets/new-kit-'))) {
          await cache.put(request, new Response('', { status: 404 }));
          count++;
        }
      }
      return count;
    }), 1);
    await press(page, 'holdfast-new-kit >>> input[value=without]');
    await press(page, 'holdfast-new-kit >>> #renew');
    await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-new-kit >>> #wrong', /^Nothing was changed\. A part of these pages could not be loaded/);
    assert.equal(await keyOf(page, did), before);
  });

  it('locks out a device that was stolen: what it writes reaches no mirror, and it says so', async () => {
    const { page: stolen, did, passphrase, kit } = await paired('stolen');
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await visit(page, `${app.url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=mirror]');
    await choose(page, 'holdfast-restore >>> #kit', kit);
    await typePassphrase(page, passphrase);
    await says(page, 'holdfast-restore >>> h1', /^Your account is back$/);
    await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    await visit(page, `${app.url}/kit/${did}`);
    await (await find(page, 'holdfast-new-kit >>> input[type=file]') as ElementHandle<HTMLInputElement>).uploadFile(kit);
    await (await find(page, 'holdfast-new-kit >>> #passphrase')).type(passphrase);
    await renew(page);
    await assertMirrored(page, did);
    const rightsOf = async (of: Page): Promise<string[]> => (await succeed(of, 'app.holdfast.account.describe', { params: { did } }))['rotationKeys'] as string[];
    const { rotationKeys } = await (await fetch(`${app.directory}/${did}/data`)).json() as { rotationKeys: string[] };
    assert.deepEqual(rotationKeys, await rightsOf(page));
    assert.deepEqual([rotationKeys.length, rotationKeys.includes((await rightsOf(stolen))[1]!)], [2, false]);

    await succeed(stolen, 'com.atproto.repo.createRecord', { input: post(did, 'By the thief.'), requestId: crypto.randomUUID() });
    await says(stolen, '.pill', /^Needs you$/);
    const { mirror } = await succeed(stolen, 'app.holdfast.bridge.describe', { params: { did } }) as { mirror: { alarm: { message: string } } };
    assert.match(mirror.alarm.message, /^Your records are safe here\. .* not signed by the key of this house\. If you made a new kit on another device/);
    await assertMirrored(page, did);
    const { records } = await (await fetch(`${app.mirror}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=app.bsky.feed.post`)).json() as { records: { value: { text: string } }[] };
    assert.deepEqual(records.map(({ value }) => value.text), ['By the old key.']);
  });
});
