import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { operationOf, PlcDirectory, signOperation } from '../../../src/identity/index.ts';
import { parseDid } from '../../../src/protocol/index.ts';
import { startApp } from '../support/app.ts';
import { choosePlainly, fileOf, press } from '../support/backups.ts';
import { makeAccount, succeed } from '../support/house.ts';
import { says } from '../support/owner.ts';
import { find, visit } from '../support/page.ts';
import { stolenKey } from '../support/stolen-key.ts';
import type { Browser } from 'puppeteer-core';
import type { App } from '../support/app.ts';

const SCREEN = 'holdfast-identity >>> ';
const CARD = 'holdfast-identity-alarm >>> ';

let app: App;
let browser: Browser;

before(async () => {
  const { firefox } = findBrowsers();
  if (firefox.path === undefined) throw new Error(`No Firefox: ${firefox.reason}`);
  app = await startApp();
  browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox.path, headless: true });
});

after(async () => {
  await browser.close();
  await app.stop();
});

it('an identity is verified, changed by somebody else, and taken back with the kit, in Firefox', async () => {
  const page = await (await browser.createBrowserContext()).newPage();
  await visit(page, app.url);
  const { did, passphrase } = await makeAccount(page, 'fox.holdfast.test');
  const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
  await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
  await visit(page, `${app.url}/identity`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*2 operations/);

  const directory = new PlcDirectory(fetch, app.directory);
  const { data, head } = (await directory.log(parseDid(did)))!;
  const signer = await stolenKey(page, did, data!.rotationKeys[1]!);
  await directory.submit(parseDid(did), await signOperation(signer, operationOf({ ...data!, alsoKnownAs: ['at://mallory.test'] }, head)));
  await press(page, `${SCREEN}#again`);
  await choosePlainly(page, `${CARD}#file`, fileOf('fox.age', armored as string));
  await (await find(page, `${CARD}#passphrase`)).type(passphrase);
  await press(page, `${CARD}#undo`);
  await press(page, `${CARD}#confirm-undo >>> button[type=submit]`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*4 operations/);
  assert.deepEqual((await directory.log(parseDid(did)))?.data, data);
});
