import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { press } from './support/backups.ts';
import { driven } from './support/driven.ts';
import { makeAccount } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Look } from './support/page.ts';

const CARD = 'holdfast-web-card >>> ';

const app = driven();
afterEach(() => closePages(app.browser));

describe('an identity on a domain of the owner', () => {
  it('the document is made here, and a domain that nobody answers at is told in plain words', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
    await visit(page, app.url);
    await makeAccount(page);
    await visit(page, `${app.url}/identity`);
    await (await find(page, `${CARD}#domain`)).type('https://Ada.Example.invalid/');
    await press(page, `${CARD}#make`);
    const document = JSON.parse(await textOf(page, `${CARD}#document`)) as { id: string; alsoKnownAs: string[]; verificationMethod: { controller: string; publicKeyMultibase: string }[] };
    assert.deepEqual([document.id, document.alsoKnownAs, document.verificationMethod[0]?.controller], ['did:web:ada.example.invalid', ['at://ada.example.invalid'], document.id]);
    assert.match(document.verificationMethod[0]?.publicKeyMultibase ?? '', /^zDna/);
    assert.equal(await page.$(`>>> ${CARD}#outcome`), null);
    await press(page, `${CARD}#check`);
    await says(page, `${CARD}#outcome`, /^Your records are safe in this browser\..*Nobody answers at this address\./s);
    const field = await find(page, `${CARD}#domain`);
    await field.evaluate((input) => ((input as HTMLInputElement).value = 'localhost:8080'));
    await press(page, `${CARD}#check`);
    await says(page, `${CARD}#wrong`, /^This is no domain/);
  });
});
