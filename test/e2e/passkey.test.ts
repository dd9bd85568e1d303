// A second copy of the kit under a passkey: made, used where the passphrase is asked for, and let go; with authenticators of Chromium's own.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Authenticator } from './support/authenticator.ts';
import { besidesKits } from './support/app.ts';
import { choosePlainly, fileOf } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { absent, closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';

const CARD = 'holdfast-passkey >>> ';
const app = drivenStreet();
afterEach(() => closePages(app.browser));

/** A paired account whose kit was proven, at its kit's screen, and an authenticator. */
async function keeper(name: string, options?: { readonly hasPrf: boolean }) {
  const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  const kit = fileOf(`${name}.age`, await proveAndPair(page, made, app.mirror));
  await visit(page, `${app.url}/kit/${made.did}`);
  await says(page, 'holdfast-kit >>> h1', /in your hands/);
  return { page, troubles, kit, ...made, authenticator: await Authenticator.attach(page, options) };
}

async function add(page: Page, kit: string, passphrase: string): Promise<void> {
  await choosePlainly(page, `${CARD}#file`, kit);
  const field = await find(page, `${CARD}#passphrase`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(passphrase);
  await (await find(page, `${CARD}#add`)).click();
}

const confirm = async (page: Page, card: string): Promise<void> => (await find(page, `${card} >>> hf-confirm >>> button[type=submit]`)).click();

const keyOf = async (page: Page, did: string): Promise<unknown> => (await succeed(page, 'app.holdfast.account.describe', { params: { did } }))['signingKey'];

describe('a copy of the kit under a passkey', () => {
  it('is made with the kit and its passphrase, replaces the kit in their place, and goes with it', async () => {
    const { page, troubles, did, kit, passphrase, authenticator } = await keeper('passkey');
    await add(page, kit, '22222-22222-22222-22222');
    await says(page, `${CARD}#wrong`, /does not open the kit\. Nothing was changed/);
    await add(page, kit, passphrase);
    await says(page, `${CARD}.note.good`, /^A passkey opens the copy/);
    // The same account has one passkey, however often it is tried.
    assert.equal(await authenticator.count(), 1);

    // It is there after the page was loaded anew.
    await visit(page, `${app.url}/kit/${did}`);
    const before = await keyOf(page, did);
    await (await find(page, 'holdfast-new-kit >>> #with-passkey')).click();
    await confirm(page, 'holdfast-new-kit');
    await find(page, 'holdfast-kit >>> .groups');
    const text = await textOf(page, 'holdfast-kit >>> .on-screen');
    assert.match(text, /The account has new keys/);
    // Signed by the old kit, which the passkey opened: nobody can undo it.
    assert.doesNotMatch(text, /can undo this until/);
    assert.notEqual(await keyOf(page, did), before);
    await visit(page, `${app.url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).select('kit');
    await says(page, 'holdfast-key-uses >>> ol', /Sealed a copy of the recovery kit under your passkey/);
    assert.deepEqual(besidesKits(troubles, app), []);
  });

  it('can be removed, and is of no use when its passkey is gone', async () => {
    const { page, did, kit, passphrase, authenticator } = await keeper('removed');
    await add(page, kit, passphrase);
    await says(page, `${CARD}.note.good`, /^A passkey opens the copy/);
    await authenticator.forget();
    await visit(page, `${app.url}/kit/${did}`);
    const before = await keyOf(page, did);
    await (await find(page, 'holdfast-new-kit >>> #with-passkey')).click();
    await confirm(page, 'holdfast-new-kit');
    await says(page, 'holdfast-new-kit >>> #wrong', /^No passkey answered: .* Nothing was changed\.$/);
    assert.equal(await keyOf(page, did), before);
    await (await find(page, `${CARD}#remove`)).click();
    await confirm(page, 'holdfast-passkey');
    await says(page, `${CARD}p[role=status]`, /^The copy is removed\.$/);
    await find(page, `${CARD}#add`);
    await absent(page, 'holdfast-new-kit >>> #with-passkey');
  });

  it('is not made by an authenticator that makes no keys, and says so', async () => {
    const { page, did, kit, passphrase } = await keeper('keyless', { hasPrf: false });
    await add(page, kit, passphrase);
    await says(page, `${CARD}#wrong`, /^This passkey makes no keys, so nothing can be sealed with it\. Nothing was changed here\.$/);
    await visit(page, `${app.url}/kit/${did}`);
    await find(page, `${CARD}#add`);
  });
});
