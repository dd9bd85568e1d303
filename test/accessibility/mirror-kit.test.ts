import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { choose, fileOf, press } from '../e2e/support/backups.ts';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount, succeed } from '../e2e/support/house.ts';
import { overflow, says } from '../e2e/support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { untranslated } from '../e2e/support/untranslated.ts';
import { testStates } from './support/axe.ts';
import { playJobs } from './support/fake-jobs.ts';
import { checkStops, walk } from './support/keys.ts';
import type { Page } from 'puppeteer-core';
import type { Answers } from './support/fake-jobs.ts';

const app = driven();

const CARD = 'holdfast-mirror-kit >>> ';
const FIND = 'holdfast-restore >>> holdfast-find-kit >>> ';
const TIME = '2026-11-25T08:10:00.000Z';
const mirror = 'https://mirror.example.com';
const COPY = { id: {}, createdAt: TIME };
const copies = (isOurs: boolean): object[] => ['passkey', 'passphrase'].map((kind) => ({ kind, file: {}, storedAt: TIME, isOurs }));
const found = (...kinds: readonly string[]): object => ({
  did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', handle: 'ada.example.com', mirror, copies: kinds.map((kind) => ({ kind, storedAt: TIME, file: {}, ...(kind === 'passkey' && { id: {} }) })),
});

/** The kit's screen of an owner who holds the kit, and what the jobs answer there. */
async function kit(page: Page, url: string, seen: string, answers: Answers, locale = ''): Promise<void> {
  await playJobs(page, {}, undefined, { passkey: { asksAgain: false }, ...answers });
  await visit(page, url);
  const { did, passphrase } = await makeAccount(page);
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
  await visit(page, `${url}/kit/${did}${locale}`);
  await find(page, `${CARD}${seen}`);
}

/** The Restore screen of somebody without a kit file, who asks for an account. */
async function lookFor(page: Page, url: string, answer: object | undefined, locale = ''): Promise<void> {
  await playJobs(page, { restore: 'done' }, undefined, answer === undefined ? {} : { 'find-kit': answer });
  await visit(page, `${url}/restore${locale}`);
  await press(page, 'holdfast-restore >>> input[value=mirror][name=source]');
  await press(page, 'holdfast-restore >>> input[value=mirror][name=kit-from]');
  await (await find(page, `${FIND}#account`)).type('ada.example.com');
  await press(page, `${FIND}#find`);
}

type Scene = (page: Page, url: string, locale?: string) => Promise<void>;

/** Every state of the card on the kit's screen, and of the kit at a mirror on Restore. */
const SCENES: Readonly<Record<string, Scene>> = {
  'the kit, the mirror asked': (page, url, locale) => kit(page, url, 'section[aria-busy=true]', {}, locale),
  'the kit, without a mirror': (page, url, locale) => kit(page, url, 'a[href="/mirror"]', { 'mirror-kits': { copies: [] } }, locale),
  'the kit, the mirror of an earlier version': (page, url, locale) => kit(page, url, '#old', { 'mirror-kits': { mirror, fault: 'MirrorOld', copies: [] } }, locale),
  'the kit, the mirror silent': (page, url, locale) => kit(page, url, '.amber', { 'mirror-kits': { mirror, fault: 'MirrorUnreachable', copies: [] } }, locale),
  'the kit, nothing at the mirror, a weak passphrase refused': async (page, url, locale) => {
    await kit(page, url, '#by-passkey > p', { 'mirror-kits': { mirror, copies: [] }, 'put-mirror-kit': { code: 'PassphraseWeak', message: 'Nothing was changed.' } }, locale);
    await press(page, `${CARD}summary`);
    await choose(page, 'holdfast-mirror-kit', fileOf('put.age', 'age-encryption.org/v1\n'));
    await (await find(page, `${CARD}#passphrase`)).type('correct horse battery staple');
    await press(page, `${CARD}#put-passphrase`);
    await page.waitForFunction((card) => (document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-kit')?.shadowRoot?.querySelector(card)?.shadowRoot?.querySelector('#wrong')?.textContent ?? '').trim() !== '', {}, 'holdfast-mirror-kit');
  },
  'the kit, a copy under a passkey to be put there': (page, url, locale) => kit(page, url, '#put-passkey', { passkey: { asksAgain: false, copy: COPY }, 'mirror-kits': { mirror, copies: [] } }, locale),
  'the kit, both copies at the mirror': (page, url, locale) => kit(page, url, '#take-passkey', { 'mirror-kits': { mirror, copies: copies(true) } }, locale),
  'the kit, other copies at the mirror': (page, url, locale) => kit(page, url, '.amber', { 'mirror-kits': { mirror, copies: copies(false) } }, locale),
  'the kit, a copy about to be taken back': async (page, url, locale) => {
    await kit(page, url, '#take-passkey', { 'mirror-kits': { mirror, copies: copies(true) } }, locale);
    await press(page, `${CARD}#take-passkey`);
    await find(page, `${CARD}hf-confirm >>> dialog[open]`);
  },
  'Restore, a kit looked for': async (page, url, locale) => {
    await lookFor(page, url, undefined, locale);
    await find(page, `${FIND}form[aria-busy=true]`);
  },
  'Restore, no kit at the mirror': async (page, url, locale) => {
    await lookFor(page, url, { code: 'NoKitThere', message: 'Nothing in this house was changed.' }, locale);
    await find(page, `${FIND}#account[aria-invalid=true]`);
  },
  'Restore, a kit at the mirror, for passphrase or passkey': async (page, url, locale) => {
    await lookFor(page, url, found('passkey', 'passphrase'), locale);
    await find(page, `${FIND}fieldset`);
  },
  'Restore, a kit at the mirror, for a passkey alone': async (page, url, locale) => {
    await lookFor(page, url, found('passkey'), locale);
    await find(page, `${FIND}.note.good`);
  },
  'Restore, done with a kit of the mirror': async (page, url, locale) => {
    await lookFor(page, url, found('passphrase'), locale);
    await find(page, `${FIND}.note.good`);
    await (await find(page, 'holdfast-restore >>> #passphrase')).type('played');
    await press(page, 'holdfast-restore >>> #start');
    await find(page, 'holdfast-restore >>> #keep-file');
  },
};

testStates(app, SCENES);

describe('the kit at a mirror', () => {
  afterEach(() => closePages(app.browser));

  for (const [name, scene] of Object.entries(SCENES)) {
    it(`every text can be translated, and longer ones fit: ${name}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await scene(page, app.url, '?locale=pseudo');
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  it('everything is reached by keyboard, and what is missing is said where it is', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
    await lookFor(page, app.url, found('passkey', 'passphrase'));
    await find(page, `${FIND}fieldset`);
    const stops = await walk(page);
    checkStops(stops);
    for (const words of [/my passphrase or my passkey/, /^Name or DID of the account/, /^Look at its mirror$/, /^My passphrase$/, /^Passphrase of the kit/, /^Restore this account$/]) {
      assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
    }
    await visit(page, `${app.url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=mirror][name=kit-from]');
    await press(page, 'holdfast-restore >>> #start');
    await says(page, `${FIND}#wrong`, /^Look at the mirror of the account first\.$/);
  });
});
