import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { didsOf } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { keepKit, makeAccount, overflow, says, shownPassphrase, typeGroups } from './support/owner.ts';
import { closePages, eventually, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;
const SMALLEST: Look = { width: 320, height: 640, scheme: 'light' };

const app = driven();

afterEach(() => closePages(app.browser));

const card = (name: string): string => `holdfast-home >>> article[aria-labelledby=${name}]`;

describe('a new user', () => {
  for (const [name, look] of [...Object.entries(LOOKS), ['320 px', SMALLEST] as const]) {
    it(`has an account of their own, and its kit, in a few presses (${name})`, async () => {
      const { page, troubles } = await openPage(app.browser, app.url, look);
      await page.goto(app.url, { waitUntil: 'load' });
      await says(page, 'h1', /^Your account, at home in your browser$/);
      assert.equal(new URL(page.url()).pathname, '/welcome');
      assert.equal(await page.title(), 'Welcome · Holdfast');
      assert.match(await textOf(page, 'section[aria-labelledby=bring]'), /Not available yet/);
      assert.ok((await overflow(page)) <= 0, 'Welcome is wider than the window');

      const { did, passphrase } = await makeAccount(page, app.url);
      assert.match(did, /^did:plc:[a-z2-7]{24}$/);
      assert.match(passphrase, /^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
      assert.ok((await overflow(page)) <= 0, 'the kit is wider than the window');
      await keepKit(page, passphrase);
      assert.match(await textOf(page, 'holdfast-kit >>> h1'), /in your hands$/);

      await (await find(page, 'holdfast-kit >>> .row a[href="/"]')).click();
      await says(page, card('keys'), /In your hand/);
      assert.match(await textOf(page, 'holdfast-home >>> .screen > div'), /^did:plc:\S+ 0 records, only in this browser\.$/);
      assert.match(await textOf(page, card('backup')), /None yet/);
      assert.match(await textOf(page, card('mirror')), /Not mirrored/);
      assert.ok((await overflow(page)) <= 0, 'Home is wider than the window');
      assert.deepEqual(troubles, []);
    });
  }

  it('sees each step done, with the time it took, and then the kit', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
    await page.evaluateOnNewDocument(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      document.addEventListener('DOMContentLoaded', () => setInterval(() => {
        const deep = (root: ParentNode): Element[] => [...root.querySelectorAll('*')].flatMap((element) => [
          ...(element.matches('ol.steps') ? [element] : []), ...(element.shadowRoot ? deep(element.shadowRoot) : []),
        ]);
        const text = deep(document)[0]?.textContent?.replaceAll(/\s+/g, ' ').trim();
        if (text !== undefined && seen.at(-1) !== text) seen.push(text);
      }, 4));
    });
    await makeAccount(page, app.url);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    assert.match(seen.at(-1) ?? '', /^Make the keys \d+ (ms|sec).*Seal the recovery kit/, seen.join('\n'));
    assert.deepEqual(troubles, []);
  });

  it('may give a handle, and is told what one looks like', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.goto(`${app.url}/welcome`);
    await (await find(page, '#start')).click();
    const field = await find(page, '#handle');
    await field.type('not a handle');
    await (await find(page, 'holdfast-welcome >>> button.primary')).click();
    assert.match(await says(page, '#handle-problem', /./), /looks like a domain name/);
    assert.equal(await field.evaluate((input) => input.getAttribute('aria-invalid')), 'true');
    const { did } = await makeAccount(page, app.url, 'Alice.Test');
    await page.goto(app.url);
    await says(page, 'holdfast-home >>> h1', /^alice\.test$/);
    assert.ok(did.startsWith('did:plc:'));
  });

  it('has one account, though the answer that it is made is lost twice', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.evaluateOnNewDocument(() => {
      let losses = 2;
      const listen = Worker.prototype.addEventListener;
      Worker.prototype.addEventListener = function listening(this: Worker, type: string, listener: EventListener, ...rest: unknown[]) {
        const hears = (event: Event): unknown => {
          const isMade = type === 'message' && (event as MessageEvent<{ result?: { body?: { account?: object } } }>).data.result?.body?.account !== undefined;
          return isMade && losses-- > 0 ? this.dispatchEvent(new Event('error', { cancelable: true })) : listener(event);
        };
        listen.call(this, type, hears, ...rest as []);
      };
    });
    await page.goto(`${app.url}/welcome`);
    await (await find(page, '#start')).click();
    await (await find(page, '#handle')).type('once.test');
    await (await find(page, 'holdfast-welcome >>> button.primary')).click();
    await says(page, 'holdfast-welcome >>> hf-error >>> .what', /Whether the account was made is not known.*no second account is made/);
    assert.equal(await (await find(page, '#handle')).evaluate((field) => (field as HTMLInputElement).readOnly), true);
    await (await find(page, 'holdfast-welcome >>> button.primary')).click();
    await keepKit(page, await shownPassphrase(page));
    assert.equal((await didsOf(page)).length, 1);
  });

  it('can do it all with the network off, once the page was there', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.goto(app.url, { waitUntil: 'load' });
    await find(page, '#start');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.setOfflineMode(true);
    const { passphrase } = await makeAccount(page, app.url);
    await keepKit(page, passphrase);
    await page.reload({ waitUntil: 'load' });
    await find(page, 'holdfast-kit >>> .note.good');
    await says(page, '.pill', /^Offline$/);
  });
});

describe('the kit', () => {
  it('is not let go for a wrong group, nor before it was kept', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    const { passphrase } = await makeAccount(page, app.url);
    assert.equal(await (await find(page, 'holdfast-kit >>> button[type=submit]')).evaluate((button) => button.ariaDisabled), 'true');
    await (await find(page, 'holdfast-kit >>> #save')).click();
    await typeGroups(page, passphrase.split('-').map(() => '00000').join('-'));
    await (await find(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]')).click();
    await says(page, '#wrong', /^Group \d is not as it stands above/);
    await typeGroups(page, passphrase.toLowerCase());
    await (await find(page, 'holdfast-kit >>> button[type=submit]')).click();
    await find(page, 'holdfast-kit >>> .note.good');
  });

  it('can wait: Home stays amber, and after a reload the passphrase is asked for, not shown', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    const { passphrase } = await makeAccount(page, app.url);
    await page.goto(app.url);
    await says(page, card('keys'), /Kit not kept yet/);
    await (await find(page, `${card('keys')} a`)).click();
    await says(page, 'holdfast-kit >>> section[aria-labelledby=one]', /cannot be shown again/);
    assert.doesNotMatch(await textOf(page, 'holdfast-kit >>> .screen'), new RegExp(passphrase.slice(0, 5)));
    await (await find(page, 'holdfast-kit >>> #save')).click();
    const field = await find(page, 'holdfast-kit >>> #passphrase');
    await field.type('00000-00000-00000-00000');
    await (await find(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]')).click();
    await says(page, '#wrong', /does not open the kit. Nothing was changed/);
    await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
    await field.type(` ${passphrase.toLowerCase().replaceAll('-', ' ')}`);
    await (await find(page, 'holdfast-kit >>> button[type=submit]')).click();
    await find(page, 'holdfast-kit >>> .note.good');
  });

  it('is a file that opens again, and can be checked later; after half a year Home asks for that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-kit-'));
    try {
      const { page } = await openPage(app.browser, app.url, DESKTOP);
      await saveInto(page, folder);
      const { passphrase, did } = await makeAccount(page, app.url);
      await (await find(page, 'holdfast-kit >>> #save')).click();
      let files: string[] = [];
      await eventually(() => {
        void readdir(folder).then((names) => (files = names));
        return files.some((name) => name.endsWith('.age'));
      }, () => `no kit was saved, only: ${files.join()}`);
      const file = join(folder, files.find((name) => name.endsWith('.age')) ?? '');
      assert.match(await readFile(file, 'utf8'), /^-----BEGIN AGE ENCRYPTED FILE-----\n/);

      const radios = await page.$$('>>> holdfast-kit >>> input[type=radio]');
      await radios[1]?.click();
      await giveFile(page, file, passphrase);
      await find(page, 'holdfast-kit >>> .note.good');
      assert.doesNotMatch(await textOf(page, 'holdfast-kit >>> form'), /Your copy is good/);
      await page.reload();
      await giveFile(page, file, passphrase);
      await says(page, 'holdfast-kit >>> form', /Your copy is good/);
      await giveFile(page, file, '00000-00000-00000-00000');
      await says(page, '#wrong', /does not open the kit/);
      assert.doesNotMatch(await textOf(page, 'holdfast-kit >>> form'), /Your copy is good/);

      const health = (words: RegExp): Promise<string> => says(page, 'holdfast-home >>> .health', words);
      await visit(page, app.url);
      await health(/In your hand/);
      await page.evaluate((did) => localStorage.setItem(`holdfast.kit.${did}`, new Date(Date.now() - 200 * 86_400_000).toISOString()), did);
      await visit(page, app.url);
      await health(/Worth a look.*You opened your kit/);
      await visit(page, `${app.url}/kit/${did}`);
      await giveFile(page, file, passphrase);
      await says(page, 'holdfast-kit >>> form', /Your copy is good/);
      await visit(page, app.url);
      await health(/In your hand/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is printed as a sheet with what a stranger needs, and nothing else of the page', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.evaluateOnNewDocument(() => Object.assign(globalThis, { print: () => Object.assign(globalThis, { printed: true }) }));
    const { did } = await makeAccount(page, app.url);
    const [, print] = await page.$$('>>> holdfast-kit >>> section[aria-labelledby=two] button');
    await print?.click();
    await page.waitForFunction(() => 'printed' in globalThis);
    await page.emulateMediaType('print');
    const sheet = await textOf(page, 'holdfast-kit-sheet >>> dl');
    assert.match(sheet, new RegExp(did));
    assert.ok(await page.$('>>> holdfast-kit-sheet >>> svg path'), 'there is no code');
    const shown = await page.$$eval('>>> header, >>> nav, >>> .on-screen', (all) => all.filter((node) => node.getClientRects().length > 0).length);
    assert.equal(shown, 0);
  });
});

async function saveInto(page: Page, folder: string): Promise<void> {
  const session = await page.createCDPSession();
  await session.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
}

async function giveFile(page: Page, file: string, passphrase: string): Promise<void> {
  const input = (await find(page, 'holdfast-kit >>> input[type=file]')) as unknown as { uploadFile(path: string): Promise<void> };
  await input.uploadFile(file);
  const field = await find(page, 'holdfast-kit >>> #passphrase');
  await field.evaluate((element) => ((element as HTMLInputElement).value = ''));
  await field.type(passphrase);
  // While one is opened, only the button for a new kit can be pressed.
  await (await find(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]:not(#renew)')).click();
}
