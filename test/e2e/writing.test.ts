import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { driven } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import { blobBytes, photo, png, postsOf, recordOf, shows } from './support/records.ts';
import type { ElementHandle, Page } from 'puppeteer-core';

const app = driven();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
const SECRET = 'N 47 22.1 E 8 32.4 Garden Lane 7';

afterEach(() => closePages(app.browser));
after(() => rmSync(folder, { recursive: true, force: true }));

async function settle() {
  const { page, troubles } = await openPage(app.browser, app.url, { ...LOOKS['desktop, light']!, reducedMotion: true });
  await visit(page, app.url);
  const { did } = await makeAccount(page);
  return { page, did, troubles };
}

function file(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function give(page: Page, selector: string, ...paths: string[]): Promise<void> {
  const input = await find(page, selector) as unknown as ElementHandle<HTMLInputElement>;
  await input.uploadFile(...paths);
}

interface Blob {
  readonly ref: { readonly $link: string };
  readonly mimeType: string;
  readonly size: number;
}

describe('the composer', () => {
  it('posts once, however often the button is pressed, with links, tags and the language', async () => {
    const { page, did, troubles } = await settle();
    await visit(page, `${app.url}/compose`);
    await (await find(page, 'holdfast-compose >>> #text')).type('Grüße: https://example.com #garden');
    await (await find(page, 'holdfast-compose >>> #language')).select('de');
    await (await find(page, 'holdfast-compose >>> button.primary[aria-disabled=false]')).evaluate((button) => {
      for (let press = 0; press < 3; press++) (button as HTMLElement).click();
    });
    await shows(page, 'holdfast-undo', /Posted\..*View/);
    const posts = await postsOf(page, did);
    assert.equal(posts.length, 1);
    const { value } = posts[0]!;
    assert.equal(value.text, 'Grüße: https://example.com #garden');
    assert.deepEqual(value.langs, ['de']);
    assert.deepEqual((value.facets as { index: object }[]).map(({ index }) => index), [{ byteStart: 9, byteEnd: 28 }, { byteStart: 29, byteEnd: 36 }]);
    await (await find(page, 'holdfast-undo >>> button')).click();
    await shows(page, 'holdfast-undo', /Taken back/);
    assert.deepEqual(await postsOf(page, did), []);
    assert.deepEqual(troubles, []);
  });

  it('counts what a reader sees, and keeps the draft over a reload', async () => {
    const { page, did } = await settle();
    await visit(page, `${app.url}/compose`);
    const field = await find(page, 'holdfast-compose >>> #text');
    await field.type('👩‍👩‍👧 hi');
    await shows(page, 'holdfast-compose >>> #count', /Characters left: 296/);
    await page.reload();
    await shows(page, 'holdfast-compose >>> #count', /Characters left: 296/);
    await (await find(page, 'holdfast-compose >>> #text')).evaluate((area) => {
      (area as HTMLTextAreaElement).value = 'x'.repeat(301);
      area.dispatchEvent(new Event('input'));
    });
    await shows(page, 'holdfast-compose >>> #count', /Characters too many: 1/);
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    assert.deepEqual(await postsOf(page, did), []);
  });

  it('a picture is asked a description for, and loses where it was taken', async () => {
    const { page, did, troubles } = await settle();
    await visit(page, `${app.url}/compose`);
    const jpeg = await photo(page, 2_600, 1_300, SECRET);
    assert.ok(jpeg.includes(SECRET) && jpeg.includes('Exif'));
    await give(page, 'holdfast-compose >>> #pictures', file('photo.jpg', jpeg), file('drawing.png', png(64, 48, SECRET)));
    await find(page, 'holdfast-compose >>> #alt-1');
    await (await find(page, 'holdfast-compose >>> #text')).type('Two pictures');
    await (await find(page, 'holdfast-compose >>> #alt-0')).type('The sea at dusk');
    const post = await find(page, 'holdfast-compose >>> button.primary[aria-disabled=false]');
    await post.click();
    await shows(page, 'holdfast-compose >>> [role=alert]', /no description yet/);
    assert.deepEqual(await postsOf(page, did), []);
    await (await find(page, 'holdfast-compose >>> #alt-1')).type('A grey square');
    await post.click();
    await shows(page, 'holdfast-undo', /Posted\..*View/);
    const { value: { embed } } = (await postsOf(page, did))[0]!;
    const { images } = embed as { images: { image: Blob; alt: string; aspectRatio: object }[] };
    assert.deepEqual(images.map(({ alt, aspectRatio }) => [alt, aspectRatio]), [
      ['The sea at dusk', { width: 2_000, height: 1_000 }], ['A grey square', { width: 64, height: 48 }],
    ]);
    for (const { image } of images) {
      const bytes = await blobBytes(page, did, image.ref.$link);
      assert.equal(bytes.length, image.size);
      assert.ok(image.size <= 1_000_000);
      for (const trace of ['Exif', 'GPSLatitude', SECRET, 'Location']) assert.ok(!bytes.includes(trace), `${trace} is still in ${image.mimeType}`);
    }
    await (await find(page, 'holdfast-undo >>> a')).click();
    const shownAlt = await (await find(page, 'holdfast-record-pretty >>> figure:first-child holdfast-blob >>> img')).evaluate((img) => (img as HTMLImageElement).alt);
    assert.equal(shownAlt, 'The sea at dusk');
    assert.deepEqual(troubles, []);
  });

  it('refuses what is no picture, and keeps the text', async () => {
    const { page } = await settle();
    await visit(page, `${app.url}/compose`);
    await (await find(page, 'holdfast-compose >>> #text')).type('Still here');
    await give(page, 'holdfast-compose >>> #pictures', file('page.png', Buffer.from('<html></html>')));
    await shows(page, 'holdfast-compose >>> hf-error', /^Your text is safe: .*not a JPEG, PNG/);
    assert.equal(await (await find(page, 'holdfast-compose >>> #text')).evaluate((area) => (area as HTMLTextAreaElement).value), 'Still here');
  });
});

describe('the profile', () => {
  it('is made with a picture, changed, and keeps what the editor does not know', async () => {
    const { page, did, troubles } = await settle();
    await visit(page, `${app.url}/profile`);
    await (await find(page, 'holdfast-profile >>> #name')).type('Ada Example');
    await (await find(page, 'holdfast-profile >>> #description')).type('Counts things.');
    await give(page, 'holdfast-picture-field#avatar >>> input[type=file]', file('me.jpg', await photo(page, 1_600, 1_600, SECRET)));
    await find(page, 'holdfast-picture-field#avatar >>> .frame > img');
    await (await find(page, 'holdfast-profile >>> button.primary')).click();
    await shows(page, 'holdfast-undo', /Record created/);
    const first = await recordOf(page, did, 'app.bsky.actor.profile', 'self');
    assert.equal(first.displayName, 'Ada Example');
    const avatar = first.avatar as Blob;
    const bytes = await blobBytes(page, did, avatar.ref.$link);
    assert.ok(bytes.length <= 1_000_000 && !bytes.includes('Exif') && !bytes.includes(SECRET));

    const more = { ...first, pronouns: 'she/her', 'com.example.more': [1, 2] };
    const put = { repo: did, collection: 'app.bsky.actor.profile', rkey: 'self', record: more, validate: false };
    await succeed(page, 'com.atproto.repo.putRecord', { input: put, requestId: crypto.randomUUID() });
    // The editor still has the version before: it must not be saved over without a word.
    const name = await find(page, 'holdfast-profile >>> #name');
    await name.type(' II');
    await (await find(page, 'holdfast-profile >>> button.primary')).click();
    await shows(page, 'holdfast-profile >>> form > hf-error', /^Nothing was saved.*changed in another place/);
    await (await find(page, 'holdfast-profile >>> button.primary')).click();
    await shows(page, 'holdfast-undo', /Changes saved/);
    const second = await recordOf(page, did, 'app.bsky.actor.profile', 'self');
    assert.deepEqual(second, { ...more, displayName: 'Ada Example II' });
    assert.deepEqual(troubles.filter((trouble) => !/status of 400/.test(trouble)), []);
  });
});
