import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { readFirehose } from '../support/firehose-reader.ts';
import { press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import { nameServers } from './support/resolver.ts';
import type { Page } from 'puppeteer-core';
import type { Look } from './support/page.ts';

const CARD = 'holdfast-name-card >>> ';

const { records, start } = nameServers();
const app = drivenStreet(start);
afterEach(() => closePages(app.browser));

async function paired(name: string): Promise<{ readonly page: Page; readonly did: string }> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  await visit(page, app.url);
  const made = await makeAccount(page, `${name}.holdfast.test`);
  await proveAndPair(page, made, app.mirror);
  await visit(page, `${app.url}/identity`);
  return { page, did: made.did };
}

async function look(page: Page, name: string): Promise<void> {
  const field = await find(page, `${CARD}#name`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(name);
  await press(page, `${CARD}#look`);
}

describe('a name of the owner’s own domain', () => {
  it('is looked up, shown as a difference, signed in one operation, and told on by the mirror', async () => {
    const { page, did } = await paired('before');
    await look(page, 'no name');
    await says(page, `${CARD}#wrong`, /^This is no name that an account can have/);
    await look(page, '@Ada.Example.com');
    await says(page, `${CARD}#proofs`, /^Name servers: nothing there yet\.\s*File on the web server: could not be read from this browser\.$/);
    const values = await Promise.all((await page.$$(`>>> ${CARD}.ways hf-copy`)).map((copy) => copy.evaluate((element) => (element as unknown as { text: string }).text)));
    assert.deepEqual(values, ['_atproto.ada.example.com', `did=${did}`, 'https://ada.example.com/.well-known/atproto-did', did]);
    assert.equal(await page.$(`>>> ${CARD}#change`), null);

    records.set('_atproto.ada.example.com', `did=${did}`);
    await press(page, `${CARD}#look`);
    await says(page, `${CARD}#proofs`, /^Name servers: it is yours\./);
    assert.match(await textOf(page, `${CARD}#difference`), /^The name changes from before\.holdfast\.test to ada\.example\.com\.$/);
    const firehose = await readFirehose(app.mirror);
    await press(page, `${CARD}#change`);
    await press(page, `${CARD}hf-confirm >>> button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^The name was changed\./);
    await says(page, 'holdfast-identity >>> .facts', /^Name\s*ada\.example\.com/);
    await says(page, '.chip .name', /^ada\.example\.com$/);
    const log = await (await fetch(`${app.directory}/${did}/log/audit`)).json() as { operation: { alsoKnownAs: string[] } }[];
    assert.deepEqual([log.length, log.at(-1)?.operation.alsoKnownAs], [3, ['at://ada.example.com']]);
    const [event] = await firehose.until(1);
    assert.match(new TextDecoder().decode(event as Uint8Array), new RegExp(`#identity.*${did}`, 's'));
    firehose.close();
  });
});

describe('further names', () => {
  const NAMES = 'holdfast-names-card >>> ';
  const put = async (page: Page, name: string): Promise<void> => {
    await (await find(page, `${NAMES}#more`)).type(name);
    await press(page, `${NAMES}#add`);
  };
  const sign = async (page: Page): Promise<void> => {
    await press(page, `${NAMES}#change`);
    await press(page, `${NAMES}hf-confirm >>> button[type=submit]`);
    await says(page, `${NAMES}[role=status]`, /^The further names were changed\.$/);
  };
  const logOf = async (did: string): Promise<string[][]> => (
    (await (await fetch(`${app.directory}/${did}/log/audit`)).json() as { operation: { alsoKnownAs: string[] } }[]).map(({ operation }) => operation.alsoKnownAs)
  );

  it('are added and removed as a difference, one operation each time, and stay when the name changes', async () => {
    const { page, did } = await paired('many');
    await put(page, 'http://example.com');
    await press(page, `${NAMES}#look`);
    await says(page, `${NAMES}#wrong`, /^One of these is no further name/);
    await press(page, `${NAMES}[data-name="http://example.com"]`);
    await put(page, 'Second.Example.com');
    await put(page, 'https://example.com/~many');
    await press(page, `${NAMES}#look`);
    await says(page, `${NAMES}#proofs`, /^second\.example\.com Name servers: nothing there yet\./);
    assert.equal(await page.$(`>>> ${NAMES}#change`), null);
    records.set('_atproto.second.example.com', `did=${did}`);
    await press(page, `${NAMES}#look`);
    await says(page, `${NAMES}#difference`, /^The further name second\.example\.com is added\.\s*The further name https:\/\/example\.com\/~many is added\.$/);
    assert.equal((await logOf(did)).length, 2);
    await sign(page);
    const both = ['at://second.example.com', 'https://example.com/~many'];
    assert.deepEqual((await logOf(did)).slice(2), [['at://many.holdfast.test', ...both]]);
    await says(page, 'holdfast-identity >>> #further-names', /^second\.example\.com\s*https:\/\/example\.com\/~many$/);

    records.set('_atproto.ada.example.com', `did=${did}`);
    await look(page, 'ada.example.com');
    await press(page, `${CARD}#change`);
    await press(page, `${CARD}hf-confirm >>> button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^The name was changed\./);
    assert.deepEqual((await logOf(did)).slice(3), [['at://ada.example.com', ...both]]);

    await press(page, `${NAMES}[data-name="at://second.example.com"]`);
    await press(page, `${NAMES}#look`);
    await says(page, `${NAMES}#difference`, /^The further name second\.example\.com goes\.$/);
    await sign(page);
    assert.deepEqual((await logOf(did)).slice(4), [['at://ada.example.com', both[1]]]);
    await says(page, 'holdfast-identity >>> .timeline', /your house took the further name second\.example\.com away/i);
  });
});
