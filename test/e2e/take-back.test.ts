import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { choose, fileOf, headOf, keepDownloads, kitFile, press, saveBackup, typePassphrase, writeMany } from './support/backups.ts';
import { besidesDirectory } from './support/app.ts';
import { driven } from './support/driven.ts';
import { call, makeAccount, succeed } from './support/house.ts';
import { pictureFor } from './support/journey.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
const NOTE = 'app.example.note';
const SCREEN = 'holdfast-take-back';
const COLLECTIONS = `${SCREEN} >>> holdfast-take-collections`;

async function open(path = '/'): Promise<{ readonly page: Page; readonly troubles: string[] }> {
  const opened = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await keepDownloads(opened.page);
  await visit(opened.page, `${app.url}${path}`);
  return opened;
}

const write = (page: Page, method: string, input: object) => succeed(page, `com.atproto.repo.${method}`, { input, requestId: crypto.randomUUID() });
const valueAt = async (page: Page, repo: string, rkey: string): Promise<unknown> => (
  (await call(page, 'com.atproto.repo.getRecord', { params: { repo, collection: NOTE, rkey } })).body['value']
);
const textAt = async (page: Page, repo: string, rkey: string): Promise<unknown> => (await valueAt(page, repo, rkey) as { text?: string } | undefined)?.text;

describe('bringing records back from a backup', () => {
  afterEach(() => closePages(app.browser));

  it('brings back what was deleted, shows what differs with a choice, and takes all of it back again; without a network too', async () => {
    const { page, troubles } = await open();
    const { did } = await makeAccount(page);
    await writeMany(page, did, 60);
    const zip = fileOf(`${did.slice(-6)}-take.zip`, await saveBackup(page, app.url, 'zip'));
    const old = await valueAt(page, did, 'n3');
    for (const rkey of ['n1', 'n2']) await write(page, 'deleteRecord', { repo: did, collection: NOTE, rkey });
    for (const rkey of ['n3', 'n4']) await write(page, 'putRecord', { repo: did, collection: NOTE, rkey, record: { text: 'changed since' } });
    await write(page, 'putRecord', { repo: did, collection: NOTE, rkey: 'new', record: { text: 'written since' } });
    const before = await headOf(page, did);

    await press(page, 'holdfast-backups >>> a[href="/backups/records"]');
    await page.setOfflineMode(true);
    await choose(page, `${SCREEN} >>> #car`, zip);
    await says(page, `${SCREEN} >>> section[aria-labelledby=file]`, /The file is whole and yours.*60 records/);
    assert.match(await textOf(page, `${COLLECTIONS} >>> section`), /56 the same as here.*all 2 that are not here.*all 2 that differ/s);
    await says(page, `${SCREEN} >>> section[aria-labelledby=plan]`, /Nothing is chosen yet/);
    await press(page, `${COLLECTIONS} >>> input[data-kind=fresh]`);
    await says(page, `${SCREEN} >>> section[aria-labelledby=plan]`, /2 records that are not here come back/);

    await press(page, `${COLLECTIONS} >>> button[aria-expanded]`);
    const row = `${COLLECTIONS} >>> holdfast-change-list >>> li[data-path="${NOTE}/n3"]`;
    await says(page, row, /Here, but different/);
    await press(page, `${row} button`);
    assert.match(await textOf(page, `${row} >>> holdfast-difference >>> ol`), /−\s*removed\s+"text": "changed since".*\+\s*added\s+"text": "3 x+"/s);
    await press(page, `${row} input[value=file]`);
    await says(page, `${SCREEN} >>> section[aria-labelledby=plan]`, /2 records that are not here come back.*1 record of yours becomes what it is in the file/s);
    assert.equal((await headOf(page, did)).cid, before.cid, 'something was written before the owner agreed');

    await press(page, `${SCREEN} >>> #start`);
    await says(page, 'holdfast-taken >>> .card', /3 records are back, in 1 signed change/);
    assert.deepEqual(await valueAt(page, did, 'n3'), old);
    assert.match(String(await textAt(page, did, 'n1')), /^1 x/);
    assert.deepEqual([await textAt(page, did, 'n4'), await textAt(page, did, 'new')], ['changed since', 'written since']);

    await press(page, 'holdfast-taken >>> #undo');
    await says(page, 'holdfast-taken >>> [role=status]', /3 records are as they were before/);
    assert.deepEqual(besidesDirectory(troubles), []);
    assert.deepEqual([await textAt(page, did, 'n1'), await textAt(page, did, 'n3')], [undefined, 'changed since']);
  });

  it('puts the pictures of records into the house first, where it has none of them', async () => {
    const old = await open();
    const { did, passphrase } = await makeAccount(old.page);
    const picture = await pictureFor(old.page, did);
    const zip = fileOf(`${did.slice(-6)}-picture.zip`, await saveBackup(old.page, app.url, 'zip'));
    const car = fileOf(`${did.slice(-6)}-bare.car`, await saveBackup(old.page, app.url, 'car'));
    const kit = await kitFile(old.page, did);
    const [collection] = (await succeed(old.page, 'com.atproto.repo.describeRepo', { params: { repo: did } }))['collections'] as string[];
    const list = async (page: Page) => (await succeed(page, 'com.atproto.repo.listRecords', { params: { repo: did, collection: collection! } }))['records'] as { uri: string; cid: string }[];
    const [record] = await list(old.page);

    const { page } = await open('/restore');
    await choose(page, 'holdfast-restore >>> #car', car);
    await choose(page, 'holdfast-restore >>> #kit', kit);
    await typePassphrase(page, passphrase);
    await find(page, 'holdfast-restored');
    await write(page, 'deleteRecord', { repo: did, collection: collection!, rkey: record!.uri.split('/').at(-1)! });
    assert.equal((await call(page, 'com.atproto.sync.getBlob', { params: { did, cid: picture } })).status, 400);
    await visit(page, `${app.url}/backups/records`);
    await choose(page, `${SCREEN} >>> #car`, zip);
    await press(page, `${COLLECTIONS} >>> input[data-kind=fresh]`);
    await says(page, `${SCREEN} >>> section[aria-labelledby=plan]`, /1 picture or other blob comes with them/);
    await press(page, `${SCREEN} >>> #start`);
    await says(page, 'holdfast-taken >>> .card', /1 record is back/);
    assert.deepEqual(await list(page), [record]);
    assert.equal((await succeed(page, 'app.holdfast.account.describe', { params: { did } }))['blobs'], 1);
  });

  it('refuses the file of another account and a damaged one, and changes nothing', async () => {
    const stranger = await open();
    await makeAccount(stranger.page);
    const theirs = fileOf('theirs-take.zip', await saveBackup(stranger.page, app.url, 'zip'));
    const { page } = await open();
    const { did } = await makeAccount(page);
    await writeMany(page, did, 20);
    const bytes = Uint8Array.from(await saveBackup(page, app.url, 'zip'));
    bytes[Math.floor(bytes.length / 3)]! ^= 1;
    await visit(page, `${app.url}/backups/records`);
    for (const [file, words] of [[theirs, /The file is of another account/], [fileOf('damaged-take.zip', bytes), /damaged|not a whole/]] as const) {
      await choose(page, `${SCREEN} >>> #car`, file);
      await says(page, `${SCREEN} >>> hf-error >>> .what`, words);
      assert.match(await textOf(page, `${SCREEN} >>> hf-error >>> .what`), /^Nothing was changed: this file was only read\./);
    }
    assert.equal(await page.$(`>>> ${SCREEN} >>> #start`), null);
  });
});
