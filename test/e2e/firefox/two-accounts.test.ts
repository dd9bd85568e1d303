// Two accounts in one house, in Firefox: what one writes and saves is not the other's.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { driven } from '../support/driven.ts';
import { exportRepo, makeAccount, post, postTexts, succeed } from '../support/house.ts';
import { says } from '../support/owner.ts';
import { find, startFirefox, visit } from '../support/page.ts';

const app = driven(startFirefox);

it('each has its records, its screens and its file, in Firefox', async () => {
  const page = await (await app.browser.createBrowserContext()).newPage();
  await visit(page, app.url);
  const [one, other] = [await makeAccount(page), await makeAccount(page)];
  const written = async (did: string, text: string): Promise<string> => (
    (await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() }))['uri'] as string
  ).replace(`at://${did}/`, '');
  const [first, second] = [await written(one.did, 'Words of the first.'), await written(other.did, 'Words of the second.')];
  assert.deepEqual([await postTexts(page, one.did), await postTexts(page, other.did)], [['Words of the first.'], ['Words of the second.']]);
  const [mine, theirs] = [Buffer.from(await exportRepo(page, one.did)), Buffer.from(await exportRepo(page, other.did))];
  assert.ok(mine.includes(one.did) && !mine.includes(other.did) && theirs.includes(other.did) && !theirs.includes(one.did));
  for (const [did, path] of [[one.did, first], [other.did, second], [one.did, first]] as const) {
    await visit(page, `${app.url}/`);
    await (await find(page, '.chip select')).evaluate((select, did) => {
      (select as HTMLSelectElement).value = did;
      select.dispatchEvent(new Event('change'));
    }, did);
    await find(page, 'holdfast-home');
    await visit(page, `${app.url}/activity`);
    await says(page, 'holdfast-history >>> .commit', new RegExp(path));
    assert.equal((await page.$$('>>> holdfast-history >>> .commit')).length, 1);
  }
});
