import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { verifyRepoCar } from '@atproto/repo';
import { makeRestorable } from '../support/restorable.ts';
import {
  choose, didsOf, downloaded, fileOf, fillRestore, headOf, keepDownloads, kitFile, press, saveBackup, typePassphrase, writeMany,
} from './support/backups.ts';
import { besidesDirectory } from './support/app.ts';
import { driven } from './support/driven.ts';
import { exportRepo, makeAccount, post, postTexts, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { shows } from './support/records.ts';
import { closePages, find, LOOKS, openPage, renewing, replaceJobs, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;

const app = driven();

/** A fresh profile with the app open, in which what is downloaded is kept. */
async function open(path = '/'): Promise<{ readonly page: Page; readonly troubles: string[] }> {
  const opened = await openPage(app.browser, app.url, DESKTOP);
  await keepDownloads(opened.page);
  await visit(opened.page, `${app.url}${path}`);
  return opened;
}

/** An account with some records, its backup and its kit. */
async function saved(records = 450) {
  const { page, troubles } = await open();
  const { did, passphrase } = await makeAccount(page);
  await writeMany(page, did, records);
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'The last word.'), requestId: crypto.randomUUID() });
  const bytes = await saveBackup(page, app.url);
  const kit = await kitFile(page, did);
  return { page, troubles, did, passphrase, bytes, kit, car: fileOf(`${did.slice(-6)}.car`, bytes), head: await headOf(page, did) };
}

/** An account that takes long enough to bring back that it can be stopped in the middle. */
async function large() {
  const { did, passphrase, kit, car } = await makeRestorable({ records: 60_000 });
  const bytes = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());
  return { did, passphrase, kit: fileOf('large.age', await bytes(kit)), car: fileOf('large.car', await bytes(car)) };
}

const VERDICT = 'holdfast-test-card >>> [role=status]';
const FAILURE = 'holdfast-test-card >>> hf-error >>> .what';

describe('saving a backup', () => {
  afterEach(() => closePages(app.browser));

  it('writes a file that another implementation verifies, and says what was read back', async () => {
    const { page, troubles, did, bytes, head } = await saved();
    const text = await textOf(page, 'holdfast-save-card >>> .note.good');
    assert.match(text, /Read back and verified: 451 records/);
    assert.ok(text.includes(`rev ${head.rev}`), text);
    const verified = await verifyRepoCar(bytes, did, head.signingKey);
    assert.equal(verified.commit.cid.toString(), head.cid);
    assert.equal(verified.creates.length, 451);
    assert.deepEqual(Buffer.compare(bytes, await exportRepo(page, did)), 0, 'not what getRepo gives');
    assert.match(await says(page, 'holdfast-saves-card >>> section', /Up to date/), /Read back and verified: 451 records/);
    assert.deepEqual(troubles, []);
  });

  it('writes where the owner chose, where the browser can', async () => {
    const { page } = await open();
    const { did } = await makeAccount(page);
    await writeMany(page, did, 20);
    await visit(page, `${app.url}/backups`);
    const suggested = await page.evaluate(() => {
      const asked: string[] = [];
      Object.assign(globalThis, {
        asked,
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
          asked.push(suggestedName);
          return (await navigator.storage.getDirectory()).getFileHandle('chosen.car', { create: true });
        },
      });
      return asked;
    });
    assert.deepEqual(suggested, []);
    await press(page, 'holdfast-save-card >>> input[value=car]');
    await press(page, 'holdfast-save-card >>> #start');
    await find(page, 'holdfast-save-card >>> .note.good');
    const found = await page.evaluate(async () => {
      const file = await (await (await navigator.storage.getDirectory()).getFileHandle('chosen.car')).getFile();
      return { size: file.size, asked: (globalThis as unknown as { asked: string[] }).asked };
    });
    const { rev } = await headOf(page, did);
    assert.equal(found.size, (await exportRepo(page, did)).length);
    assert.match(found.asked.join(), new RegExp(`^did-plc-[a-z2-7]{24}-\\d{8}-\\d{4}-${rev}\\.car$`));
    await assert.rejects(downloaded(page), /nothing was downloaded/);
  });

  it('says that a backup is behind once something was written', async () => {
    const { page, did } = await saved(10);
    await says(page, 'holdfast-saves-card >>> section', /Up to date/);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'One more.'), requestId: crypto.randomUUID() });
    await says(page, 'holdfast-saves-card >>> section', /Behind/);
  });
});

describe('testing a file', () => {
  afterEach(() => closePages(app.browser));

  it('says whose it is, that it is good, and how it stands to the house', async () => {
    const { page, troubles, did, car } = await saved(60);
    await choose(page, 'holdfast-test-card >>> hf-file', car);
    const verdict = await says(page, VERDICT, /This file is good/);
    assert.match(verdict, /Two independent verifiers have read all of it and agree.*It holds exactly what is in this house now/);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'One more.'), requestId: crypto.randomUUID() });
    await choose(page, 'holdfast-test-card >>> hf-file', car);
    await says(page, VERDICT, /It is older than what is in this house/);
    assert.deepEqual(troubles, []);
  });

  it('refuses what was cut short or changed, says that the data is safe, and changes nothing', async () => {
    const { page, did, bytes, head } = await saved(60);
    const flipped = Uint8Array.from(bytes);
    flipped[Math.floor(bytes.length / 2)]! ^= 1;
    for (const [name, broken] of [['cut.car', bytes.subarray(0, bytes.length - 7)], ['flipped.car', flipped], ['none.car', new Uint8Array(0)]] as const) {
      await renewing(page, FAILURE, () => choose(page, 'holdfast-test-card >>> hf-file', fileOf(name, broken)));
      await says(page, FAILURE, /The file is not a whole, unchanged repository/);
      assert.match(await textOf(page, FAILURE), /^Your records in this browser are safe: this file was only read\./, name);
      assert.equal((await page.$(`>>> ${VERDICT} .note.good`)), null);
    }
    assert.equal((await headOf(page, did)).cid, head.cid);
    assert.deepEqual(await didsOf(page), [did]);
  });

  it('does not call good what it cannot check: the file of an account that is not here', async () => {
    const stranger = await saved(5);
    const { page } = await saved(5);
    await choose(page, 'holdfast-test-card >>> hf-file', stranger.car);
    const verdict = await says(page, VERDICT, /This file is whole/);
    assert.match(verdict, /The signature cannot be checked here/);
    assert.doesNotMatch(verdict, /good/);
  });
});

describe('restoring in a new browser', () => {
  afterEach(() => closePages(app.browser));

  it('brings the same account back from kit and file, which can write on', async () => {
    const old = await saved();
    const { page, troubles } = await open('/welcome');
    await (await find(page, 'holdfast-welcome >>> a[href="/restore"]')).click();
    await choose(page, 'holdfast-restore >>> #car', old.car);
    const found = await says(page, 'holdfast-restore >>> .screen', /The file is whole/);
    assert.match(found, /Nothing has changed yet/);
    assert.match(await says(page, 'holdfast-restore >>> holdfast-file-contents >>> dl', /Records/), /Records\s*451/);
    assert.deepEqual(await didsOf(page), []);

    await fillRestore(page, { ...old, passphrase: '22222-22222-22222-22222' });
    const refused = await textOf(page, 'holdfast-restore >>> .screen > hf-error >>> .what');
    assert.match(refused, /^Nothing was changed: what is in this browser is as it was\./);
    assert.deepEqual(await didsOf(page), []);

    await typePassphrase(page, ` ${old.passphrase.toLowerCase()} `);
    await find(page, 'holdfast-restored');
    assert.equal(await textOf(page, 'holdfast-restore >>> h1'), 'Your account is back');
    assert.deepEqual(await didsOf(page), [old.did]);
    const { cid, rev } = await headOf(page, old.did);
    assert.deepEqual({ cid, rev }, { cid: old.head.cid, rev: old.head.rev });

    await visit(page, app.url);
    await says(page, 'holdfast-home >>> article[aria-labelledby=backup]', /Up to date/);
    const again = await saveBackup(page, app.url);
    assert.equal(Buffer.compare(again, old.bytes), 0, 'saved again, it is another file');
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(old.did, 'Back.'), requestId: crypto.randomUUID() });
    const after = await headOf(page, old.did);
    assert.ok(after.rev > old.head.rev, `${after.rev} is not after ${old.head.rev}`);
    assert.deepEqual(await postTexts(page, old.did), ['The last word.', 'Back.']);
    const bytes = await saveBackup(page, app.url);
    const verified = await verifyRepoCar(bytes, old.did, old.head.signingKey);
    assert.equal(verified.creates.length, 452);
    assert.deepEqual(besidesDirectory(troubles), []);
  });

  it('refuses a file of another account, a damaged one, and what is no kit, and changes nothing', async () => {
    const one = await saved(5);
    const other = await saved(5);
    const { page } = await open('/restore');
    await choose(page, 'holdfast-restore >>> #kit', one.car);
    await says(page, 'holdfast-restore >>> #kit >>> .field', /This is not a recovery kit/);
    await fillRestore(page, { ...one, car: other.car });
    await says(page, 'holdfast-restore >>> .screen > hf-error >>> .what', /The file is of another account/);
    const broken = Uint8Array.from(one.bytes);
    broken[broken.length - 20]! ^= 4;
    await choose(page, 'holdfast-restore >>> #car', fileOf('broken.car', broken));
    await says(page, 'holdfast-restore >>> section[aria-labelledby=one] hf-error >>> .what', /not a whole, unchanged repository/);
    await press(page, 'holdfast-restore >>> #start');
    await says(page, 'holdfast-restore >>> .screen > hf-error >>> .what', /not a whole, unchanged repository/);
    assert.deepEqual(await didsOf(page), []);
  });

  it('leaves an account alone that is here already', async () => {
    const { page, did, kit, passphrase, car, head } = await saved(5);
    await visit(page, `${app.url}/restore`);
    await fillRestore(page, { kit, passphrase, car });
    await says(page, 'holdfast-restore >>> .screen > hf-error >>> .what', /^Your account is safe: it is in this house, and was not touched\./);
    assert.equal((await headOf(page, did)).cid, head.cid);
  });

  it('leaves nothing when it is cancelled in the middle', async () => {
    const old = await large();
    const { page } = await open('/restore');
    assert.deepEqual(await didsOf(page), []);
    const before = await storedRows(page);
    await whenReading(page, 'cancel');
    await fillRestore(page, old);
    await says(page, 'holdfast-restore >>> .screen', /Cancelled\. Nothing was changed and nothing was kept/);
    assert.deepEqual(await didsOf(page), []);
    assert.deepEqual(await storedRows(page), before);
    // And it can be done after all.
    await press(page, 'holdfast-restore >>> #start');
    await find(page, 'holdfast-restored');
    assert.deepEqual(await didsOf(page), [old.did]);
  });

  for (const [name, end, words] of [
    ['ends by itself', `postMessage({ type: 'done', result: { ...progress, did: 'did:plc:x', rev: '3l', head: '', bytes: 1, collections: [], blobs: 1, missingBlobs: 1, foreign: 0, unreachable: 0 } })`, /Verified, and here.*1 picture or other blob/],
    ['stops', `null.x`, /Whether this account is here now is not known/],
  ] as const) {
    it(`never says that nothing was kept when it is cancelled while pictures come and ${name}`, async () => {
      const { page } = await openPage(app.browser, app.url, DESKTOP);
      await replaceJobs(page, `
        const progress = { phase: 'blobs', done: 0, total: 1, unit: 'blobs', records: 1 };
        onmessage = ({ data }) => {
          if (data.type === 'start') postMessage({ type: 'progress', progress });
          // Later than a page waits that may end its worker.
          else setTimeout(() => ${end}, 4_000);
        };`);
      await visit(page, `${app.url}/restore`);
      await press(page, 'holdfast-restore >>> input[value=mirror][name=source]');
      await choose(page, 'holdfast-restore >>> #kit', fileOf('any.age', '-----BEGIN AGE ENCRYPTED FILE-----\n'));
      await find(page, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
      await typePassphrase(page, 'any');
      await says(page, 'holdfast-restore >>> section[aria-labelledby=running]', /The account is here, verified/);
      await press(page, 'holdfast-restore >>> hf-progress >>> button');
      await shows(page, 'holdfast-restore', words);
    });
  }
});

describe('the tray of jobs', () => {
  afterEach(() => closePages(app.browser));

  it('keeps a job that goes on while its owner looks at something else', async () => {
    const { page, troubles } = await saved(3_000);
    await press(page, 'holdfast-save-card >>> #start');
    await press(page, 'a[href="/settings"]');
    await find(page, 'holdfast-settings');
    assert.match(await says(page, 'holdfast-jobs-tray >>> section', /Backup saved, read back and verified/), /3,001 records/);
    await press(page, 'holdfast-jobs-tray >>> a[href="/backups"]');
    await find(page, 'holdfast-save-card >>> .note.good');
    assert.equal(await page.$eval('>>> holdfast-jobs-tray >>> section', (tray) => tray.checkVisibility()), false);
    assert.deepEqual(troubles, []);
  });

  it('says of a job whose page was closed that it was stopped and nothing was changed', async () => {
    const old = await large();
    const { page } = await open('/restore');
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await whenReading(page, 'leave');
    await fillRestore(page, old);
    await find(page, 'holdfast-settings');
    assert.deepEqual(asked, ['beforeunload'], 'left without a question');
    await says(page, 'holdfast-jobs-tray >>> section', /A restore was stopped with its page: the account is not here, or it is whole/);
    assert.deepEqual(await didsOf(page), []);
    await press(page, 'holdfast-jobs-tray >>> button[aria-label=Dismiss]');
    await page.reload({ waitUntil: 'load' });
    await find(page, 'holdfast-storage-card >>> .note');
    assert.equal(await page.$eval('>>> holdfast-jobs-tray >>> section', (tray) => tray.checkVisibility()), false);
  });
});

describe('settings', () => {
  afterEach(() => closePages(app.browser));

  it('removes an account only when its name was typed, after saying what would be lost', async () => {
    const { page, did, troubles } = await saved(5);
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'One more.'), requestId: crypto.randomUUID() });
    await visit(page, `${app.url}/settings`);
    await press(page, 'holdfast-remove-card >>> button.danger');
    const dialog = await find(page, 'holdfast-remove-card >>> hf-confirm >>> dialog[open]');
    const risks = await textOf(page, 'holdfast-remove-card >>> .risks');
    assert.match(risks, /You have not shown that you hold the recovery kit.*Something has changed since the last backup/);
    await press(page, 'holdfast-remove-card >>> hf-confirm >>> button[type=submit]');
    assert.deepEqual(await didsOf(page), [did]);
    const field = await find(page, 'holdfast-remove-card >>> hf-confirm >>> #typed');
    await field.type(did.slice(-8));
    await press(page, 'holdfast-remove-card >>> hf-confirm >>> button[type=submit]');
    await find(page, 'holdfast-welcome');
    await dialog.dispose();
    assert.deepEqual(await didsOf(page), []);
    assert.deepEqual(troubles, []);
  });

  it('shows that nothing leaves the device, and the version', async () => {
    const { page, troubles } = await open('/settings');
    const text = await says(page, 'holdfast-leaving-card >>> section', /requests/);
    assert.match(text, /Nothing\. Since you opened this page, it has asked no other host/);
    assert.ok(text.includes(new URL(app.url).host), text);
    await says(page, 'holdfast-version-card >>> section', /Holdfast \d+\.\d+\.\d+/);
    await press(page, 'holdfast-version-card >>> #look');
    await says(page, 'holdfast-version-card >>> section', /This is the newest version/);
    await says(page, 'holdfast-storage-card >>> section', /used of about/);
    assert.deepEqual(troubles, []);
  });

  it('keeps the chosen colours after a reload', async () => {
    const { page } = await open('/settings');
    await press(page, 'holdfast-settings >>> input[value=dark]');
    const scheme = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    assert.equal(await scheme(), 'dark');
    await page.reload({ waitUntil: 'load' });
    await find(page, 'holdfast-settings');
    assert.equal(await scheme(), 'dark');
  });
});

/** Lets the page itself cancel a restore, or leave, as soon as the file is being read: what is small is done quickly. */
async function whenReading(page: Page, what: 'cancel' | 'leave'): Promise<void> {
  await page.evaluate((what) => {
    const look = (): void => {
      const bar = document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-restore')?.shadowRoot
        ?.querySelector('section[aria-busy=true] holdfast-job-progress')?.shadowRoot?.querySelector('hf-progress')?.shadowRoot;
      if (!/Reading and verifying/.test(bar?.textContent ?? '')) setTimeout(look, 1);
      else if (what === 'cancel') bar?.querySelector('button')?.click();
      else location.assign('/settings');
    };
    look();
  }, what);
}

/** How many rows each store of the house's database has; the rows of jobs are no part of an account. */
async function storedRows(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const counts: Record<string, number> = {};
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error as Error));
      });
      for (const store of database.objectStoreNames) {
        if (store === 'jobs') continue;
        counts[`${name}/${store}`] = await new Promise<number>((resolve) => {
          const request = database.transaction(store).objectStore(store).count();
          request.addEventListener('success', () => resolve(request.result));
        });
      }
      database.close();
    }
    return counts;
  });
}
