// A folder of the origin's own stands for the one that a picker would give: no picker can be answered here. It takes no permission,
// so that asking again is tried with a folder that pretends to have lost it.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { headOf, keepDownloads, press, writeMany } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { makeAccount, post, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
const CARD = 'holdfast-folder-card >>> section';
const COPIES = 'holdfast-copies-card >>> section';

/** A page whose picker gives a folder of the origin. */
async function open(): Promise<{ readonly page: Page; readonly troubles: string[] }> {
  const opened = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await keepDownloads(opened.page);
  await opened.page.evaluateOnNewDocument(() => {
    Object.assign(globalThis, {
      showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Chosen', { create: true }),
    });
  });
  await visit(opened.page, app.url);
  return opened;
}

/** Names and sizes of what is in the folder. */
const inFolder = (page: Page): Promise<(readonly [string, number])[]> => page.evaluate(async () => {
  const found: (readonly [string, number])[] = [];
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('Chosen', { create: true });
  for await (const [name, handle] of (folder as unknown as { entries(): AsyncIterable<[string, FileSystemFileHandle]> }).entries()) {
    found.push([name, (await handle.getFile()).size]);
  }
  return found;
});

/** Lets every backup in the rows of the folder be so many days older. */
const age = (page: Page, days: number): Promise<void> => page.evaluate(async (days) => {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('holdfast-folders');
    request.addEventListener('success', () => resolve(request.result));
  });
  const store = database.transaction('folders', 'readwrite').objectStore('folders');
  const rows = await new Promise<{ written: { time: string }[] }[]>((resolve) => {
    const request = store.getAll();
    request.addEventListener('success', () => resolve(request.result));
  });
  for (const row of rows) {
    for (const backup of row.written) backup.time = new Date(Date.parse(backup.time) - days * 86_400_000).toISOString();
    store.put(row);
  }
  await new Promise((resolve) => {
    store.transaction.addEventListener('complete', resolve);
  });
  database.close();
}, days);

const write = (page: Page, did: string, text: string) => succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

describe('backups into a folder', () => {
  afterEach(() => closePages(app.browser));

  it('are written when one is chosen, and by themselves when something has changed since a day; the last ones stay', async () => {
    const { page, troubles } = await open();
    const { did } = await makeAccount(page);
    await writeMany(page, did, 20);
    await visit(page, `${app.url}/backups`);
    await says(page, COPIES, /There is 1 copy of this account.*Three copies: not yet/s);
    await press(page, `${CARD} >>> #choose`);
    await says(page, CARD, /Up to date.*Written into “Chosen”.*read back/s);
    const [first] = await inFolder(page);
    const { rev } = await headOf(page, did);
    assert.match(first![0], new RegExp(`-${rev}\\.zip$`));
    await says(page, COPIES, /There are 2 copies of this account.*Folder “Chosen”, 1 file/s);

    // Nothing has changed: nothing is due, however old it is.
    await age(page, 3);
    await visit(page, `${app.url}/backups`);
    await says(page, CARD, /3 days ago.*Nothing has changed since/s);
    await write(page, did, 'Something new.');
    await says(page, CARD, /Something has changed since/);
    await visit(page, app.url);
    // The page looks by itself, a moment after it has come.
    await visit(page, `${app.url}/backups`);
    await says(page, CARD, /Up to date.*2 backups are there/s);
    assert.equal((await inFolder(page)).length, 2);

    await (await find(page, `${CARD} >>> #keep`)).evaluate((select) => {
      (select as HTMLSelectElement).value = '3';
      select.dispatchEvent(new Event('change'));
    });
    for (const text of ['a', 'b']) {
      await write(page, did, text);
      await says(page, CARD, /Something has changed since/);
      await press(page, `${CARD} >>> #now`);
      await says(page, CARD, /Up to date/);
    }
    const kept = await inFolder(page);
    assert.equal(kept.length, 3);
    assert.ok(!kept.some(([name]) => name === first![0]), 'the oldest one is still there');
    assert.deepEqual(troubles, []);

    await visit(page, `${app.url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).evaluate((select) => {
      (select as HTMLSelectElement).value = 'backups';
      select.dispatchEvent(new Event('change'));
    });
    await says(page, 'holdfast-folder-log >>> section', /Written into “Chosen” and read back: 23 records/);
  });

  it('that cannot be written leave the good ones where they are, and say so', async () => {
    const { page } = await open();
    const { did } = await makeAccount(page);
    await writeMany(page, did, 5);
    await visit(page, `${app.url}/backups`);
    await press(page, `${CARD} >>> #choose`);
    await says(page, CARD, /Up to date/);
    const before = await inFolder(page);
    await write(page, did, 'Something new.');
    await says(page, CARD, /Something has changed since/);
    // The worker is asked for an account that it has not, and writes nothing.
    await page.evaluate(() => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (this: Worker, message: { job?: string; file?: unknown }) {
        return postMessage.call(this, message.job === 'save' ? { ...message, did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' } : message);
      } as typeof postMessage;
    });
    await press(page, `${CARD} >>> #now`);
    await says(page, CARD, /The last attempt.*failed\. Your records are safe in this browser, and the backups before it stay/s);
    assert.deepEqual(await inFolder(page), before);
    await visit(page, `${app.url}/backups`);
    await press(page, `${CARD} >>> #now`);
    await says(page, CARD, /Up to date.*2 backups are there/s);
    assert.equal((await inFolder(page)).length, 2);
  });

  it('ask for the permission again when the browser has taken it back, and write nothing until then', async () => {
    const { page } = await open();
    const { did } = await makeAccount(page);
    await visit(page, `${app.url}/backups`);
    await press(page, `${CARD} >>> #choose`);
    await says(page, CARD, /Up to date/);
    await write(page, did, 'Something new.');
    await age(page, 3);
    await page.evaluateOnNewDocument(() => {
      let permission = 'prompt';
      Object.assign(FileSystemDirectoryHandle.prototype, {
        queryPermission: async () => permission,
        requestPermission: async () => (permission = 'granted'),
      });
    });
    await visit(page, `${app.url}/backups`);
    await says(page, CARD, /The browser asks again before these pages may write into “Chosen”/);
    assert.equal((await inFolder(page)).length, 1);
    await press(page, `${CARD} >>> #allow`);
    await says(page, CARD, /Up to date.*2 backups are there/s);
    await press(page, `${CARD} >>> #forget`);
    await says(page, CARD, /Choose a folder once/);
    assert.equal((await inFolder(page)).length, 2);
  });
});

describe('the picture of copies', () => {
  afterEach(() => closePages(app.browser));

  it('says what is missing, leads to what mends it, and takes the owner’s word for what it cannot see', async () => {
    const { page } = await open();
    const { did, passphrase } = await makeAccount(page);
    await writeMany(page, did, 5);
    await visit(page, `${app.url}/backups`);
    await says(page, COPIES, /This browser.*You have not shown yet that you hold it.*One that is not on this device: not yet/s);
    await press(page, `${COPIES} >>> [data-mend=save]`);
    await page.waitForFunction(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.id === 'start';
    });
    await press(page, 'holdfast-save-card >>> #start');
    await find(page, 'holdfast-save-card >>> .note.good');
    await says(page, COPIES, /There are 2 copies.*A file that you saved.*Everything that is here/s);
    await press(page, `${COPIES} >>> #elsewhere`);
    await says(page, COPIES, /One that is not on this device: yes/);
    await write(page, did, 'Something new.');
    await says(page, COPIES, /A file that you saved\s*Older/);
    await press(page, `${CARD} >>> #choose`);
    await says(page, COPIES, /There are 3 copies.*And the recovery kit in your hand: not yet/s);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored } });
    await says(page, COPIES, /Nothing is missing/);
  });
});
