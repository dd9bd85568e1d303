// Of an account only the kit is left: its identity is saved, and what is lost is named before and after.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { choosePlainly, fileOf, headOf, press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { call, makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says, shownPassphrase, typeGroups } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';

const CARD = 'holdfast-begin-again >>> ';
const app = drivenStreet();
afterEach(() => closePages(app.browser));

async function fresh(): Promise<Page> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  return page;
}

/** Fills in the form of the kit alone, and starts. */
async function begin(page: Page, kit: string, passphrase: string): Promise<void> {
  await choosePlainly(page, `${CARD}#file`, kit);
  const field = await find(page, `${CARD}#passphrase`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(passphrase);
  await press(page, `${CARD}#begin`);
  await press(page, `${CARD}hf-confirm >>> button[type=submit]`);
}

async function keepNewKit(page: Page): Promise<void> {
  await press(page, `${CARD}a.button.primary`);
  const passphrase = await shownPassphrase(page);
  await press(page, 'holdfast-kit >>> #save');
  await typeGroups(page, passphrase);
  await press(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]');
  await says(page, 'holdfast-kit >>> h1', /in your hands/);
}

describe('with the kit alone', () => {
  it('an account whose mirror has a copy is restored from there, unless its owner gives that up; then it begins empty and is mirrored', async () => {
    const before = await fresh();
    await visit(before, app.url);
    const made = await makeAccount(before, 'kitonly.holdfast.test');
    const { did, passphrase } = made;
    const kit = fileOf('kitonly.age', await proveAndPair(before, made, app.mirror));
    await succeed(before, 'com.atproto.repo.createRecord', { input: post(did, 'What is lost.'), requestId: crypto.randomUUID() });
    await mirrored(before, did);
    const { signingKey } = await succeed(before, 'app.holdfast.account.describe', { params: { did } });
    await before.browserContext().close();

    const page = await fresh();
    await visit(page, `${app.url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=none]');
    assert.match(await textOf(page, `${CARD}section`), /Your posts, pictures, likes, follows and settings do not come back\./);
    await begin(page, kit, '22222-22222-22222-22222');
    await says(page, `${CARD}#wrong`, /does not open the kit/);
    await begin(page, kit, passphrase);
    await says(page, `${CARD}#wrong`, /^Nothing was changed\. The mirror at .* still has a copy of this account/);
    assert.deepEqual((await call(page, 'app.holdfast.account.list')).body['accounts'], []);
    await press(page, `${CARD}#sure`);
    await begin(page, kit, passphrase);
    await says(page, `${CARD}#saved`, /^Your identity is saved$/);
    const text = await textOf(page, `${CARD}section`);
    assert.match(text, /kitonly\.holdfast\.test is yours/);
    assert.match(text, /What the account held is lost: it is empty now\. The last state that anybody knows of was of /);
    await keepNewKit(page);
    await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'The first word.'), requestId: crypto.randomUUID() });
    await visit(page, app.url);
    await mirrored(page, did);
    await says(page, '.pill', /^Mirrored/);
    const { verificationMethods } = await (await fetch(`${app.directory}/${did}/data`)).json() as { verificationMethods: { atproto: string } };
    assert.notEqual(verificationMethods.atproto, signingKey);
    const car = await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
    await verifyRepoCar(new Uint8Array(await car.arrayBuffer()), did, verificationMethods.atproto);
    const { records } = await (await fetch(`${app.mirror}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=app.bsky.feed.post`)).json() as { records: { value: { text: string } }[] };
    assert.deepEqual(records.map(({ value }) => value.text), ['The first word.']);
    // The street follows.
    await says(page, 'holdfast-strip >>> [data-place=street]', new RegExp(`has all …${(await headOf(page, did)).rev.slice(-5)}`));
  });

  it('an account that was never paired is saved as well, and help says how', async () => {
    const before = await fresh();
    await visit(before, app.url);
    const { did, passphrase } = await makeAccount(before, 'unpaired.holdfast.test');
    const { armored } = await succeed(before, 'app.holdfast.kit.get', { params: { did } });
    await before.browserContext().close();

    const page = await fresh();
    await visit(page, `${app.url}/help#only-the-kit`);
    await says(page, 'holdfast-help >>> #only-the-kit', /Nothing is left but my kit/);
    await visit(page, `${app.url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=none]');
    await begin(page, fileOf('unpaired.age', armored as string), passphrase);
    await says(page, `${CARD}#saved`, /^Your identity is saved$/);
    await keepNewKit(page);
    await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    const audit = await (await fetch(`${app.directory}/${did}/log/audit`)).json() as unknown[];
    assert.equal(audit.length, 3);
  });
});
