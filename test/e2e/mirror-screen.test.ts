import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { OPERATOR, operate, operated } from '../support/operator.ts';
import { drivenStreet } from './support/driven.ts';
import { choose, fileOf, press, typePassphrase } from './support/backups.ts';
import { makeAccount, post, succeed } from './support/house.ts';
import { mirrored, uploaded } from './support/journey.ts';
import { overflow, says } from './support/owner.ts';
import { absent, closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const DESKTOP = LOOKS['desktop, light'] as Look;

const app = drivenStreet();
afterEach(() => closePages(app.browser));

/** A page of a fresh house with an account of that name, at the Mirror screen, the mirror of this machine looked at. */
async function looked(name: string): Promise<{ readonly page: Page; readonly did: string; readonly passphrase: string; readonly troubles: string[] }> {
  const { page, troubles } = await openPage(app.browser, app.url, DESKTOP);
  await visit(page, app.url);
  const { did, passphrase } = await makeAccount(page, `${name}.holdfast.test`);
  await visit(page, `${app.url}/mirror`);
  await page.waitForFunction((mirror) => {
    const screen = document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-mirror');
    const field = screen?.shadowRoot?.querySelector('holdfast-pair-form')?.shadowRoot?.querySelector('holdfast-mirror-look')?.shadowRoot?.querySelector<HTMLInputElement>('#address');
    return field?.value === mirror;
  }, {}, app.mirror);
  await press(page, '#look');
  await find(page, '#about');
  return { page, did, passphrase, troubles };
}

async function prove(page: Page, did: string, passphrase: string): Promise<void> {
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
}

async function paired(name: string): ReturnType<typeof looked> {
  const made = await looked(name);
  await prove(made.page, made.did, made.passphrase);
  await press(made.page, '#pair');
  await find(made.page, '#pause');
  return made;
}

const write = (page: Page, did: string, text: string) =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

/** What the relay has of an account. */
async function onTheStreet(did: string): Promise<string | undefined> {
  const response = await fetch(`${app.relay}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`);
  return response.ok ? (await response.json() as { rev: string }).rev : undefined;
}

describe('the Mirror screen', () => {
  it('says what a mirror is, asks for the kit first, pairs step by step, and the strip lights up to the street', async () => {
    const { page, did, passphrase, troubles } = await looked('one');
    assert.match(await textOf(page, 'holdfast-pair-form >>> section[aria-labelledby=about]'), /did:web:localhost%3A\d+.*\.holdfast\.test/);
    assert.match(await textOf(page, '#kit-first'), /^Prove your kit first\./);
    assert.equal(await page.evaluate(() => location.pathname), '/mirror');
    await prove(page, did, passphrase);
    await page.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(globalThis, { seen });
      setInterval(() => {
        const steps = document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-mirror')?.shadowRoot?.querySelector('holdfast-pairing-steps');
        for (const step of steps?.shadowRoot?.querySelectorAll('li') ?? []) if (step.dataset.state === 'done') seen.add(step.querySelector('.name')?.textContent?.trim() ?? '');
      }, 4);
    });
    await press(page, '#pair');
    await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^Paired\./);
    await says(page, '.pill', /^Mirrored$/);
    const seen = await page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
    for (const step of ['Have your identity known: at the directory, or on your domain: done', 'Hand over a copy of your records: done']) assert.ok(seen.includes(step), seen.join('; '));

    await write(page, did, 'To the street.');
    const { accounts } = await succeed(page, 'app.holdfast.account.list') as { accounts: { head: { rev: string } }[] };
    const rev = accounts[0]?.head.rev ?? '';
    const strip = await says(page, 'holdfast-strip >>> ol', new RegExp(`Mirror\\s*has all …${rev.slice(-5)}\\s*Street\\s*has all …${rev.slice(-5)}`));
    assert.match(strip, /^House\s*1 record/);
    assert.equal(await onTheStreet(did), rev);
    assert.deepEqual(troubles, []);
  });

  it('pauses, and what is written meanwhile waits, and is sent when it goes on', async () => {
    const { page, did } = await paired('two');
    await press(page, '#pause');
    await says(page, '.pill', /^Paused$/);
    await write(page, did, 'Kept.');
    await write(page, did, 'Kept, too.');
    await says(page, 'holdfast-mirror >>> .facts', /Waiting here2 changes/);
    await says(page, 'holdfast-strip >>> [data-place=mirror]', /paused, 2 waiting/);
    await press(page, '#pause');
    await says(page, '.pill', /^Mirrored$/);
    await says(page, 'holdfast-mirror >>> .facts', /Waiting hereNothing/);
  });

  it('says how far a film is that takes a while, here and on Home', async () => {
    const { page, did } = await paired('five');
    const target = await page.browserContext().waitForTarget((each) => each.type() === 'service_worker');
    const worker = (await target.worker())!;
    // The first part takes its time, the second waits until it is let go on.
    await worker.evaluate(() => {
      const { fetch } = globalThis;
      let parts = 0;
      globalThis.fetch = async (input, init) => {
        if (String(input).includes('putBlobPart') && ++parts === 1) await new Promise((resolve) => setTimeout(resolve, 1_100));
        else if (String(input).includes('putBlobPart')) await new Promise<void>((resolve) => void Object.assign(globalThis, { goOn: resolve }));
        return fetch(input, init);
      };
    });
    const blob = await uploaded(page, did, 'x'.repeat(2 * 1_048_576));
    await succeed(page, 'com.atproto.repo.createRecord', {
      input: { repo: did, collection: 'app.holdfast.film', record: { $type: 'app.holdfast.film', blob } }, requestId: crypto.randomUUID(),
    });
    const far = /1 change waits to be sent\. Of pictures and films, 1 MB of 2\.1 MB are there/;
    await says(page, 'holdfast-mirror >>> .card', far);
    await press(page, 'nav a[href="/"]');
    await says(page, 'holdfast-home >>> .health', far);
    await worker.evaluate(() => (globalThis as unknown as { goOn: () => void }).goOn());
    await says(page, '.pill', /^Mirrored$/);
  });

  it('sends everything again, and leaves, after a word on what happens', async () => {
    const { page, did } = await paired('three');
    await press(page, '#hand-over');
    await press(page, '#confirm-hand-over >>> button[type=submit]');
    await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^Everything was sent again/);
    await press(page, '#leave');
    assert.match(await textOf(page, '#confirm-leave'), /The mirror deletes its copy\..*Your data stays here/);
    await press(page, '#confirm-leave >>> button.danger');
    await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^You have left the mirror\. Everything is here as before\.$/);
    await says(page, '.pill', /^Not mirrored$/);
    assert.notEqual((await fetch(`${app.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`)).status, 200);
  });

  it('an account comes back from its mirror in another browser, pairs again, and writes on', async () => {
    const { page, did, passphrase } = await looked('four');
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await prove(page, did, passphrase);
    await press(page, '#pair');
    await find(page, '#pause');
    // That is only told as mirrored, by the pill, a moment after it may be over with this browser.
    const { commit } = await write(page, did, 'From the first browser.') as { commit: { rev: string } };
    await says(page, 'holdfast-strip >>> [data-place=mirror]', new RegExp(`has all …${commit.rev.slice(-5)}`));
    await page.browserContext().close();

    const { page: other } = await openPage(app.browser, app.url, DESKTOP);
    await visit(other, `${app.url}/restore`);
    await press(other, 'holdfast-restore >>> input[value=mirror]');
    await choose(other, 'holdfast-restore >>> #kit', fileOf('four.age', armored as string));
    await find(other, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
    await typePassphrase(other, passphrase);
    await says(other, 'holdfast-restore >>> h1', /^Your account is back$/);
    await press(other, 'holdfast-restored >>> a[href="/mirror"]');
    await says(other, '#unfinished', /^Pair again with localhost/);
    await press(other, '#go-on');
    await find(other, '#pause');
    await write(other, did, 'From the second browser.');
    await mirrored(other, did);
    await says(other, '.pill', /^Mirrored$/);
    // No file was saved, here or there.
    await visit(other, app.url);
    await says(other, 'holdfast-home >>> article[aria-labelledby=backup]', /None yet/);
    const { accounts } = await succeed(other, 'app.holdfast.account.list') as { accounts: { head: { rev: string }; records: number }[] };
    assert.equal(accounts[0]?.records, 2);
    await says(other, 'holdfast-strip >>> [data-place=street]', new RegExp(`has all …${accounts[0]?.head.rev.slice(-5)}`));
  });

  it('the link of an invitation fills in mirror and code, waits for an account, and leaves the address', async () => {
    const { page } = await openPage(app.browser, app.url, DESKTOP);
    await page.goto(`${app.url}/mirror#at=${encodeURIComponent(app.mirror)}&invite=abcde-fghjk`, { waitUntil: 'load' });
    await says(page, 'holdfast-mirror >>> #invited', /^You are invited to localhost:\d+$/);
    // It stays, also once it is known that no account is here.
    await press(page, 'holdfast-mirror >>> a[href="/welcome"]');
    await find(page, 'holdfast-welcome >>> h1');
    await page.goBack();
    await says(page, 'holdfast-mirror >>> #invited', /^You are invited/);
    assert.equal(await page.evaluate(() => location.href), `${app.url}/mirror`);
    await makeAccount(page, 'invited.holdfast.test');
    await visit(page, `${app.url}/mirror`);
    const filledIn = async (selector: string, value: string): Promise<void> => {
      const field = await find(page, `holdfast-pair-form >>> ${selector}`);
      await page.waitForFunction((input, wanted) => (input as HTMLInputElement).value === wanted, {}, field, value);
    };
    await filledIn('#address', app.mirror);
    await filledIn('#invite', 'abcde-fghjk');
    await press(page, 'holdfast-pair-form >>> #look');
    await says(page, 'holdfast-pair-form >>> #invite-problem', /^Your data is safe: only the invitation was sent\. This mirror does not know it/);
    await absent(page, 'holdfast-pair-form >>> #terms');

    // Another link, where the screen is open already.
    await page.evaluate((at) => {
      Object.assign(globalThis, { isOld: true });
      location.hash = `at=${encodeURIComponent(at)}&invite=mnpqr-stuvw`;
    }, app.mirror);
    await page.waitForFunction(() => !('isOld' in globalThis) && document.readyState === 'complete');
    await filledIn('#address', app.mirror);
    assert.equal(await page.evaluate(() => location.href), `${app.url}/mirror`);
    await filledIn('#invite', 'mnpqr-stuvw');

    // The code is for the mirror of the link: it goes as soon as somebody types an address.
    await (await find(page, 'holdfast-pair-form >>> #address')).evaluate((field) => field.dispatchEvent(new Event('input')));
    await filledIn('#invite', '');
    await press(page, 'holdfast-pair-form >>> #look');
    await find(page, 'holdfast-pair-form >>> #kit-first');
    await says(page, 'holdfast-pair-form >>> section[aria-labelledby=terms]', /InvitationNot needed\..*Records1 GB.*KeptNo end is set\./);
  });

  it('shows by a short code what exactly is offered, before anything is done, and then the words that the operator sees too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rented-'));
    const mirror = await startMirror({
      port: 0, folder, handleDomains: ['rented.test'], directory: app.directory, relays: [], invites: ['taken-back'], inviteOnly: true, contactEmail: 'keeper@rented.test',
      blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600, operator: OPERATOR,
    }, { log: () => undefined });
    const its = { operatorUrl: `http://127.0.0.1:${mirror.operatorPort}` };
    try {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light'] as Look);
      await visit(page, app.url);
      const made = await makeAccount(page);
      await prove(page, made.did, made.passphrase);
      await visit(page, `${app.url}/mirror`);
      const write = async (selector: string, text: string): Promise<void> => {
        const field = await find(page, `holdfast-pair-form >>> ${selector}`);
        // The address of this site's mirror comes by itself, and not in the midst of what is typed.
        if (selector === '#address') await page.waitForFunction((input) => (input as HTMLInputElement).value !== '', {}, field);
        await field.evaluate((input) => (input as HTMLInputElement).select());
        await field.type(text);
      };
      const terms = 'holdfast-pair-form >>> section[aria-labelledby=terms]';
      await write('#address', mirror.url);
      await press(page, '#look');
      await says(page, '#invite-problem', /^This mirror takes accounts by invitation only/);
      await absent(page, '#pair');

      await operated(its, 'withdrawInvitation', { code: 'taken-back' });
      await write('#invite', 'taken-back');
      await press(page, '#look');
      await says(page, '#invite-problem', /^This invitation has been over since .*Ask the operator for another\.$/);

      const wish = { short: true, days: 30, terms: { repoBytes: 100_000_000, blobBytes: 500_000_000, writesPerHour: 200 } };
      const code = ((await operated(its, 'createInvitation', wish))['invitation'] as { code: string }).code;
      await write('#invite', code.replace('-', '').toLowerCase());
      // Another one, typed while the mirror is asked, does not come under these terms.
      await page.evaluate(() => {
        const { fetch } = globalThis;
        globalThis.fetch = async (input, init) => {
          if (!(input instanceof Request ? input.url : String(input)).includes('bridge.preview')) return fetch(input, init);
          globalThis.fetch = fetch;
          await new Promise<void>((resolve) => void Object.assign(globalThis, { letGo: resolve }));
          return fetch(input, init);
        };
      });
      await press(page, '#look');
      await page.waitForFunction(() => 'letGo' in globalThis);
      await write('#invite', 'another');
      await page.evaluate(() => (globalThis as unknown as { letGo: () => void }).letGo());
      await find(page, '#look[aria-disabled=false]');
      await absent(page, '#pair');
      await write('#invite', code.replace('-', '').toLowerCase());
      await press(page, '#look');
      const said = await says(page, terms, /What this invitation gives you/);
      for (const words of [/Good for one account, until /, /Records100 MB/, /500 MB in all, 50 MB for one/, /200 an hour/, /For 30 days: until /, /Above 110 MB of records or 550 MB/, /14 days before the end/, /keeper@rented\.test/]) {
        assert.match(said, words);
      }
      assert.equal((await operate(its, `getAccount?account=${made.did}`)).body['error'], 'AccountNotFound');
      assert.ok((await overflow(page)) <= 0);
      await press(page, '#pair');
      await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^Paired\./);
      const words = (await textOf(page, 'holdfast-mirror >>> .words')).trim();
      assert.match(words, /^[a-z]{5} [a-z]{5} [a-z]{5} [a-z]{5}$/);
      assert.deepEqual(((await operated(its, `getAccount?account=${made.did}`))['account'] as { words: string[] }).words, words.split(' '));
      assert.ok((await overflow(page)) <= 0);

      // Another account is told that the invitation was used, and not by whom.
      const other = await makeAccount(page);
      await page.evaluate((did) => localStorage.setItem('holdfast.account', did), other.did);
      await visit(page, `${app.url}/mirror`);
      await write('#address', mirror.url);
      await write('#invite', code);
      await press(page, '#look');
      assert.doesNotMatch(await says(page, '#used', /^This invitation was used already/), new RegExp(made.did));
      await absent(page, terms);
      // Should it try in spite of that, nothing that was looked at is offered once more.
      await prove(page, other.did, other.passphrase);
      await visit(page, `${app.url}/mirror`);
      await write('#address', mirror.url);
      await write('#invite', code);
      await press(page, '#look');
      await press(page, '#pair');
      await find(page, 'holdfast-mirror >>> .screen > hf-error');
      await find(page, '#look');
      await absent(page, '#pair');
    } finally {
      await mirror.close();
      rmSync(folder, { recursive: true });
    }
  });
});
