import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { press } from './support/backups.ts';
import { startBadDirectory } from './support/directory.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Page } from 'puppeteer-core';
import type { BadDirectory } from './support/directory.ts';
import type { Look } from './support/page.ts';

const SCREEN = 'holdfast-identity >>> ';

let directory: BadDirectory;
const app = drivenStreet(async () => {
  directory = await startBadDirectory();
  return { HOLDFAST_PLC_URL: directory.url };
});
after(() => directory.stop());
afterEach(() => {
  directory.conduct = 'honest';
  return closePages(app.browser);
});

/** A page of a fresh house with an account of that name. */
async function opened(name: string): Promise<{ readonly page: Page; readonly did: string; readonly passphrase: string; readonly troubles: string[] }> {
  const { page, troubles } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  return { page, troubles, ...await makeAccount(page, `${name}.holdfast.test`) };
}

async function paired(name: string): ReturnType<typeof opened> {
  const made = await opened(name);
  await proveAndPair(made.page, made, app.mirror);
  return made;
}

describe('the Identity screen, with the directory of npm start', () => {
  it('says calmly that an account is not registered yet, and asks nobody', async () => {
    const { page, did, troubles } = await opened('calm');
    directory.asked.splice(0);
    await visit(page, app.url);
    await (await find(page, 'holdfast-home >>> a[href="/identity"]')).click();
    await says(page, `${SCREEN}#verdict`, /^Not registered yet, and that is all right\./);
    await says(page, `${SCREEN}.timeline`, /Waits in this house for the directory\s*Your house made this identity\.\s*Your house gave the account the name calm\.holdfast\.test\./);
    assert.deepEqual(directory.asked.filter((path) => path.includes(did)), []);
    assert.deepEqual(troubles, []);
  });

  it('tells of a paired account operation by operation, which key signed, and what it says now', async () => {
    const { page, did, troubles: all } = await paired('told');
    const called = [`elsewhere: ${directory.url}/`, `elsewhere: ${app.mirror}/xrpc/app.holdfast.mirror.watch`];
    const troubles = () => all.filter((trouble) => !called.some((each) => trouble.includes(each)));
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*2 operations, from localhost:\d+, just now\.$/);
    const timeline = await textOf(page, `${SCREEN}.timeline`);
    assert.match(timeline, /On \w+ \d+, \d{4}, your house named the mirror at localhost:\d+\..*Signed by this house\..*your house made this identity\./s);
    assert.match(await textOf(page, `${SCREEN}.facts`), /^Name\s*told\.holdfast\.test\s*Mirror\s*localhost:\d+\s*Signs your records\s*The key of this house\./);
    assert.match(await textOf(page, `${SCREEN}.keys`), /^Recovery kit.*This house/s);
    await press(page, `${SCREEN}.timeline summary`);
    const shown = JSON.parse(await textOf(page, `${SCREEN}details[open] pre`)) as object;
    const log = await (await fetch(`${directory.honest}/${did}/log/audit`)).json() as { operation: object }[];
    assert.deepEqual(shown, log.at(-1)?.operation);
    assert.deepEqual(troubles(), []);
  });

  it('says what is safe first when the directory is down or lies, and shows it all when it is well again', async () => {
    const { page } = await paired('away');
    directory.conduct = 'down';
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}[role=alert]`, /^Your data is safe: it is in this browser, and the directory holds none of it\. The directory does not answer/);
    directory.conduct = 'honest';
    await press(page, `${SCREEN}#again`);
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);

    const lies: readonly BadDirectory['conduct'][] = [
      (log) => log.map((entry) => ({ ...entry, operation: { ...entry.operation, alsoKnownAs: ['at://mallory.test'] } })),
      (log) => log.slice(1),
      (log) => log.map((entry) => ({ ...entry, nullified: true })),
    ];
    for (const lie of lies) {
      directory.conduct = lie;
      await press(page, `${SCREEN}#again`);
      await says(page, `${SCREEN}[role=alert]`, /^Your data is safe.*does not hold: it does not fit the signatures\. Nothing of it is believed\./s);
      // What was verified before is still there.
      assert.match(await textOf(page, `${SCREEN}.facts`), /away\.holdfast\.test/);
      directory.conduct = 'honest';
      await press(page, `${SCREEN}#again`);
      await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);
    }
  });

  it('waits for a directory that answers late, and says that it does', async () => {
    const { page } = await paired('late');
    directory.asked.splice(0);
    const late = Promise.withResolvers<void>();
    directory.conduct = (log) => late.promise.then(() => log);
    await visit(page, `${app.url}/identity`);
    await says(page, `${SCREEN}#verdict`, /^Asking the directory, and verifying what it says…$/);
    await page.waitForFunction(() => document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-identity')?.shadowRoot?.querySelector('#again')?.ariaDisabled === 'true');
    while (directory.asked.length === 0) await page.evaluate(() => new Promise(requestAnimationFrame));
    late.resolve();
    await says(page, `${SCREEN}#verdict`, /^Every entry was verified\./);
  });
});
