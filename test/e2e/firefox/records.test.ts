import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { driven } from '../support/driven.ts';
import { makeAccount } from '../support/house.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import { blobBytes, keyOf, photo, POST, postOf, postsOf, recordOf, shows, typeJson, writePosts } from '../support/records.ts';
import type { ElementHandle } from 'puppeteer-core';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
const app = driven(startFirefox);
after(() => rmSync(folder, { recursive: true, force: true }));

it('a record is changed and taken back, and a picture is posted without where it was taken, in Firefox', async () => {
  const page = await (await app.browser.createBrowserContext()).newPage();
  await visit(page, app.url);
  const { did } = await makeAccount(page);
  await writePosts(page, did, 2, () => 'Before');

  await visit(page, `${app.url}/at/${did}/${POST}/${keyOf(1)}`);
  await (await find(page, 'holdfast-record-view >>> .acts button')).click();
  await find(page, '.cm-content');
  await typeJson(page, JSON.stringify(postOf('After')));
  await (await find(page, 'holdfast-record-editor >>> button.primary')).click();
  await shows(page, 'holdfast-difference', /"Before".*"After"/);
  await (await find(page, 'holdfast-record-editor >>> #save')).click();
  await shows(page, 'holdfast-undo', /Changes saved/);
  assert.equal((await recordOf(page, did, POST, keyOf(1))).text, 'After');
  await (await find(page, 'holdfast-undo >>> button')).click();
  await shows(page, 'holdfast-undo', /Taken back/);
  assert.equal((await recordOf(page, did, POST, keyOf(1))).text, 'Before');

  const secret = 'N 47 22.1 E 8 32.4';
  const path = join(folder, 'photo.jpg');
  writeFileSync(path, await photo(page, 2_400, 1_200, secret));
  await visit(page, `${app.url}/compose`);
  await (await find(page, 'holdfast-compose >>> #pictures') as unknown as ElementHandle<HTMLInputElement>).uploadFile(path);
  await (await find(page, 'holdfast-compose >>> #alt-0')).type('The sea');
  await (await find(page, 'holdfast-compose >>> button.primary[aria-disabled=false]')).click();
  await shows(page, 'holdfast-undo', /Posted/);
  const { value: { embed } } = (await postsOf(page, did))[0]!;
  const [{ image, aspectRatio }] = (embed as { images: [{ image: { ref: { $link: string } }; aspectRatio: object }] }).images;
  assert.deepEqual(aspectRatio, { width: 2_000, height: 1_000 });
  const bytes = await blobBytes(page, did, image.ref.$link);
  assert.ok(bytes.length <= 1_000_000 && !bytes.includes(secret) && !bytes.includes('Exif'));
});
