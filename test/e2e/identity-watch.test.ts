import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { formatDidKey, parseDid } from '../../src/protocol/index.ts';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { startBadDirectory } from './support/directory.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import { stolenKey } from './support/stolen-key.ts';
import type { Page } from 'puppeteer-core';
import type { BadDirectory } from './support/directory.ts';
import type { Look } from './support/page.ts';

const SCREEN = 'holdfast-identity >>> ';
const thiefKey = formatDidKey((await seededP256Signer(new Uint8Array(32).fill(66))).publicKey);

let directory: BadDirectory;
const app = drivenStreet(async () => {
  directory = await startBadDirectory();
  directory.mirrors = 'honest';
  return { HOLDFAST_PLC_URL: directory.url, HOLDFAST_WATCH_SECONDS: '1' };
});
after(() => directory.stop());
afterEach(() => {
  directory.conduct = 'honest';
  return closePages(app.browser);
});

/** Resolves when the mirror has looked twice more: the first look may have begun before. */
async function looked(page: Page, did: string): Promise<void> {
  const count = (): number => directory.watched.filter((path) => path.includes(did)).length;
  const before = count();
  while (count() < before + 2) await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
}

/** The account of that name is taken over while no page is open. */
async function takenOver(name: string): Promise<Page> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  await proveAndPair(page, made, app.mirror);
  await visit(page, `${app.url}/identity`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);
  await looked(page, made.did);
  await visit(page, `${app.url}/identity`);
  await says(page, `${SCREEN}#watch`, /^Your mirror watches the directory too, also when no page is open\. It looked just now\./);

  const real = new PlcDirectory(fetch, directory.honest);
  const { data, head } = (await real.log(parseDid(made.did)))!;
  const signer = await stolenKey(page, made.did, data!.rotationKeys[1]!);
  const verificationMethods = { atproto: thiefKey };
  const operation = await signOperation(signer, operationOf({ ...data!, alsoKnownAs: ['at://mallory.test'], verificationMethods }, head));
  await page.goto('about:blank');
  await real.submit(parseDid(made.did), operation);
  await looked(page, made.did);
  return page;
}

describe('somebody takes the account over while no page is open', () => {
  it('the page that opens next says so at once, though its directory is down', async () => {
    const page = await takenOver('asleep');
    directory.conduct = 'down';
    await visit(page, app.url);
    await says(page, 'holdfast-identity-notice >>> section', /^Your identity was changed, and not by this house\.\s*Your records are safe in this browser\..*your recovery kit undoes it until/s);
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}#verdict`, /^Your data is safe: it is in this browser\.\s*localhost:\d+ does not answer just now\. What is below is what your mirror has seen there, just now, verified here\./);
    await says(page, 'holdfast-identity-alarm >>> #witness', /^Your mirror, which watches too, saw it on /);
    await find(page, 'holdfast-identity-alarm >>> #undo');
  });

  it('a directory that holds it back from pages does not keep it from the owner', async () => {
    const page = await takenOver('held');
    directory.conduct = (log) => log.slice(0, 2);
    await visit(page, app.url);
    await says(page, 'holdfast-identity-notice >>> section', /^Your identity was changed, and not by this house\./);
    await visit(page, `${app.url}/identity`);
    await says(page, 'holdfast-identity-alarm >>> #witness', /shows it, with a signature that was verified here\. The directory that was asked does not show it/);
    assert.notEqual(await page.$(`>>> ${SCREEN}#watch`), null);
  });

  it('a directory that lies to pages is not believed, and what the mirror has seen is', async () => {
    const page = await takenOver('lied');
    directory.conduct = (log) => log.map((entry) => ({ ...entry, nullified: true }));
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}#verdict`, /tells does not hold, and nothing of it is believed\. What is below is what your mirror has seen there/);
    await find(page, 'holdfast-identity-alarm >>> #undo');
  });
});
