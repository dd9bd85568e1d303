import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { formatDidKey, parseDid } from '../../src/protocol/index.ts';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import type { PlcData } from '../../src/identity/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { choosePlainly, fileOf, press } from './support/backups.ts';
import { startBadDirectory } from './support/directory.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { says } from './support/owner.ts';
import { absent, closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import { stolenKey } from './support/stolen-key.ts';
import type { Page } from 'puppeteer-core';
import type { BadDirectory } from './support/directory.ts';
import type { Look } from './support/page.ts';

const SCREEN = 'holdfast-identity >>> ';
const CARD = 'holdfast-identity-alarm >>> ';

const thief = await seededP256Signer(new Uint8Array(32).fill(66));
const thiefKey = formatDidKey(thief.publicKey);

let directory: BadDirectory;
const app = drivenStreet(async () => {
  directory = await startBadDirectory();
  return { HOLDFAST_PLC_URL: directory.url };
});
after(() => directory.stop());
afterEach(() => {
  directory.conduct = 'honest';
  return closePages(app.browser);
});

interface Owned {
  readonly page: Page;
  readonly did: string;
  readonly passphrase: string;
  /** The path of the kit. */
  readonly kit: string;
}

/** A page of a fresh house with a paired account of that name, at its Identity screen. */
async function watched(name: string): Promise<Owned> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  const armored = await proveAndPair(page, made, app.mirror);
  await visit(page, `${app.url}/identity`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);
  return { page, ...made, kit: fileOf(`${name}.age`, armored) };
}

const logOf = async (did: string) => (await new PlcDirectory(fetch, directory.honest).log(parseDid(did)))!;

/** Whoever has a copy of the browser's storage changes the DID past the house. */
async function attack({ page, did }: Owned, change: (data: PlcData) => Partial<PlcData>): Promise<void> {
  const { data, head } = await logOf(did);
  const signer = await stolenKey(page, did, data!.rotationKeys[1]!);
  await new PlcDirectory(fetch, directory.honest).submit(parseDid(did), await signOperation(signer, operationOf({ ...data!, ...change(data!) }, head)));
}

const takeOver = ({ rotationKeys }: PlcData): Partial<PlcData> => ({ rotationKeys: [thiefKey, ...rotationKeys.slice(1)], alsoKnownAs: ['at://mallory.test'] });

/** What the page keeps of its last look. */
const seen = ({ page, did }: Owned): Promise<{ at: number }> =>
  page.evaluate((did) => JSON.parse(localStorage.getItem(`holdfast.identity.${did}`) ?? '{}') as { at: number }, did);

async function undo(page: Page, kit: string, passphrase: string): Promise<void> {
  await choosePlainly(page, `${CARD}#file`, kit);
  const field = await find(page, `${CARD}#passphrase`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(passphrase);
  await press(page, `${CARD}#undo`);
  await press(page, `${CARD}#confirm-undo >>> button[type=submit]`);
}

describe('when somebody else changes the identity, with the directory of npm start', () => {
  it('a stolen lower key takes over: alarm, time left, the difference, and the kit takes it back', async () => {
    const owned = await watched('stolen');
    const { page, did, kit, passphrase } = owned;
    const { data: before } = await logOf(did);
    await attack(owned, takeOver);
    await press(page, `${SCREEN}#again`);
    await says(page, `${CARD}.note`, /^Your records are safe in this browser\. If it was not you, your recovery kit undoes it until .* 71 hours and 59 minutes are left\..*somebody has a copy of this browser’s storage/s);
    assert.match(await textOf(page, `${CARD}section > ul`), /changed the name of the account from stolen\.holdfast\.test to mallory\.test\./);
    assert.match(await textOf(page, `${CARD}#difference`), /The name is stolen\.holdfast\.test again\..*given back to your recovery kit\..*taken from a key unknown to this house\./s);

    // It is there at once wherever the owner is, without asking anybody again.
    const { at } = await seen(owned);
    await visit(page, app.url);
    await says(page, 'holdfast-identity-notice >>> section', /^Your identity was changed, and not by this house\.\s*Your records are safe in this browser\./);
    assert.equal((await seen(owned)).at, at);
    await press(page, 'holdfast-identity-notice >>> a');

    await find(page, `${CARD}#undo`);
    await undo(page, kit, 'AAAAA-AAAAA-AAAAA-AAAAA');
    await says(page, `${CARD}#wrong`, /^This passphrase does not open the kit\. Nothing was changed/);
    assert.equal((await logOf(did)).entries.length, 3);
    await undo(page, kit, passphrase);
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*4 operations/);
    assert.equal(await page.$(`>>> ${CARD}section`), null);
    assert.deepEqual((await logOf(did)).data, before);
    assert.match(await textOf(page, `${SCREEN}.timeline`), /your recovery kit changed the name of the account from mallory\.test|Was undone, and holds no more/);
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> .health');
    assert.equal(await page.$('>>> holdfast-identity-notice >>> section'), null);
  });

  it('what the owner did elsewhere is theirs once they say so', async () => {
    const owned = await watched('mine');
    await attack(owned, () => ({ alsoKnownAs: ['at://mine.example.com'] }));
    const { page } = owned;
    await press(page, `${SCREEN}#again`);
    await find(page, `${CARD}#mine`);
    await press(page, `${CARD}#mine`);
    await press(page, `${CARD}#confirm-mine >>> button[type=submit]`);
    await says(page, '.chip .name', /^mine\.example\.com$/);
    await absent(page, 'holdfast-identity-alarm');
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*3 operations/);
  });

  it('a directory that drops entries is noticed on Identity and on Home', async () => {
    const { page } = await watched('dropped');
    directory.conduct = (log) => log.slice(0, -1);
    await press(page, `${SCREEN}#again`);
    await says(page, `${SCREEN}#verdict`, /^Your data is safe: it is in this browser\.\s*The directory does not show 1 operation that it has shown before\./);
    await visit(page, app.url);
    await says(page, 'holdfast-identity-notice >>> section', /^The directory of identities holds something back\./);
    directory.conduct = 'honest';
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> .health');
    assert.equal(await page.$('>>> holdfast-identity-notice >>> section'), null);
  });

  it('is noticed by a page that is only open, and the directory is not asked again before a quarter of an hour has passed', async () => {
    const owned = await watched('only-open');
    const { page, did } = owned;
    await attack(owned, takeOver);
    // The first look comes at once, and what was seen last was long ago.
    await page.evaluateOnNewDocument(() => {
      const real = globalThis.setTimeout;
      Object.assign(globalThis, { setTimeout: (work: () => void, ms?: number) => real(work, ms === 20_000 ? 500 : ms) });
    });
    const { at } = await seen(owned);
    await visit(page, app.url);
    await find(page, 'holdfast-home >>> .health');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    assert.equal((await seen(owned)).at, at);
    await page.evaluate((did) => {
      const key = `holdfast.identity.${did}`;
      const last = JSON.parse(localStorage.getItem(key) ?? '{}') as { at: number };
      localStorage.setItem(key, JSON.stringify({ ...last, at: last.at - 15 * 60_000 }));
    }, did);
    await visit(page, app.url);
    await says(page, 'holdfast-identity-notice >>> section', /^Your identity was changed, and not by this house\./);
  });

  it('a key that was taken for the owner’s own is locked out with the kit', async () => {
    const owned = await watched('locked');
    const { page, did, kit, passphrase } = owned;
    await attack(owned, ({ rotationKeys }) => ({ rotationKeys: [...rotationKeys, thiefKey] }));
    await press(page, `${SCREEN}#again`);
    await press(page, `${CARD}#mine`);
    await press(page, `${CARD}#confirm-mine >>> button[type=submit]`);
    const card = 'holdfast-lock-out >>> ';
    await (await find(page, `${card}input[type=checkbox]`)).evaluate((box) => (box as HTMLElement).click());
    await choosePlainly(page, `${card}#file`, kit);
    await (await find(page, `${card}#passphrase`)).type(passphrase);
    await press(page, `${card}#lock`);
    await press(page, `${card}hf-confirm >>> button[type=submit]`);
    await says(page, `${SCREEN}.timeline`, /your recovery kit took the right to change this identity from a key unknown to this house\./);
    assert.equal((await logOf(did)).data?.rotationKeys.includes(thiefKey), false);
    assert.equal(await page.$('>>> holdfast-lock-out'), null);
  });
});
