import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { choose, downloaded, fileOf, headOf, keepDownloads, press, typePassphrase, writeMany } from './support/backups.ts';
import { besidesDirectory } from './support/app.ts';
import { driven } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { pictureFor } from './support/journey.ts';
import { says, shownPassphrase } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
const SEAL = 'holdfast-save-card >>> holdfast-seal-choice';

async function open(path = '/'): Promise<{ readonly page: Page; readonly troubles: string[] }> {
  const opened = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await keepDownloads(opened.page);
  await visit(opened.page, `${app.url}${path}`);
  return opened;
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await (await find(page, field)).evaluate((input, text) => {
    (input as HTMLInputElement).value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, text);
}

/** An account with records and a picture, and its backup, encrypted with presses of the buttons. */
async function sealed(way: 'new' | 'kit') {
  const { page, troubles } = await open();
  const { did, passphrase: ofKit } = await makeAccount(page);
  await writeMany(page, did, 30);
  await pictureFor(page, did);
  await visit(page, `${app.url}/backups`);
  await press(page, `${SEAL} >>> #encrypt`);
  const made = await shownPassphrase(page, SEAL);
  if (way === 'kit') await press(page, `${SEAL} >>> input[value=kit]`);
  await press(page, 'holdfast-save-card >>> #start');
  await says(page, `${SEAL} >>> #typed-problem`, way === 'kit' ? /Type the passphrase of your kit/ : /Type the last of the four groups/);
  await type(page, `${SEAL} >>> #typed`, way === 'kit' ? ofKit.toLowerCase() : made.slice(-5).toLowerCase());
  await press(page, 'holdfast-save-card >>> #start');
  await find(page, 'holdfast-save-card >>> .note.good');
  const bytes = await downloaded(page);
  return { page, troubles, did, ofKit, passphrase: way === 'kit' ? ofKit : made, bytes, file: fileOf(`${did.slice(-6)}.zip.age`, bytes), head: await headOf(page, did) };
}

/** Chooses an encrypted file and opens it with a passphrase. */
async function unseal(page: Page, place: string, file: string, passphrase: string): Promise<void> {
  await choose(page, `${place} >>> hf-file`, file);
  await type(page, `${place} >>> #file-passphrase`, passphrase);
  await press(page, `${place} >>> #open-file`);
}

describe('an encrypted backup', () => {
  afterEach(() => closePages(app.browser));

  it('is saved, read back, tested with its passphrase, and brings all of it back with that of the kit beside it', async () => {
    const old = await sealed('new');
    assert.equal(Buffer.from(old.bytes.subarray(0, 22)).toString(), 'age-encryption.org/v1\n');
    const saved = await textOf(old.page, 'holdfast-save-card >>> .note.good');
    assert.match(saved, /31 records.*inside: 1 of 1.*\.zip\.age/s);
    await unseal(old.page, 'holdfast-test-card', old.file, old.ofKit);
    await says(old.page, 'holdfast-test-card >>> hf-error >>> .what', /Your records in this browser are safe.*This passphrase does not open the file/);
    await type(old.page, 'holdfast-test-card >>> #file-passphrase', old.passphrase.toLowerCase().replaceAll('-', ' '));
    await press(old.page, 'holdfast-test-card >>> #open-file');
    await says(old.page, 'holdfast-test-card >>> [role=status]', /This file is good.*Two independent verifiers have read all of it and agree/);
    assert.deepEqual(old.troubles, []);

    const { page, troubles } = await open('/restore');
    await unseal(page, 'holdfast-restore >>> #car', old.file, old.passphrase);
    await says(page, 'holdfast-restore >>> section[aria-labelledby=two]', /The sealed kit is in the backup/);
    await typePassphrase(page, old.ofKit);
    await find(page, 'holdfast-restored');
    assert.equal((await headOf(page, old.did)).cid, old.head.cid);
    assert.equal((await succeed(page, 'app.holdfast.account.describe', { params: { did: old.did } }))['blobs'], 1);
    assert.deepEqual(besidesDirectory(troubles), []);
  });

  it('under the passphrase of the kit asks for one alone, and single records come back out of it', async () => {
    const old = await sealed('kit');
    await succeed(old.page, 'com.atproto.repo.deleteRecord', { input: { repo: old.did, collection: 'app.example.note', rkey: 'n1' }, requestId: crypto.randomUUID() });
    await visit(old.page, `${app.url}/backups/records`);
    await unseal(old.page, 'holdfast-take-back >>> #car', old.file, old.passphrase);
    await press(old.page, 'holdfast-take-back >>> holdfast-take-collections >>> input[data-kind=fresh]');
    await press(old.page, 'holdfast-take-back >>> #start');
    await says(old.page, 'holdfast-taken >>> .card', /1 record is back/);

    const { page } = await open('/restore');
    await unseal(page, 'holdfast-restore >>> #car', old.file, old.passphrase);
    await says(page, 'holdfast-restore >>> #passphrase-hint', /Leave it empty if it is the passphrase of the file/);
    await press(page, 'holdfast-restore >>> #start');
    await find(page, 'holdfast-restored');
    assert.equal((await headOf(page, old.did)).cid, old.head.cid);
  });
});
