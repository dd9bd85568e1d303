import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { driven } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { overflow } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import { keyOf, POST, postOf, postsOf, recordOf, shown, shows, typeJson, writePosts } from './support/records.ts';
import type { Page } from 'puppeteer-core';

const app = driven();

afterEach(() => closePages(app.browser));

/** A page with an account in the house, and everything on it that must never happen. */
async function settle(look = 'desktop, light') {
  const { page, troubles } = await openPage(app.browser, app.url, { ...LOOKS[look]!, reducedMotion: true });
  await visit(page, app.url);
  const { did } = await makeAccount(page);
  return { page, did, troubles, at: (path = '') => `${app.url}/at/${did}${path}` };
}

const click = async (page: Page, selector: string): Promise<void> => (await find(page, selector)).click();
const LIST = 'holdfast-record-list >>> ';
const VIEW = 'holdfast-record-view >>> ';
const EDITOR = 'holdfast-record-editor >>> ';

/** What has the focus in the list: which row of how many, and its words. */
const focusedRow = (page: Page) => page.evaluate(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const row = element?.closest('li');
  return `${row?.ariaPosInSet} of ${row?.ariaSetSize}: ${row?.querySelector('.line')?.textContent?.trim()}`;
});

describe('records', () => {
  it('a record is made: from a template, looked at as a difference, saved, and taken back', async () => {
    const { page, did, troubles, at } = await settle();
    await visit(page, at());
    await click(page, 'holdfast-records >>> .head button');
    await find(page, '.cm-content');
    await typeJson(page, JSON.stringify(postOf('Made by hand'), null, 2));
    await click(page, `${EDITOR}button.primary`);
    await shows(page, `${EDITOR}holdfast-difference`, /added \s*"text": "Made by hand"/);
    await shows(page, `${EDITOR}form`, /1 operation: create app\.bsky\.feed\.post/);
    assert.deepEqual(await postsOf(page, did), []);
    await click(page, `${EDITOR}#save`);
    await shows(page, 'holdfast-record-view', /Made by hand/);
    const [saved] = await postsOf(page, did);
    assert.deepEqual(saved?.value, postOf('Made by hand'));
    assert.equal(new URL(page.url()).pathname, `/at/${did}/${POST}/${saved?.uri.split('/').at(-1)}`);
    await shows(page, 'holdfast-undo', /Posted\. Revision 3\w{12}/);
    await click(page, 'holdfast-undo >>> button');
    await shows(page, 'holdfast-undo', /Taken back/);
    assert.deepEqual(await postsOf(page, did), []);
    assert.deepEqual(troubles, []);
  });

  it('a record is changed, and only the change is shown; undo brings the old one back', async () => {
    const { page, did, troubles, at } = await settle();
    const [rkey = ''] = await writePosts(page, did, 1, () => 'Before');
    await visit(page, at(`/${POST}/${rkey}`));
    await click(page, `${VIEW}.acts button`);
    await find(page, '.cm-content');
    await typeJson(page, JSON.stringify(postOf('After'), null, 2));
    await click(page, `${EDITOR}button.primary`);
    const difference = await shown(page, `${EDITOR}holdfast-difference`);
    assert.match(difference, /removed \s*"text": "Before"/);
    assert.match(difference, /added \s*"text": "After"/);
    await click(page, `${EDITOR}#save`);
    await shows(page, 'holdfast-record-view', /After/);
    assert.equal((await recordOf(page, did, POST, rkey)).text, 'After');
    await (await find(page, 'holdfast-records >>> .screen')).focus();
    await page.keyboard.down('Control');
    await page.keyboard.press('KeyZ');
    await page.keyboard.up('Control');
    await shows(page, 'holdfast-record-view', /Before/);
    assert.deepEqual(await recordOf(page, did, POST, rkey), postOf('Before'));
    assert.deepEqual(troubles, []);
  });

  it('nobody else is overwritten: a conflict shows both versions, and lets the owner choose', async () => {
    const { page, did, at } = await settle();
    const [rkey = ''] = await writePosts(page, did, 1, () => 'Before');
    await visit(page, at(`/${POST}/${rkey}`));
    await click(page, `${VIEW}.acts button`);
    await find(page, '.cm-content');
    const theirs = { repo: did, collection: POST, rkey, record: postOf('Theirs') };
    await succeed(page, 'com.atproto.repo.putRecord', { input: theirs, requestId: crypto.randomUUID() });
    await typeJson(page, JSON.stringify(postOf('Mine')));
    await click(page, `${EDITOR}button.primary`);
    await click(page, `${EDITOR}#save`);
    await shows(page, `${EDITOR}[role=alert]`, /Your text is safe: nothing was saved/);
    await shows(page, `${EDITOR}holdfast-difference`, /"Theirs".*"Mine"/);
    assert.equal((await recordOf(page, did, POST, rkey)).text, 'Theirs');
    const choices = await page.$$(`>>> holdfast-record-editor >>> .row button`);
    const words = await Promise.all(choices.map((button) => button.evaluate((node) => node.textContent?.trim())));
    await choices[words.indexOf('Put mine over theirs')]?.click();
    await click(page, `${EDITOR}#save`);
    await shows(page, 'holdfast-record-view', /Mine/);
    assert.equal((await recordOf(page, did, POST, rkey)).text, 'Mine');
  });

  it('what a lexicon refuses is told at its place, and nothing is lost', async () => {
    const { page, did, at } = await settle();
    await visit(page, at());
    await click(page, 'holdfast-records >>> .head button');
    await find(page, '.cm-content');
    await typeJson(page, JSON.stringify({ ...postOf('x'), text: 5 }, null, 2));
    await click(page, `${EDITOR}button.primary`);
    await click(page, `${EDITOR}#save`);
    await shows(page, `${EDITOR}hf-error`, /^Nothing was saved yet, and your text is still here\..*text/);
    await find(page, '.cm-lintRange-error');
    // The look at the JSON that follows on typing comes later than a quick answer, and finds nothing wrong with it.
    await pause(600);
    assert.ok(await page.$('>>> .cm-lintRange-error') !== null, 'the place is no longer marked');
    await shows(page, '.cm-content', /"text": 5/);
    assert.deepEqual(await postsOf(page, did), []);
    await typeJson(page, '{"a": 1.5}');
    await click(page, `${EDITOR}button.primary`);
    await shows(page, `${EDITOR}hf-error`, /integers/);
  });

  it('a record is deleted and put back', async () => {
    const { page, did, troubles, at } = await settle();
    const [rkey = ''] = await writePosts(page, did, 1, () => 'Precious');
    await visit(page, at(`/${POST}/${rkey}`));
    await click(page, `${VIEW}.danger`);
    await click(page, `${VIEW}hf-confirm >>> button[type=submit]`);
    await shows(page, 'holdfast-undo', /Record deleted/);
    assert.deepEqual(await postsOf(page, did), []);
    assert.equal(new URL(page.url()).pathname, `/at/${did}/${POST}`);
    await click(page, 'holdfast-undo >>> button');
    await shows(page, 'holdfast-record-list', /Precious/);
    assert.deepEqual(await recordOf(page, did, POST, rkey), postOf('Precious'));
    assert.deepEqual(troubles, []);
  });
});

describe('a long list', () => {
  it('keeps only what is in sight in the document, and is walked by keys to its end', async () => {
    const { page, did, troubles, at } = await settle();
    await writePosts(page, did, 1_200);
    await visit(page, at(`/${POST}`));
    await find(page, `${LIST}li`);
    await (await find(page, `${LIST}a[tabindex='0']`)).focus();
    assert.equal(await focusedRow(page), '1 of 1200: Post 1199');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focusedRow(page), '2 of 1200: Post 1198');
    await page.keyboard.press('PageDown');
    assert.match(await focusedRow(page), /^(?:[5-9]|1\d) of 1200/);
    await page.keyboard.press('End');
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) if ((await focusedRow(page)).startsWith('1200 ')) break;
    assert.equal(await focusedRow(page), '1200 of 1200: Post 0');
    const rows = await page.$$(`>>> holdfast-record-list >>> li`);
    assert.ok(rows.length < 60, `${rows.length} rows are in the document`);
    await page.keyboard.press('Home');
    assert.equal(await focusedRow(page), '1 of 1200: Post 1199');
    assert.deepEqual(troubles, []);
  });

  it('is filtered, and says of what; several are deleted by their number, and put back', async () => {
    const { page, did, troubles, at } = await settle();
    await writePosts(page, did, 250);
    await visit(page, at(`/${POST}`));
    await (await find(page, `${LIST}a[tabindex='0']`)).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('post 24');
    await shows(page, 'holdfast-record-list', /10 match of the 1\d\d that are loaded/);
    await page.keyboard.press('ArrowDown');
    for (let index = 0; index < 3; index++) {
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
    }
    await shows(page, 'holdfast-record-list', /3 selected/);
    await click(page, `${LIST}.bar .danger`);
    await (await find(page, `${LIST}hf-confirm >>> input`)).type('3');
    await page.keyboard.press('Enter');
    await shows(page, 'holdfast-undo', /3 records deleted/);
    const count = async () => {
      const { collections } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
      return (collections as { records: number }[])[0]?.records;
    };
    assert.equal(await count(), 247);
    await click(page, 'holdfast-undo >>> button');
    await shows(page, 'holdfast-undo', /Taken back/);
    assert.equal(await count(), 250);
    await shows(page, 'holdfast-record-list', /10 match/);
    assert.deepEqual(troubles, []);
  });

  it('shows what another tab writes', async () => {
    const { page, did, at } = await settle();
    await writePosts(page, did, 3);
    await visit(page, at(`/${POST}`));
    await find(page, `${LIST}li`);
    const other = await page.browserContext().newPage();
    await other.goto(at(), { waitUntil: 'load' });
    await succeed(other, 'com.atproto.repo.createRecord', {
      input: { repo: did, collection: POST, rkey: keyOf(9), record: postOf('From the other tab') }, requestId: crypto.randomUUID(),
    });
    await shows(page, 'holdfast-record-list', /From the other tab/);
    const writes = Array.from({ length: 30 }, (_, index) => ({
      $type: 'com.atproto.repo.applyWrites#create', collection: POST, rkey: keyOf(100 + index), value: postOf(`One of many, ${index}`),
    }));
    await succeed(other, 'com.atproto.repo.applyWrites', { input: { repo: did, writes }, requestId: crypto.randomUUID() });
    await shows(page, 'holdfast-record-list', /One of many, 29/);
  });
});

describe('what strangers wrote', () => {
  it('is text and safe links, whatever it pretends to be', async () => {
    const { page, did, troubles, at } = await settle();
    const script = ['javascript', 'alert(1)'].join(':');
    const record = {
      ...postOf('<img src=x onerror=alert(1)> → click'),
      facets: [{ index: { byteStart: 33, byteEnd: 38 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri: script }] }],
      embed: { $type: 'app.bsky.embed.external', external: { uri: script, title: '<b>bold</b>', description: '</script>' } },
      link: script, web: 'https://example.com/x',
    };
    await succeed(page, 'com.atproto.repo.createRecord', {
      input: { repo: did, collection: POST, rkey: keyOf(1), record, validate: false }, requestId: crypto.randomUUID(),
    });
    await visit(page, at(`/${POST}/${keyOf(1)}`));
    await shows(page, 'holdfast-record-view', /<img src=x onerror=alert\(1\)>/);
    await click(page, 'holdfast-record-pretty >>> summary');
    const links = await page.$$eval('>>> holdfast-record-pretty >>> a', (all) => all.map((link) => [link.getAttribute('href'), link.rel]));
    assert.deepEqual(links, [['https://example.com/x', 'noopener noreferrer nofollow']]);
    assert.deepEqual(troubles, []);
  });

  it('a document that calls itself a picture is only offered as a file', async () => {
    const { page, did, at } = await settle();
    await page.evaluate(async (did) => {
      const worker = navigator.serviceWorker.controller;
      if (worker === null) throw new Error('the page is not controlled');
      const capability = await new Promise<string>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', ({ data }) => resolve(String(data)), { once: true });
        port1.start();
        worker.postMessage({ type: 'capability' }, [port2]);
      });
      const headers = { 'holdfast-capability': capability, 'holdfast-account': did };
      const upload = async (body: string, type: string) => {
        const response = await fetch('/xrpc/com.atproto.repo.uploadBlob', { method: 'POST', body, headers: { ...headers, 'content-type': type } });
        return (await response.json() as { blob: object }).blob;
      };
      const file = await upload('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image/svg+xml');
      await fetch('/xrpc/com.atproto.repo.putRecord', {
        method: 'POST', headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ repo: did, collection: 'com.example.file', rkey: 'one', record: { $type: 'com.example.file', file } }),
      });
    }, did);
    await visit(page, at('#blobs'));
    await shows(page, 'holdfast-blob-list', /A file of 71 bytes/);
    assert.equal(await page.$('>>> holdfast-blob-list >>> img'), null);
    const link = await find(page, 'holdfast-blob >>> a[download]');
    assert.match(await link.evaluate((node) => (node as HTMLAnchorElement).href), /^blob:/);
  });
});

for (const width of [320, 360, 700, 1_000]) {
  it(`nothing is wider than ${width} px`, async () => {
    const { page, did, at } = await settle();
    const [rkey = ''] = await writePosts(page, did, 3, (index) => `${'Long'.repeat(60)} ${index} ${'word '.repeat(30)}`);
    await page.setViewport({ width, height: 740 });
    for (const path of ['', `/${POST}`, `/${POST}/${rkey}`, '#blobs']) {
      await page.goto('about:blank');
      await visit(page, at(path));
      assert.equal(await overflow(page), 0, path);
    }
    await visit(page, at(`/${POST}/${rkey}`));
    await click(page, `${VIEW}.acts button`);
    await find(page, '.cm-content');
    assert.equal(await overflow(page), 0, 'the editor');
    await click(page, `${EDITOR}button.primary`);
    await find(page, 'holdfast-difference');
    assert.equal(await overflow(page), 0, 'the difference');
    for (const path of ['/compose', '/profile']) {
      await visit(page, `${app.url}${path}`);
      await find(page, 'form');
      assert.equal(await overflow(page), 0, path);
    }
  });
}
