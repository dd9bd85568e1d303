import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount } from '../e2e/support/house.ts';
import { overflow, says } from '../e2e/support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from '../e2e/support/page.ts';
import { untranslated } from '../e2e/support/untranslated.ts';
import { testStates } from './support/axe.ts';
import { ALARMS, DOCUMENTS, FURTHER, HELD_BACK, IDENTITY, NAMES, WITNESSED } from './support/fake-identity.ts';
import { playJobs } from './support/fake-jobs.ts';
import { checkStops, walk } from './support/keys.ts';
import type { Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';
import type { Ending } from './support/fake-jobs.ts';

const app = driven();

/** The Identity screen of an account, with the directory played; without an ending it is asked in earnest. */
async function identity(page: Page, url: string, ending: Ending | undefined, seen: string, { locale = '', report = IDENTITY as object } = {}): Promise<void> {
  if (ending !== undefined) await playJobs(page, { identity: ending }, report);
  await visit(page, url);
  await makeAccount(page);
  await visit(page, `${url}/identity${locale}`);
  await find(page, `holdfast-identity >>> ${seen}`);
}

/** The Identity screen, a name looked up. */
async function named(page: Page, url: string, name: string, options: Parameters<typeof identity>[4] = {}): Promise<void> {
  await identity(page, url, 'done', 'holdfast-name-card', options);
  await (await find(page, 'holdfast-name-card >>> #name')).type(name);
  await (await find(page, 'holdfast-name-card >>> #look')).evaluate((button) => (button as HTMLElement).click());
  await find(page, 'holdfast-name-card >>> #proofs');
}

/** The Identity screen, the document of a domain looked at. */
async function published(page: Page, url: string, domain: string, options: Parameters<typeof identity>[4] = {}): Promise<void> {
  await identity(page, url, 'done', 'holdfast-web-card', options);
  await (await find(page, 'holdfast-web-card >>> #domain')).type(domain);
  await (await find(page, 'holdfast-web-card >>> #check')).evaluate((button) => (button as HTMLElement).click());
  await find(page, 'holdfast-web-card >>> #outcome');
  await (await find(page, 'holdfast-web-card >>> details')).evaluate((details) => ((details as HTMLDetailsElement).open = true));
}

/** The Identity screen, one further name put on the list and one taken from it, and looked at. */
async function further(page: Page, url: string, found: object, { locale = '', seen = '#proofs' } = {}): Promise<void> {
  await playJobs(page, { identity: 'done' }, IDENTITY, { 'check-names': found });
  await visit(page, url);
  await makeAccount(page);
  await visit(page, `${url}/identity${locale}`);
  const card = 'holdfast-names-card >>> ';
  await (await find(page, `${card}#more`)).type('third.example.com');
  const press = async (place: string): Promise<void> => (await find(page, `${card}${place}`)).evaluate((button) => (button as HTMLElement).click());
  await press('#add');
  await press('[data-name="at://ada.second.example.com"]');
  await press('#look');
  await find(page, `${card}${seen}`);
}

/** Every state of the Identity screen. */
const STATES: States = {
  'Identity, not registered': (page, url) => identity(page, url, undefined, '.note'),
  'Identity, being asked about': (page, url) => identity(page, url, 'stuck', 'section[aria-busy=true]'),
  'Identity, everything that can have happened, an operation open': async (page, url) => {
    await identity(page, url, 'done', '.note.good');
    await (await find(page, 'holdfast-identity >>> .timeline summary')).click();
    await find(page, 'holdfast-identity >>> details[open] pre');
  },
  'Identity, with a key from another server that is of use': (page, url) => (
    identity(page, url, 'done', 'holdfast-imported-key >>> #use', { report: { ...IDENTITY, imported: { key: 'did:key:zQ3shh6BM1i4BuBQKhBL7NtXcfmGXQrUT5JgPT53YYKXJWPHD', place: 1, isNeeded: true } } })
  ),
  'Identity, with a key from another server that is of none': (page, url) => (
    identity(page, url, 'done', 'holdfast-imported-key >>> .amber', { report: { ...IDENTITY, imported: { key: 'did:key:zQ3shh6BM1i4BuBQKhBL7NtXcfmGXQrUT5JgPT53YYKXJWPHD', place: -1, isNeeded: false } } })
  ),
  'Identity, a directory that lies, its words open': async (page, url) => {
    await identity(page, url, 'failed', '[role=alert]');
    await (await find(page, 'holdfast-identity >>> [role=alert] summary')).click();
  },
  'Identity, changed by somebody else, about to be undone without a kit': async (page, url) => {
    await identity(page, url, 'done', 'holdfast-identity-alarm', { report: ALARMS['undo']! });
    await (await find(page, 'holdfast-identity-alarm >>> #undo')).evaluate((button) => (button as HTMLElement).click());
    await says(page, 'holdfast-identity-alarm >>> #wrong', /Choose the kit file first/);
  },
  'Identity, changed by somebody else, too late': (page, url) => identity(page, url, 'done', 'holdfast-identity-alarm', { report: ALARMS['late']! }),
  'Identity, changed with the kit, about to be taken for the owner’s own': async (page, url) => {
    await identity(page, url, 'done', 'holdfast-identity-alarm', { report: ALARMS['kit']! });
    await (await find(page, 'holdfast-identity-alarm >>> #mine')).evaluate((button) => (button as HTMLElement).click());
    await find(page, 'holdfast-identity-alarm >>> #confirm-mine >>> dialog[open]');
  },
  'Identity, keys to be locked out, none chosen': async (page, url) => {
    await identity(page, url, 'done', 'holdfast-lock-out');
    await (await find(page, 'holdfast-lock-out >>> #lock')).evaluate((button) => (button as HTMLElement).click());
    await says(page, 'holdfast-lock-out >>> #wrong', /Choose a key first/);
  },
  'Identity, a name that is not set up yet': (page, url) => named(page, url, 'new.example.com'),
  'Identity, a name of somebody else': (page, url) => named(page, url, 'others.example.com'),
  'Identity, a name that can be taken, and a word before it is': async (page, url) => {
    await named(page, url, 'ready.example.com');
    await (await find(page, 'holdfast-name-card >>> #change')).evaluate((button) => (button as HTMLElement).click());
    await find(page, 'holdfast-name-card >>> hf-confirm >>> dialog[open]');
  },
  'Identity, a further name that leads nowhere yet': (page, url) => further(page, url, FURTHER.unproven),
  'Identity, further names that can be taken, and a word before they are': async (page, url) => {
    await further(page, url, FURTHER.ready);
    await (await find(page, 'holdfast-names-card >>> #change')).evaluate((button) => (button as HTMLElement).click());
    await find(page, 'holdfast-names-card >>> hf-confirm >>> dialog[open]');
  },
  'Identity, what is no further name': async (page, url) => {
    await further(page, url, { code: 'NameInvalid', message: 'Nothing was changed.' }, { seen: '#more[aria-invalid=true]' });
  },
  'Identity, the document of a domain, everything wrong with it': (page, url) => published(page, url, 'bad.example.com'),
  'Identity, the document of a domain as it should be': (page, url) => published(page, url, 'good.example.com'),
  'Identity, changed by somebody else, as the mirror alone shows': (page, url) => identity(page, url, 'done', 'holdfast-identity-alarm >>> #witness', { report: WITNESSED.only }),
  'Identity, as the mirror has seen it, the directory down': (page, url) => identity(page, url, 'done', '.note.amber', { report: WITNESSED.down }),
  'Identity, held back by the directory': (page, url) => identity(page, url, 'done', '.note.bad', { report: HELD_BACK }),
  'Home, the identity changed by somebody else': async (page, url) => {
    await identity(page, url, 'done', 'holdfast-identity-alarm', { report: ALARMS['undo']! });
    await visit(page, url);
    await find(page, 'holdfast-identity-notice >>> .note.bad');
  },
  'Home, the identity held back': async (page, url) => {
    await identity(page, url, 'done', '.note.bad', { report: HELD_BACK });
    await visit(page, url);
    await find(page, 'holdfast-identity-notice >>> .note.amber');
  },
};

testStates(app, STATES);

describe('Identity', () => {
  afterEach(() => closePages(app.browser));

  for (const [ending, seen] of [['done', '.note.good'], ['failed', '[role=alert]']] as const) {
    it(`every text can be translated, and longer ones fit: ${ending}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await identity(page, app.url, ending, seen, { locale: '?locale=pseudo' });
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  for (const name of Object.keys(NAMES)) {
    it(`every text can be translated, and longer ones fit: the name ${name}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await named(page, app.url, name, { locale: '?locale=pseudo' });
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  for (const [what, found] of Object.entries(FURTHER)) {
    it(`every text can be translated, and longer ones fit: further names, ${what}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await further(page, app.url, found, { locale: '?locale=pseudo' });
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  for (const domain of Object.keys(DOCUMENTS)) {
    it(`every text can be translated, and longer ones fit: the document of ${domain}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await published(page, app.url, domain, { locale: '?locale=pseudo' });
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  for (const [what, report] of Object.entries(WITNESSED)) {
    it(`every text can be translated, and longer ones fit: seen by the mirror, ${what}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await identity(page, app.url, 'done', '#watch', { locale: '?locale=pseudo', report });
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  for (const [stage, report] of Object.entries(ALARMS)) {
    it(`every text can be translated, and longer ones fit: an alarm, ${stage}`, async () => {
      const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
      await identity(page, app.url, 'done', 'holdfast-identity-alarm', { locale: '?locale=pseudo', report });
      await find(page, 'holdfast-identity-alarm >>> section');
      assert.deepEqual(await untranslated(page), []);
      await visit(page, `${app.url}/?locale=pseudo`);
      await find(page, 'holdfast-identity-notice >>> section');
      assert.deepEqual(await untranslated(page), []);
      assert.ok((await overflow(page)) <= 0);
    });
  }

  it('everything is reached by keyboard', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['phone, light']!);
    await identity(page, app.url, 'done', '.note.good');
    await (await find(page, 'holdfast-identity >>> .timeline summary')).click();
    const stops = await walk(page);
    checkStops(stops);
    for (const words of [/^Copy the DID/, /^Ask the directory again$/, /^Copy this key/, /^An earlier kit/, /^Lock out with my kit$/, /^Your domain/, /^Look at this name$/, /^Remove ada\.second\.example\.com$/, /^A domain, or an address/, /^Put on the list$/, /^The operation itself$/, /^Domain of the document/, /^Show the document$/, /^Look at the domain$/, /^The operation, as it was signed$/]) {
      assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
    }
  });
});
