// Sealed copies of the kit at the mirror: put there and taken back; and an owner who has only the passphrase, or only the passkey, comes back.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { openKit, wipeKit } from '../../src/keys/index.ts';
import { Authenticator } from './support/authenticator.ts';
import { besidesKits } from './support/app.ts';
import { fileOf, giveKit, press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, postTexts, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { closePages, eventually, find, LOOKS, openPage, visit } from './support/page.ts';
import { nameServers } from './support/resolver.ts';
import type { Page } from 'puppeteer-core';

const CARD = 'holdfast-mirror-kit >>> ';
const RESTORE = 'holdfast-restore >>> ';
const FIND = `${RESTORE}holdfast-find-kit >>> `;
const { records, start } = nameServers();
const app = drivenStreet(start);
afterEach(() => closePages(app.browser));

/** A paired account with a post whose kit was proven, at its kit's screen. */
async function keeper(name: string) {
  const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  const kit = fileOf(`${name}.age`, await proveAndPair(page, made, app.mirror));
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(made.did, 'Here I was.'), requestId: crypto.randomUUID() });
  await mirrored(page, made.did);
  await visit(page, `${app.url}/kit/${made.did}`);
  await says(page, 'holdfast-kit >>> h1', /in your hands/);
  return { page, troubles, kit, ...made };
}

/** What the mirror gives to anybody. */
async function kitsOf(did: string): Promise<{ readonly kind: string; readonly file: { readonly $bytes: string } }[]> {
  const answer = await fetch(`${app.mirror}/xrpc/app.holdfast.mirror.getKits?did=${did}`);
  return (await answer.json() as { kits: { kind: string; file: { $bytes: string } }[] }).kits;
}

/** Comes to the Restore screen as one who has no file at all, and asks the mirror of an account. */
async function askMirror(page: Page, name: string): Promise<void> {
  await visit(page, `${app.url}/restore`);
  await press(page, `${RESTORE}input[value=mirror][name=source]`);
  await press(page, `${RESTORE}input[value=mirror][name=kit-from]`);
  await typeName(page, name);
}

async function typeName(page: Page, name: string): Promise<void> {
  const field = await find(page, `${FIND}#account`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(name);
  await press(page, `${FIND}#find`);
}

const confirm = (page: Page, card: string): Promise<void> => press(page, `${card} >>> hf-confirm >>> button[type=submit]`);

describe('sealed copies of the kit at the mirror', () => {
  it('under the passphrase: put there, found again by name from an empty browser, and taken back', async () => {
    const { page, troubles, did, kit, passphrase } = await keeper('mislaid');
    await says(page, `${CARD}#by-passkey`, /once you have made one above/);
    await press(page, `${CARD}summary`);
    await giveKit(page, CARD, kit, '22222-22222-22222-22222');
    await press(page, `${CARD}#put-passphrase`);
    await says(page, `${CARD}#wrong`, /does not open the kit\. Nothing was changed/);
    assert.deepEqual(await kitsOf(did), []);
    await giveKit(page, CARD, kit, passphrase);
    await press(page, `${CARD}#put-passphrase`);
    await says(page, `${CARD}[role=status]`, /^It lies there now: it was read back and compared\.$/);
    await visit(page, `${app.url}/kit/${did}`);
    await says(page, `${CARD}#by-passphrase`, /^The file under your passphrase lies with .* since/);
    await find(page, `${CARD}#save-file`);
    const [given] = await kitsOf(did);
    const opened = await openKit(Buffer.from(given!.file.$bytes, 'base64'), passphrase);
    wipeKit(opened);
    assert.equal(opened.did, did);
    await visit(page, `${app.url}/backups`);
    await says(page, 'holdfast-copies-card >>> #sealed', /^A sealed copy lies with the mirror\.$/);
    await visit(page, `${app.url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).select('kit');
    await says(page, 'holdfast-key-uses >>> ol', /Sealed a copy of the recovery kit for your mirror, under its passphrase/);

    const other = await openPage(app.browser, app.url, LOOKS['phone, dark']!);
    await askMirror(other.page, 'nobody.holdfast.test');
    await says(other.page, `${FIND}#wrong`, /does not lead to one account from here/);
    records.set('_atproto.mislaid.holdfast.test', `did=${did}`);
    await typeName(other.page, '@mislaid.holdfast.test');
    await says(other.page, `${FIND}[role=status]`, /has the sealed kit of mislaid\.holdfast\.test, since/);
    await (await find(other.page, `${RESTORE}#passphrase`)).type(passphrase.toLowerCase());
    await press(other.page, `${RESTORE}#start`);
    await other.page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 90_000 });
    assert.deepEqual(await postTexts(other.page, did), ['Here I was.']);
    await find(other.page, `${RESTORE}#keep-file`);

    await visit(page, `${app.url}/kit/${did}`);
    await press(page, `${CARD}#take-passphrase`);
    await confirm(page, 'holdfast-mirror-kit');
    await says(page, `${CARD}[role=status]`, /^The mirror has deleted it\.$/);
    assert.deepEqual(await kitsOf(did), []);
    assert.deepEqual(besidesKits(troubles, app), []);
  });

  it('under a passkey: brings the account back without file or passphrase, signs for a new kit, and goes then', async () => {
    const { page, did, kit, passphrase } = await keeper('keyed');
    const authenticator = await Authenticator.attach(page);
    await giveKit(page, 'holdfast-passkey >>> ', kit, passphrase);
    await press(page, 'holdfast-passkey >>> #add');
    await find(page, 'holdfast-passkey >>> .note.good');
    await press(page, `${CARD}#put-passkey`);
    await says(page, `${CARD}#by-passkey`, /^The copy under your passkey lies with .* since/);
    assert.deepEqual((await kitsOf(did)).map(({ kind }) => kind), ['passkey']);

    await succeed(page, 'app.holdfast.account.remove', { input: { did, confirm: did }, requestId: crypto.randomUUID() });
    await askMirror(page, did);
    await says(page, `${FIND}[role=status]`, /has the sealed kit of keyed\.holdfast\.test/);
    assert.equal(await authenticator.count(), 1);
    await press(page, `${RESTORE}#start`);
    await page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 90_000 });
    assert.deepEqual(await postTexts(page, did), ['Here I was.']);
    await says(page, `${RESTORE}[aria-labelledby=keep]`, /The passkey opens the kit in this browser as well/);

    await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
    assert.deepEqual((await kitsOf(did)).map(({ kind }) => kind), ['passkey']);
    await visit(page, `${app.url}/kit/${did}`);
    await press(page, 'holdfast-new-kit >>> #with-passkey');
    await confirm(page, 'holdfast-new-kit');
    await find(page, 'holdfast-kit >>> .groups');
    await eventually(async () => (await kitsOf(did)).length === 0, () => 'the copy of the old kit is still at the mirror');
  });

  it('is asked about where the owner wants to be asked, and goes with the account when the mirror is left', async () => {
    const { page, did, kit, passphrase } = await keeper('asked');
    await visit(page, `${app.url}/settings`);
    await press(page, 'holdfast-ask-card >>> #open');
    await giveKit(page, 'holdfast-ask-card >>> ', kit, passphrase);
    await press(page, 'holdfast-ask-card >>> #set');
    await says(page, 'holdfast-ask-card >>> .note.good', /^It asks\.$/);
    await visit(page, `${app.url}/kit/${did}`);
    await press(page, `${CARD}summary`);
    await giveKit(page, CARD, kit, passphrase);
    await press(page, `${CARD}#put-passphrase`);
    await find(page, 'holdfast-owner >>> dialog[open]');
    assert.deepEqual(await kitsOf(did), []);
    await giveKit(page, 'holdfast-owner >>> ', kit, passphrase);
    await press(page, 'holdfast-owner >>> #confirm');
    await says(page, `${CARD}[role=status]`, /^It lies there now/);
    assert.equal((await kitsOf(did)).length, 1);
    await succeed(page, 'app.holdfast.bridge.leave', { input: { did }, requestId: crypto.randomUUID() });
    assert.deepEqual(await kitsOf(did), []);
    await visit(page, `${app.url}/kit/${did}`);
    await says(page, CARD.replace(' >>> ', ' >>> section'), /This account has no mirror yet/);
  });
});
