import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  choose, didsOf, fileOf, fillRestore, headOf, keepDownloads, kitFile, saveBackup, writeMany,
} from '../support/backups.ts';
import { driven } from '../support/driven.ts';
import { makeAccount, post, succeed } from '../support/house.ts';
import { says } from '../support/owner.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import type { Page } from 'puppeteer-core';

const app = driven(startFirefox);

/** A page of a fresh profile. */
async function open(path: string): Promise<Page> {
  const page = await (await app.browser.createBrowserContext()).newPage();
  await keepDownloads(page);
  await visit(page, `${app.url}${path}`);
  return page;
}

it('an account is made, written to, saved, tested, and restored elsewhere, in Firefox', async () => {
  const here = await open('/');
  const { did, passphrase } = await makeAccount(here);
  await writeMany(here, did, 60);
  const kit = await kitFile(here, did);
  const head = await headOf(here, did);
  const bytes = await saveBackup(here, app.url);
  const car = fileOf('firefox.car', bytes);
  await choose(here, 'holdfast-test-card >>> hf-file', car);
  await says(here, 'holdfast-test-card >>> [role=status]', /This file is good.*exactly what is in this house/);

  const there = await open('/restore');
  await fillRestore(there, { kit, car, passphrase });
  await find(there, 'holdfast-restored');
  assert.deepEqual(await didsOf(there), [did]);
  assert.equal((await headOf(there, did)).cid, head.cid);
  assert.equal(Buffer.compare(await saveBackup(there, app.url), bytes), 0, 'saved again, it is another file');
  await visit(there, `${app.url}/settings`);
  await succeed(there, 'com.atproto.repo.createRecord', { input: post(did, 'Back.'), requestId: crypto.randomUUID() });
  assert.ok((await headOf(there, did)).rev > head.rev);
});
