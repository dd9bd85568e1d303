import assert from 'node:assert/strict';
import { it } from 'node:test';
import { choosePlainly, fileOf, press } from '../support/backups.ts';
import { drivenStreet } from '../support/driven.ts';
import { makeAccount, proveAndPair } from '../support/house.ts';
import { says } from '../support/owner.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import type { Page } from 'puppeteer-core';

const CARD = 'holdfast-mirror-kit >>> ';
const app = drivenStreet(undefined, startFirefox);

/** A page of a fresh profile. */
async function open(path: string): Promise<Page> {
  const page = await (await app.browser.createBrowserContext()).newPage();
  await visit(page, `${app.url}${path}`);
  return page;
}

it('a kit lies with the mirror, and its passphrase alone brings the account back elsewhere, in Firefox', async () => {
  const here = await open('/');
  const made = await makeAccount(here, 'fox.holdfast.test');
  const kit = fileOf('fox.age', await proveAndPair(here, made, app.mirror));
  await visit(here, `${app.url}/kit/${made.did}`);
  await press(here, `${CARD}summary`);
  await choosePlainly(here, `${CARD}#file`, kit);
  await (await find(here, `${CARD}#passphrase`)).type(made.passphrase);
  await press(here, `${CARD}#put-passphrase`);
  await says(here, `${CARD}[role=status]`, /^It lies there now/);

  const there = await open('/restore');
  await press(there, 'holdfast-restore >>> input[value=mirror][name=source]');
  await press(there, 'holdfast-restore >>> input[value=mirror][name=kit-from]');
  await (await find(there, 'holdfast-find-kit >>> #account')).type(made.did);
  await press(there, 'holdfast-find-kit >>> #find');
  await find(there, 'holdfast-find-kit >>> .note.good');
  await (await find(there, 'holdfast-restore >>> #passphrase')).type(made.passphrase);
  await press(there, 'holdfast-restore >>> #start');
  await there.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 90_000 });
  assert.notEqual(await there.$('>>> #keep-file'), null);
});
