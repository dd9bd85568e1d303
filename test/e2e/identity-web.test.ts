import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, succeed } from './support/house.ts';
import { keepKit, says, shownPassphrase } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, textOf, visit } from './support/page.ts';
import type { Look } from './support/page.ts';

const CARD = 'holdfast-web-card >>> ';
const DOMAIN = 'ada.example.invalid';
const DID = `did:web:${DOMAIN}`;

interface Shown {
  readonly id: string;
  readonly service: readonly { readonly serviceEndpoint: string }[];
}

const app = drivenStreet();
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

  it('an account of that kind is made, writes, and is told what to publish before it can be paired', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
    await visit(page, `${app.url}/welcome`);
    await press(page, '#start');
    await (await find(page, '#own-domain')).evaluate((details) => ((details as HTMLDetailsElement).open = true));
    await (await find(page, '#domain')).type('ada.example.invalid:8080');
    await press(page, 'holdfast-welcome >>> button.primary');
    await says(page, '#domain-problem', /^This is no domain/);
    // Emptied it stays open.
    await (await find(page, '#domain')).evaluate((input) => {
      (input as HTMLInputElement).value = '';
      input.dispatchEvent(new Event('input'));
    });
    assert.equal(await (await find(page, '#own-domain')).evaluate((details) => (details as HTMLDetailsElement).open), true);
    await (await find(page, '#domain')).evaluate((input) => ((input as HTMLInputElement).value = ''));
    await (await find(page, '#domain')).type(`https://${DOMAIN}/`);
    await press(page, 'holdfast-welcome >>> button.primary');
    const passphrase = await shownPassphrase(page);
    assert.ok(decodeURIComponent(page.url()).endsWith(`/kit/${DID}`));
    await keepKit(page, passphrase);
    await succeed(page, 'com.atproto.repo.createRecord', {
      input: { repo: DID, collection: 'app.holdfast.note', record: { $type: 'app.holdfast.note', text: 'mine' } }, requestId: crypto.randomUUID(),
    });

    await visit(page, `${app.url}/mirror`);
    await says(page, 'holdfast-pair-form >>> h2', /Choose a mirror/);
    await page.waitForFunction((mirror) => {
      const screen = document.querySelector('holdfast-app')?.shadowRoot?.querySelector('holdfast-mirror');
      return screen?.shadowRoot?.querySelector('holdfast-pair-form')?.shadowRoot?.querySelector('holdfast-mirror-look')?.shadowRoot?.querySelector<HTMLInputElement>('#address')?.value === mirror;
    }, {}, app.mirror);
    await press(page, '#look');
    const shown = JSON.parse(await textOf(page, `${CARD}#document`)) as Shown;
    assert.deepEqual([shown.id, shown.service.map(({ serviceEndpoint }) => serviceEndpoint)], [DID, [app.mirror]]);
    assert.match(await textOf(page, `${CARD}#proof`), /\/\.well-known\/atproto-did/);
    assert.equal(await page.$('>>> #name'), null, 'its name is the domain');
    await press(page, '#pair');
    await says(page, 'holdfast-mirror >>> hf-error >>> *', /Your data is safe: everything is in this browser\./);
    await says(page, 'holdfast-mirror >>> hf-error >>> *', /nobody answers there/);
    assert.match(await textOf(page, `${CARD}#document`), new RegExp(app.mirror));

    await visit(page, `${app.url}/identity`);
    await press(page, `${CARD}#check`);
    await says(page, `${CARD}#outcome`, /Nobody answers at this address\./);
    const { account } = await succeed(page, 'app.holdfast.account.describe', { params: { did: DID } }) as { account: { handle: string; records: number } };
    assert.deepEqual([account.handle, account.records], [DOMAIN, 1]);
  });
});
