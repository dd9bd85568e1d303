// Every use of a key is a line of Activity: commits by the day, operations with their CIDs, kits, and passes for the mirror.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, proveAndPair, succeed } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

describe('the log of what keys were used for', () => {
  it('has what was signed, for whom, and can be narrowed', async () => {
    const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
    await visit(page, app.url);
    const made = await makeAccount(page, 'signer.holdfast.test');
    await proveAndPair(page, made, app.mirror);
    const { did } = made;
    const revs: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      const { commit } = await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() }) as { commit: { rev: string } };
      revs.push(commit.rev);
    }
    await visit(page, `${app.url}/activity`);
    const show = async (kind: string): Promise<void> => void await (await find(page, 'holdfast-activity >>> #shown')).select(kind);
    await show('all');
    const list = 'holdfast-key-uses >>> ol';
    const all = await says(page, list, /Signed 3 commits of your records/);
    assert.match(all, /Signed \d+ passes for the mirror[^]*for localhost/);
    assert.match(all, /Opened the recovery kit, to see that you hold it/);
    assert.match(all, /Made the keys of this account/);
    const audit = await (await fetch(`${app.directory}/${did}/log/audit`)).json() as { cid: string }[];
    assert.equal(audit.length, 2);
    for (const { cid } of audit) assert.ok(all.includes(cid), `${cid} is not in the log`);

    await show('commits');
    await (await find(page, `${list} summary`)).click();
    const opened = await says(page, `${list} details[open]`, new RegExp(revs[2]!));
    for (const rev of revs) assert.ok(opened.includes(rev));
    assert.match(opened, /bafyrei/);
    await show('kit');
    assert.doesNotMatch(await says(page, list, /^Opened the recovery kit/), /commits|pass/);

    // What is written while the screen is open comes in.
    await show('all');
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'four'), requestId: crypto.randomUUID() });
    await says(page, list, /Signed 4 commits of your records/);
    assert.deepEqual(troubles, []);
  });
});
