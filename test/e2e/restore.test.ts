import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { formatDidKey } from '../../src/protocol/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../../src/keys/index.ts';
import { makeRestorable } from '../support/restorable.ts';
import { besidesDirectory } from './support/app.ts';
import { press } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { call, makeAccount, post, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, eventually, find, LOOKS, openPage, visit } from './support/page.ts';
import type { ElementHandle, Page } from 'puppeteer-core';
import type { Restorable } from '../support/restorable.ts';
import type { Look } from './support/page.ts';

const LOOK = LOOKS['desktop, light'] as Look;
const app = driven();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-restore-'));
after(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => closePages(app.browser));

async function fileOf(name: string, blob: Blob): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(await blob.arrayBuffer()));
  return path;
}

async function upload(page: Page, place: string, path: string): Promise<void> {
  const input = await find(page, `holdfast-restore >>> ${place} >>> input[type=file]`);
  await (input as ElementHandle<HTMLInputElement>).uploadFile(path);
}

/** Fills in the screen as an owner does, and starts. */
async function restore(page: Page, made: Pick<Restorable, 'kit' | 'car'>, passphrase: string): Promise<void> {
  await fillIn(page, made, passphrase);
  await (await find(page, 'holdfast-restore >>> #start')).click();
}

async function fillIn(page: Page, { kit, car }: Pick<Restorable, 'kit' | 'car'>, passphrase: string): Promise<void> {
  await visit(page, `${app.url}/restore`);
  await upload(page, '#car', await fileOf('account.car', car));
  await upload(page, '#kit', await fileOf('account.age', kit));
  await (await find(page, 'holdfast-restore >>> #passphrase')).type(passphrase);
  // What the file holds is told above the button: a click before that may fall beside it.
  await find(page, 'holdfast-restore >>> holdfast-file-contents');
}

/** Waits for the end, also where the machine has much else to do. */
async function restored(page: Page): Promise<void> {
  await page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 90_000 });
}

const accountsOf = async (page: Page): Promise<unknown> => (await succeed(page, 'app.holdfast.account.list'))['accounts'];

describe('kits in the built workers', () => {
  it('that the service worker seals are opened by the whole age library, and prove themselves', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOK);
    await visit(page, app.url);
    const { did, passphrase } = await makeAccount(page);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    const kit = await openKit(new TextEncoder().encode(String(armored)), passphrase);
    wipeKit(kit);
    assert.equal(kit.did, did);
    const { signingKey, rotationKeys } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
    assert.deepEqual([formatDidKey(kit.signing.publicKey), formatDidKey(kit.recovery.publicKey)], [signingKey, (rotationKeys as string[])[0]]);
    const wrong = await call(page, 'app.holdfast.kit.prove', { input: { did, passphrase: generatePassphrase(), armored } });
    assert.equal(wrong.body['error'], 'KitPassphrase');
    const { account } = await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored } });
    assert.equal((account as { kit: string }).kit, 'proven');
    // The refusal was asked for.
    assert.deepEqual(besidesDirectory(troubles).filter((trouble) => !/status of 400/.test(trouble)), []);
  });

  it('that the whole age library sealed bring an account back in the worker of jobs', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOK);
    await page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
    const made = await makeRestorable({ records: 3_000 });
    await restore(page, made, made.passphrase.toLowerCase());
    await restored(page);
    const [account] = await accountsOf(page) as { did: string; head: { cid: string; rev: string }; records: number; kit: string }[];
    assert.deepEqual(
      [account?.did, account?.head, account?.records, account?.kit],
      [made.did, { cid: made.head.toString(), rev: made.rev }, 3_000, 'proven'],
    );
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(made.did, 'home again'), requestId: crypto.randomUUID() });
    await verifyRepoCar(await savedFile(page), made.did, formatDidKey(made.key));
    assert.deepEqual(besidesDirectory(troubles), []);
  });
});

/** Saves the account through the screen. */
async function savedFile(page: Page): Promise<Uint8Array> {
  const downloads = mkdtempSync(join(folder, 'downloads-'));
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allow', downloadPath: downloads, ...(page.browserContext().id !== undefined && { browserContextId: page.browserContext().id! }),
  });
  await visit(page, `${app.url}/backups`);
  await press(page, 'holdfast-save-card >>> input[value=car]');
  await (await find(page, 'holdfast-save-card >>> #start')).click();
  await says(page, 'holdfast-save-card >>> .note.good', /Read back and verified: 3,001 records/);
  const names = (): string[] => readdirSync(downloads);
  await eventually(() => names().some((name) => name.endsWith('.car')), () => `only ${names().join()} was downloaded`);
  return readFileSync(join(downloads, names().find((name) => name.endsWith('.car'))!));
}

describe('restoring', () => {
  it('is refused in words where the passphrase is wrong, and nothing is there', async () => {
    const { page } = await openPage(app.browser, app.url, LOOK);
    const made = await makeRestorable();
    await restore(page, made, generatePassphrase());
    await says(page, 'holdfast-restore >>> hf-error >>> [role=alert]', /^Nothing was changed.*The kit did not open with this passphrase/);
    assert.deepEqual(await accountsOf(page), []);
    const { jobs } = await succeed(page, 'app.holdfast.job.list');
    const failed = (jobs as { kind: string; state: string; error?: { code: string } }[]).find(({ kind }) => kind === 'restore');
    assert.deepEqual([failed?.state, failed?.error?.code], ['failed', 'KitPassphrase']);
  });

  it('that a reload stops leaves no account and no packs, and can be begun again', async () => {
    const { page } = await openPage(app.browser, app.url, LOOK);
    const made = await makeRestorable({ records: 60_000 });
    page.on('dialog', (dialog) => void dialog.accept());
    await fillIn(page, made, made.passphrase);
    const reloaded = page.waitForNavigation();
    // When the first records were read, and from inside the page, so that a fast machine is no faster than this.
    await (await find(page, 'holdfast-restore')).evaluate((screen) => {
      const timer = setInterval(() => {
        if (!screen.shadowRoot?.querySelector('section[aria-busy=true] holdfast-job-progress')?.shadowRoot?.querySelector('.numbers')) return;
        clearInterval(timer);
        location.reload();
      }, 2);
      screen.shadowRoot?.querySelector<HTMLElement>('#start')?.click();
    });
    await reloaded;
    const { jobs } = await succeed(page, 'app.holdfast.job.list');
    const stopped = (jobs as { kind: string; state: string }[]).find(({ kind }) => kind === 'restore');
    assert.equal(stopped?.state, 'stopped');
    assert.deepEqual(await accountsOf(page), []);
    await restore(page, made, made.passphrase);
    await restored(page);
  });
});
