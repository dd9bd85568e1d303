import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { driven } from './support/driven.ts';
import { makeAccount, says } from './support/owner.ts';
import { succeed } from './support/house.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const app = driven();
const LOOK = LOOKS['desktop, light'] as Look;
const NOTE = 'app.holdfast.note';

afterEach(() => closePages(app.browser));

const click = async (page: Page, selector: string): Promise<void> => (await find(page, selector)).click();

/** Puts a record; the commit's rev. */
async function put(page: Page, did: string, rkey: string, text: string): Promise<string> {
  const input = { repo: did, collection: NOTE, rkey, record: { $type: NOTE, text } };
  const { commit } = await succeed(page, 'com.atproto.repo.putRecord', { input, requestId: crypto.randomUUID() }) as { commit: { rev: string } };
  return commit.rev;
}

async function read(page: Page, did: string, rkey: string): Promise<unknown> {
  const { records } = await succeed(page, 'com.atproto.repo.listRecords', { params: { repo: did, collection: NOTE } }) as {
    records: { uri: string; value: { text: string } }[];
  };
  return records.find(({ uri }) => uri.endsWith(`/${rkey}`))?.value.text;
}

describe('history', () => {
  it('shows a commit before and after, takes it back, and takes that back', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOK);
    const { did } = await makeAccount(page, app.url);
    await put(page, did, 'a', 'first words');
    const rev = await put(page, did, 'a', 'second words');
    await visit(page, `${app.url}/activity`);
    const row = `holdfast-history >>> .commit[data-rev="${rev}"]`;
    await click(page, `${row} summary`);
    const difference = await says(page, `${row} holdfast-change >>> holdfast-difference >>> ol`, /second words/);
    assert.match(difference, /removed.*first words[^]*added.*second words/);
    await click(page, `${row} > button`);
    await says(page, 'holdfast-history >>> hf-confirm', /becomes what it was before/);
    await click(page, 'holdfast-history >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-history >>> .toast', /Taken back by a new commit/);
    assert.equal(await read(page, did, 'a'), 'first words');
    await click(page, 'holdfast-history >>> .toast button');
    await says(page, 'holdfast-history >>> ol', /Changed[^]*Changed[^]*Changed[^]*Created/);
    for (let tries = 0; await read(page, did, 'a') !== 'second words'; tries++) assert.ok(tries < 100, 'it was not taken back again');
    assert.deepEqual(troubles, []);
  });

  it('asks again where a record was changed since', async () => {
    const { page } = await openPage(app.browser, app.url, LOOK);
    const { did } = await makeAccount(page, app.url);
    const rev = await put(page, did, 'a', 'one');
    await put(page, did, 'a', 'two');
    await visit(page, `${app.url}/activity`);
    await click(page, `holdfast-history >>> .commit[data-rev="${rev}"] > button`);
    await click(page, 'holdfast-history >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-history >>> hf-confirm', /changed again since: app\.holdfast\.note\/a/);
    assert.equal(await read(page, did, 'a'), 'two', 'nothing was changed');
    await click(page, 'holdfast-history >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-history >>> .toast', /Taken back/);
    assert.equal(await read(page, did, 'a'), undefined);
  });

  it('brings a deleted record back from its own history', async () => {
    const { page } = await openPage(app.browser, app.url, LOOK);
    const { did } = await makeAccount(page, app.url);
    await put(page, did, 'a', 'kept');
    await succeed(page, 'com.atproto.repo.deleteRecord', { input: { repo: did, collection: NOTE, rkey: 'a' }, requestId: crypto.randomUUID() });
    await visit(page, `${app.url}/at/${did}/${NOTE}/a`);
    await says(page, 'holdfast-record-view >>> holdfast-history >>> ol', /Deleted[^]*Created/);
    await click(page, 'holdfast-record-view >>> holdfast-history >>> .commit > button');
    await says(page, 'holdfast-record-view >>> holdfast-history >>> hf-confirm', /comes back as it was/);
    await click(page, 'holdfast-record-view >>> holdfast-history >>> hf-confirm >>> button[type=submit]');
    await find(page, 'holdfast-record-view >>> holdfast-record-pretty');
    assert.equal(await read(page, did, 'a'), 'kept');
    await click(page, 'holdfast-record-view >>> #history');
    await says(page, 'holdfast-record-view >>> holdfast-history >>> ol', /Created[^]*Deleted[^]*Created/);
    assert.match(await textOf(page, 'holdfast-record-view >>> #history'), /History/);
  });

  it('what takes the space is shown, dead space comes back, and history has the room that its owner gives it', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOK);
    const { did } = await makeAccount(page, app.url);
    for (let index = 0; index < 12; index++) await put(page, did, 'a', String(index).repeat(10_000));
    await visit(page, `${app.url}/storage`);
    await says(page, 'holdfast-storage >>> .legend', /Records.*The tree.*Pictures and files.*History.*Dead space/);
    await click(page, 'holdfast-compaction >>> #compact');
    const words = await says(page, 'holdfast-compaction >>> .note', /came back: the repository takes/);
    assert.doesNotMatch(words, /^0 /);
    assert.equal(await read(page, did, 'a'), '11'.repeat(10_000));
    const select = await find(page, 'holdfast-history-room >>> select');
    await select.select('0');
    await says(page, 'holdfast-history-room >>> hf-confirm', /can then not be taken back/);
    await click(page, 'holdfast-history-room >>> hf-confirm >>> button[type=submit]');
    await says(page, 'holdfast-history-room >>> .note.good', /from now on/);
    const { commits } = await succeed(page, 'app.holdfast.activity.list', { params: { did } }) as { commits: readonly unknown[] };
    assert.equal(commits.length, 1);
    assert.deepEqual(troubles, []);
  });
});
