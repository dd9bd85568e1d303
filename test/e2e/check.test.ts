import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { drivenStreet } from './support/driven.ts';
import { choose, downloaded, fileOf, fillRestore, headOf, keepDownloads, kitFile, press } from './support/backups.ts';
import { call, exportRepo, makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;

const app = drivenStreet();
afterEach(() => closePages(app.browser));

const VERDICT = 'holdfast-check >>> #verdict';

/** A house with an account and three posts. */
async function furnished(): Promise<{ readonly page: Page; readonly troubles: string[]; readonly did: string; readonly passphrase: string; readonly rkeys: string[]; readonly car: Uint8Array }> {
  const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
  await keepDownloads(page);
  await visit(page, app.url);
  const { did, passphrase } = await makeAccount(page, 'dora.holdfast.test');
  const rkeys: string[] = [];
  for (const text of ['The first.', 'The one that is damaged.', 'The last.']) {
    const { uri } = await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });
    rkeys.push((uri as string).split('/').at(-1)!);
  }
  return { page, troubles, did, passphrase, rkeys, car: await exportRepo(page, did) };
}

/** Turns bits over in what the database of the house has of a text. */
async function damage(page: Page, text: string): Promise<void> {
  const count = await page.evaluate(async (text) => {
    const wanted = new TextEncoder().encode(text);
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(opening.error!));
    });
    let count = 0;
    const transaction = db.transaction(['tail', 'packs'], 'readwrite');
    for (const table of ['tail', 'packs']) {
      const store = transaction.objectStore(table);
      store.openCursor().addEventListener('success', ({ target }) => {
        const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
        if (cursor === null) return;
        const row = cursor.value as Uint8Array | { blocks: Uint8Array };
        const bytes = row instanceof Uint8Array ? row : row.blocks;
        const at = bytes.findIndex((_byte, start) => wanted.every((byte, index) => bytes[start + index] === byte));
        if (at !== -1) {
          count++;
          bytes[at + 3]! ^= 0x1f;
          store.put(row, cursor.primaryKey);
        }
        cursor.continue();
      });
    }
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    db.close();
    return count;
  }, text);
  assert.equal(count, 1);
}

/** Turns bits over in the row of an account. */
async function loseEntry(page: Page, did: string): Promise<void> {
  await page.evaluate(async (did) => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(opening.error!));
    });
    const transaction = db.transaction(['accounts'], 'readwrite');
    const store = transaction.objectStore('accounts');
    store.get(did).addEventListener('success', ({ target }) => {
      const row = (target as IDBRequest<{ bytes: Uint8Array }>).result;
      row.bytes[40]! ^= 0x55;
      store.put(row, did);
    });
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    db.close();
  }, did);
}

/** A page that has remembered nothing, so that what is stored is read. */
async function stopWorker(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

const read = (page: Page, repo: string, rkey: string) => call(page, 'com.atproto.repo.getRecord', { params: { repo, collection: 'app.bsky.feed.post', rkey } });

describe('Check my house', () => {
  it('says that all is well, and what it has looked at', async () => {
    const { page, troubles, did } = await furnished();
    await visit(page, `${app.url}/settings`);
    await press(page, 'holdfast-settings >>> a[href="/check"]');
    await press(page, 'holdfast-check >>> #start');
    assert.match(await says(page, VERDICT, /Everything is as it was stored/), /Every hash, every signature/);
    assert.match(await textOf(page, `holdfast-check >>> section[aria-labelledby="${did}"]`), /dora\.holdfast\.test.*3 records, 0 pictures, 3 changes in history/s);
    assert.deepEqual(troubles, []);
  });

  it('names the record that is damaged, and brings it back from a backup; the house reads it again', async () => {
    const { page, did, rkeys, car } = await furnished();
    await damage(page, 'The one that is damaged.');
    await stopWorker(page);
    const refused = await read(page, did, rkeys[1]!);
    assert.deepEqual([refused.status, refused.body['error']], [500, 'StoreDamaged']);
    assert.match(String(refused.body['message']), new RegExp(`app\\.bsky\\.feed\\.post/${rkeys[1]}.*Check my house`));
    assert.equal((await read(page, did, rkeys[0]!)).status, 200);
    await visit(page, `${app.url}/check`);
    await press(page, 'holdfast-check >>> #start');
    await says(page, VERDICT, /a copy of it is needed/);
    assert.match(await textOf(page, 'holdfast-check >>> .findings'), new RegExp(`Record app\\.bsky\\.feed\\.post/${rkeys[1]}`));
    await choose(page, 'holdfast-check >>> hf-file', fileOf('of-dora.car', car));
    await says(page, VERDICT, /One damaged part was brought from the copy.*Everything is as it was stored/s);
    assert.equal((await read(page, did, rkeys[1]!)).status, 200);
    assert.deepEqual(Buffer.compare(await exportRepo(page, did), car), 0);
  });

  it('brings it back from the mirror, where there is one', async () => {
    const { page, did, passphrase, rkeys } = await furnished();
    await proveAndPair(page, { did, passphrase }, app.mirror);
    await damage(page, 'The one that is damaged.');
    await stopWorker(page);
    await visit(page, `${app.url}/check`);
    await press(page, 'holdfast-check >>> #start');
    await find(page, 'holdfast-check >>> #mend-now');
    await press(page, 'holdfast-check >>> #mend-now');
    await says(page, VERDICT, /Everything is as it was stored/);
    assert.equal((await read(page, did, rkeys[1]!)).status, 200);
    await succeed(page, 'app.holdfast.bridge.leave', { input: { did }, requestId: crypto.randomUUID() });
  });

  it('saves an account whose entry is lost, and takes it back from that file and the kit', async () => {
    const { page, did, passphrase, car } = await furnished();
    const kit = await kitFile(page, did);
    await loseEntry(page, did);
    await stopWorker(page);
    await visit(page, app.url);
    await press(page, 'holdfast-app >>> main a[href="/check"]');
    await press(page, 'holdfast-check >>> #start');
    await says(page, VERDICT, /cannot put right by itself/);
    await press(page, 'holdfast-check >>> .rescue');
    await says(page, 'holdfast-check >>> .note.good', /verified: 3 records/);
    const saved = await downloaded(page);
    assert.equal(Buffer.compare(saved, car), 0);
    await press(page, 'holdfast-check >>> a[href="/restore"]');
    await fillRestore(page, { kit, passphrase, car: fileOf('rescued.car', saved) });
    await find(page, 'holdfast-restored');
    assert.equal((await headOf(page, did)).rev.length, 13);
    assert.equal(Buffer.compare(await exportRepo(page, did), car), 0);
    await visit(page, `${app.url}/check`);
    await press(page, 'holdfast-check >>> #start');
    await says(page, VERDICT, /Everything is as it was stored/);
  });

  it('is offered by itself after a page was killed, and not after one that was left', async () => {
    const { page } = await furnished();
    const other = await page.browserContext().newPage();
    await visit(other, app.url);
    await other.close();
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> #health');
    assert.equal(await page.$('>>> holdfast-check-offer >>> a'), null);
    const killed = await page.browserContext().newPage();
    await killed.evaluateOnNewDocument(() => {
      // As when the browser is killed: the page hears nothing of its end.
      for (const type of ['pagehide', 'visibilitychange']) window.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    });
    await visit(killed, app.url);
    await find(killed, 'holdfast-home >>> #health');
    await killed.close();
    // Its lock goes, and its mark is seen by others, a moment after it is gone.
    await page.waitForFunction(async () => {
      const { held = [] } = await navigator.locks.query();
      const marks = Object.keys(localStorage).filter((key) => key.startsWith('holdfast.open.'));
      return marks.some((key) => held.every(({ name }) => name !== key.replace('holdfast.open.', 'page:')));
    });
    await visit(page, app.url);
    await press(page, 'holdfast-check-offer >>> a[href="/check"]');
    await press(page, 'holdfast-check >>> #start');
    await says(page, VERDICT, /Everything is as it was stored/);
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> #health');
    assert.equal(await page.$('>>> holdfast-check-offer >>> a'), null);
  });
});
