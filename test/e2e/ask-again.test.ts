// An owner who wants to be asked again is: in a dialog, by kit or passkey, before a mirror is left, the kit replaced, the account removed.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Authenticator } from './support/authenticator.ts';
import { besidesKits } from './support/app.ts';
import { fileOf, giveKit, press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { call, makeAccount, proveAndPair, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { absent, closePages, find, LOOKS, openPage, visit } from './support/page.ts';

const CARD = 'holdfast-ask-card >>> ';
const DIALOG = 'holdfast-owner >>> ';
const app = drivenStreet();
afterEach(() => closePages(app.browser));

describe('asking the owner again', () => {
  it('is switched on and off with the kit, and stands before what cannot be taken back', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
    await visit(page, app.url);
    await Authenticator.attach(page);
    const made = await makeAccount(page, 'askme.holdfast.test');
    const { did, passphrase } = made;
    const kit = fileOf('askme.age', await proveAndPair(page, made, app.mirror));
    await visit(page, `${app.url}/kit/${did}`);
    await giveKit(page, 'holdfast-passkey >>> ', kit, passphrase);
    await (await find(page, 'holdfast-passkey >>> #add')).click();
    await find(page, 'holdfast-passkey >>> .note.good');

    await visit(page, `${app.url}/settings`);
    await says(page, `${CARD}.note`, /^It does not ask\.$/);
    await press(page, `${CARD}#open`);
    await giveKit(page, CARD, kit, passphrase);
    await press(page, `${CARD}#set`);
    await says(page, `${CARD}.note.good`, /^It asks\.$/);

    // Past the pages nothing is done either.
    for (const [method, input] of [['bridge.leave', { did }], ['account.remove', { did, confirm: did }]] as const) {
      const { status, body } = await call(page, `app.holdfast.${method}`, { input, requestId: crypto.randomUUID() });
      assert.deepEqual([status, body['error']], [403, 'ConfirmationNeeded']);
    }

    await visit(page, `${app.url}/kit/${did}`);
    await press(page, 'holdfast-new-kit >>> input[value=without]');
    await press(page, 'holdfast-new-kit >>> #renew');
    await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
    await find(page, `${DIALOG}dialog[open]`);
    await page.keyboard.press('Escape');
    await says(page, 'holdfast-new-kit >>> #wrong', /^Nothing was changed\. For this the recovery kit or the passkey is asked for again\.$/);

    await visit(page, `${app.url}/settings`);
    await press(page, 'holdfast-remove-card >>> button');
    const confirm = 'holdfast-remove-card >>> hf-confirm >>> ';
    await find(page, `${confirm}dialog[open]`);
    await (await find(page, `${confirm}input`)).type('askme.holdfast.test');
    await press(page, `${confirm}button[type=submit]`);
    await giveKit(page, DIALOG, kit, '22222-22222-22222-22222');
    await press(page, `${DIALOG}#confirm`);
    await says(page, `${DIALOG}#wrong`, /does not open the kit/);
    assert.equal(((await succeed(page, 'app.holdfast.account.list'))['accounts'] as unknown[]).length, 1);
    await (await find(page, `${DIALOG}#with-passkey`)).click();
    await find(page, 'holdfast-welcome');
    assert.deepEqual((await succeed(page, 'app.holdfast.account.list'))['accounts'], []);
    assert.deepEqual(besidesKits(troubles, app).filter((trouble) => !/status of 403/.test(trouble)), []);
  });

  it('lets who has lost both out after 72 hours, and says so until then', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['phone, dark']!);
    await visit(page, app.url);
    const { did, passphrase } = await makeAccount(page);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored }, requestId: crypto.randomUUID() });
    await visit(page, `${app.url}/settings`);
    await press(page, `${CARD}#open`);
    await giveKit(page, CARD, fileOf('lost.age', armored as string), passphrase);
    await press(page, `${CARD}#set`);
    await says(page, `${CARD}.note.good`, /^It asks\.$/);
    await press(page, `${CARD}#open`);
    await press(page, `${CARD}#lift`);
    await says(page, `${CARD}.note.amber`, /neither kit nor passkey wants this switched off\. That can be done from .* on\. If it was not you, keep it on\./);
    await press(page, `${CARD}#unlift`);
    await absent(page, `${CARD}.amber`);
    await says(page, `${CARD}.note.good`, /^It asks\.$/);
  });
});
