import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { BlobReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js';
import { choose, didsOf, fileOf, headOf, keepDownloads, kitFile, press, saveBackup, typePassphrase, writeMany } from './support/backups.ts';
import { besidesDirectory } from './support/app.ts';
import { driven } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { pictureFor } from './support/journey.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, renewing, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
const PREFERENCES = [{ $type: 'app.bsky.actor.defs#adultContentPref', enabled: false }];

async function open(path = '/'): Promise<{ readonly page: Page; readonly troubles: string[] }> {
  const opened = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await keepDownloads(opened.page);
  await visit(opened.page, `${app.url}${path}`);
  return opened;
}

/** An account with records, a picture and preferences; with its backup as it is saved with a press of the button. */
async function saved() {
  const { page, troubles } = await open();
  const { did, passphrase } = await makeAccount(page);
  await writeMany(page, did, 40);
  const picture = await pictureFor(page, did);
  await succeed(page, 'app.bsky.actor.putPreferences', { input: { preferences: PREFERENCES } });
  const bytes = await saveBackup(page, app.url, 'zip');
  return { page, troubles, did, passphrase, picture, bytes, zip: fileOf(`${did.slice(-6)}.zip`, bytes), head: await headOf(page, did) };
}

const namesOf = async (bytes: Uint8Array): Promise<string[]> =>
  (await new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)]))).getEntries()).map(({ filename }) => filename);

describe('a backup of everything', () => {
  afterEach(() => closePages(app.browser));

  it('is what a press saves; it is tested whole, and brings all of it back with the passphrase alone', async () => {
    const old = await saved();
    assert.deepEqual(await namesOf(old.bytes), [
      'repository.car', `blobs/${old.picture}`, 'preferences.json', 'identity-log.json', 'kit.age', 'manifest.json',
    ]);
    assert.match(await textOf(old.page, 'holdfast-save-card >>> .note.good'), /41 records.*inside: 1 of 1.*this file and its passphrase bring the account back/);
    await choose(old.page, 'holdfast-test-card >>> hf-file', old.zip);
    await says(old.page, 'holdfast-test-card >>> [role=status]', /This file is good.*Two independent verifiers have read all of it and agree/);
    assert.match(await textOf(old.page, 'holdfast-test-card >>> holdfast-file-contents >>> dl'), /1 of 1 that records name.*Recovery kit\s*inside, sealed.*Preferences of apps\s*1/s);
    assert.deepEqual(old.troubles, []);

    const { page, troubles } = await open('/restore');
    await choose(page, 'holdfast-restore >>> #car', old.zip);
    await says(page, 'holdfast-restore >>> section[aria-labelledby=two]', /The sealed kit is in the backup/);
    assert.equal(await page.$eval('>>> holdfast-restore >>> #kit', (place) => place.checkVisibility()), false);
    await typePassphrase(page, old.passphrase);
    await find(page, 'holdfast-restored');
    const { cid, rev } = await headOf(page, old.did);
    assert.deepEqual({ cid, rev }, { cid: old.head.cid, rev: old.head.rev });
    assert.deepEqual((await succeed(page, 'app.bsky.actor.getPreferences'))['preferences'], PREFERENCES);
    assert.equal((await succeed(page, 'app.holdfast.account.describe', { params: { did: old.did } }))['blobs'], 1);
    assert.doesNotMatch(await textOf(page, 'holdfast-restored'), /are not here|is not here/);
    assert.deepEqual(besidesDirectory(troubles), []);
  });

  it('takes in the kit of an owner whose browser keeps none, and says when it is not inside', async () => {
    const { page } = await open();
    const { did, passphrase } = await makeAccount(page);
    const kit = await kitFile(page, did);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored } });
    const bare = await saveBackup(page, app.url, 'zip');
    assert.ok(!(await namesOf(bare)).includes('kit.age'));
    await says(page, 'holdfast-save-card >>> .note.good', /The kit is not inside/);
    await choose(page, 'holdfast-save-card >>> #kit', fileOf('no.age', 'no kit'));
    await says(page, 'holdfast-save-card >>> #kit >>> .field', /This is not a recovery kit/);
    await choose(page, 'holdfast-save-card >>> #kit', kit);
    await says(page, 'holdfast-save-card >>> .in', /The recovery kit, sealed by its passphrase/);
    await press(page, 'holdfast-save-card >>> #start');
    await says(page, 'holdfast-save-card >>> .note.good', /this file and its passphrase bring the account back/);
  });

  it('that is damaged is refused, and nothing is there', async () => {
    const { bytes } = await saved();
    const { page } = await open('/restore');
    const flipped = Uint8Array.from(bytes);
    flipped[Math.floor(bytes.length / 3)]! ^= 1;
    const refusal = 'holdfast-restore >>> section[aria-labelledby=one] hf-error >>> .what';
    for (const [name, broken] of [['flipped.zip', flipped], ['cut.zip', bytes.subarray(0, bytes.length - 9)]] as const) {
      await renewing(page, refusal, () => choose(page, 'holdfast-restore >>> #car', fileOf(name, broken)));
      await says(page, refusal, /damaged|not a whole/);
    }
    assert.deepEqual(await didsOf(page), []);
  });
});
