// How one is told when no page is open: in a page, with a real mirror, a real server of the owner and a real mail server. The push
// service of the browser's maker is not within reach: another stands in for it, and what it hands to the browser DevTools deliver.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { PushService } from '../support/push-service.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import { press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { subscribeAt, wakersIn } from './support/push.ts';
import { absent, eventually, find, LOOKS, openPage, visit } from './support/page.ts';
import type { Look } from './support/page.ts';
import type { Page, WebWorker } from 'puppeteer-core';

const app = drivenStreet();
const CARD = 'holdfast-alerts >>> ';

/** What a worker has that the types of pages do not know. */
interface WakerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly ExtendableEvent: { new(type: string): Event; readonly prototype: { waitUntil: () => undefined } };
  readonly NotificationEvent: new (type: string, init: { readonly notification: Notification }) => Event;
  readonly clients: { matchAll(options: object): Promise<{ readonly url: string }[]> };
  readonly Clients: { readonly prototype: { openWindow: (path: string) => Promise<unknown> } };
  opened?: string;
}

/** What the notifications of this browser say, by any of the mirrors that may wake it. */
async function notices(page: Page): Promise<{ title: string; body: string; lang: string }[]> {
  return page.evaluate(async () => {
    const found: { title: string; body: string; lang: string }[] = [];
    for (const registration of await navigator.serviceWorker.getRegistrations()) {
      for (const { title, body, lang } of await registration.getNotifications()) found.push({ title, body, lang });
    }
    return found;
  });
}

/** The worker that waits for a mirror. */
async function wakerOf(page: Page): Promise<WebWorker> {
  for (const target of page.browserContext().targets()) {
    const worker = target.type() === 'service_worker' ? await target.worker() : null;
    if (worker !== null && await worker.evaluate(() => (globalThis as unknown as WakerScope).registration.scope.includes('/push/'))) return worker;
  }
  throw new Error('no worker waits for a mirror');
}

/** Clicks the notification with these words in its title, as far as a worker can. */
async function click(waker: WebWorker, words: string): Promise<void> {
  await waker.evaluate(async (tag) => {
    // Only what the browser makes may be waited for.
    const { registration, ExtendableEvent, NotificationEvent } = globalThis as unknown as WakerScope;
    ExtendableEvent.prototype.waitUntil = () => undefined;
    const notification = (await registration.getNotifications()).find(({ title }) => title.includes(tag))!;
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  }, words);
}

/** Has the worker find the window that the test opens in its place: browsers let it open none without a real click. @returns the path that it asks for, once it does */
async function openInPlace(waker: WebWorker): Promise<() => Promise<string>> {
  await waker.evaluate(() => {
    const scope = globalThis as unknown as WakerScope;
    scope.Clients.prototype.openWindow = async (path) => {
      scope.opened = path;
      for (;;) {
        const window = (await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })).find(({ url }) => new URL(url).pathname === path);
        if (window !== undefined) return window;
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    };
  });
  return async () => {
    let path: string | undefined;
    await eventually(async () => (path = await waker.evaluate(() => (globalThis as unknown as WakerScope).opened)) !== undefined, () => 'no window is opened');
    return path!;
  };
}

it('a webhook and an address are added, confirmed, tested and removed; this browser is notified, and leads to the right page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-telling-'));
  const [sink, receiver, service] = [await SmtpSink.start(), await WebhookReceiver.start(), await PushService.start()];
  const mirror = await startMirror({
    port: 0, folder, handleDomains: ['telling.test'], directory: app.directory, relays: [app.relay], invites: [], inviteOnly: false,
    blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600,
    mail: { host: '127.0.0.1', port: sink.port, isSecure: false, from: 'mirror@telling.test' },
  }, { log: () => undefined });
  try {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
    const subscribed = await subscribeAt(page, service);
    await visit(page, app.url);
    const made = await makeAccount(page);
    await proveAndPair(page, made, mirror.url);
    await mirrored(page, made.did);
    await visit(page, `${app.url}/mirror`);

    await press(page, `${CARD}#add-email`);
    await (await find(page, `${CARD}#address`)).type('ada@owner.test');
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^A code is on its way to ada@owner\.test\./);
    await (await find(page, `${CARD}input[name=code]`)).type('AAAA-AAAA');
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}hf-error >>> [role=alert]`, /Your data is safe.*not the code that was sent/s);
    await (await find(page, `${CARD}input[name=code]`)).evaluate((input) => ((input as HTMLInputElement).value = ''));
    await (await find(page, `${CARD}input[name=code]`)).type(/[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(sink.letters[0]!.text)![0]);
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^The address is confirmed\./);
    await press(page, `${CARD}.test`);
    await says(page, `${CARD}[role=status]`, /^A test was sent\./);
    assert.match(sink.letters.at(-1)!.text, /This is a test/);

    await press(page, `${CARD}#add-webhook`);
    await (await find(page, `${CARD}#url`)).type(receiver.url);
    const secret = await find(page, `${CARD}#secret`);
    assert.match(await secret.evaluate((input) => (input as HTMLInputElement).value), /^[0-9a-f]{32}$/);
    await secret.evaluate((input) => ((input as HTMLInputElement).value = ''));
    await secret.type(receiver.secret);
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^Your server has answered the test\./);
    assert.deepEqual(receiver.calls.map(({ isSigned }) => isSigned), [true]);

    for (let count = 0; count < 2; count++) {
      await press(page, `${CARD}.remove`);
      await says(page, `${CARD}[role=status]`, /^Nothing is sent there any more\./);
    }
    await absent(page, `${CARD}.remove`);

    const context = page.browserContext();
    await context.overridePermissions(app.url, []);
    await press(page, `${CARD}#notify`);
    await says(page, `${CARD}hf-error >>> [role=alert]`, /does not let the page notify you.*private window/s);
    assert.equal(subscribed.length, 0);
    await context.overridePermissions(app.url, ['notifications']);
    await press(page, `${CARD}#notify`);
    await says(page, `${CARD}[role=status]`, /^This browser is notified from now on/);
    await says(page, `${CARD}dl`, /^\s*This browser\s+Chrome, (?:Linux|Mac|Windows|ChromeOS)/);
    const browser = subscribed[0]!;
    assert.equal(service.messages(browser).length, 1);
    const session = await page.createCDPSession();
    const registered: string[] = [];
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { scopeURL, registrationId, isDeleted } of registrations) if (scopeURL.includes('/push/') && !isDeleted) registered.push(registrationId);
    });
    await session.send('ServiceWorker.enable');
    await eventually(() => registered.length > 0, () => 'no worker waits for the mirror');
    const deliver = (data: string): Promise<unknown> => session.send('ServiceWorker.deliverPushMessage', { origin: app.url, registrationId: registered[0]!, data });
    await deliver(service.pushed[0]!.text);
    await eventually(async () => (await notices(page)).length === 1, () => 'nothing is shown');
    const { did } = made;
    assert.deepEqual(await notices(page), [{ title: 'This is how you are told', body: `Your mirror can notify this browser about @${String(service.messages(browser)[0]!['handle'])}. There is nothing to do.`, lang: 'en' }]);
    for (let times = 0; times < 2; times++) await deliver(JSON.stringify({ kind: 'operation', did, handle: 'ada.telling.test', id: 'one' }));
    await eventually(async () => (await notices(page)).length === 2, () => 'the second is not shown');
    assert.ok((await notices(page)).some(({ title }) => title === 'Somebody has changed the identity of @ada.telling.test'));

    const waker = await wakerOf(page);
    const [scope] = (await wakersIn(page)).scopes;
    const under = await context.newPage();
    await under.setBypassCSP(true);
    const answer = await under.goto(`${app.url}${scope}`);
    const asked = await under.evaluate(async () => (await fetch('/xrpc/app.holdfast.account.list')).status);
    assert.deepEqual([answer?.fromServiceWorker(), asked], [false, 404], 'what only waits for a mirror answers a page');
    await under.close();
    const picture = await context.newPage();
    await picture.goto(`${app.url}/icon.svg`);
    await picture.bringToFront();
    await click(waker, 'ada.telling.test');
    await find(page, 'holdfast-identity >>> h1');
    assert.equal((await notices(page)).length, 1, 'the one that was clicked is gone');

    // No page of the house is open, and nothing says which account the pages are about.
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${app.url}/icon.svg`);
    const path = await openInPlace(waker);
    await click(waker, 'This is how');
    assert.equal(await path(), '/mirror');
    await picture.goto(app.url + await path());
    await eventually(() => picture.evaluate((of) => Object.values(localStorage).includes(of), did), () => 'the page that was opened is not about the account');
    await picture.close();

    const fresh = service.subscribe(browser.senderKey);
    await waker.evaluate(({ endpoint, p256dh, auth }) => {
      const newSubscription = { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
      const { ExtendableEvent } = globalThis as unknown as WakerScope;
      dispatchEvent(Object.assign(new ExtendableEvent('pushsubscriptionchange'), { newSubscription }));
    }, fresh);
    await eventually(() => service.messages(fresh).length === 1, () => 'the mirror does not know of the new address');
    service.answers.set(fresh.endpoint, 410);
    await visit(page, `${app.url}/mirror?account=did:plc:another`);
    assert.equal(await page.evaluate(() => Object.values(localStorage).some((kept) => String(kept).includes('another'))), false, 'an address changed the account');
    await press(page, `${CARD}.test`);
    await says(page, `${CARD}hf-error >>> [role=alert]`, /The push service of this browser did not take the test/);
    await says(page, `${CARD}[data-lost=true]`, /Lost on .*Switch it on again/s);
    assert.equal(service.messages(browser).length, 1, 'nothing more came to the old one');

    await waker.evaluate(() => void Object.assign(indexedDB, { open: () => { throw new Error('The store cannot be opened.'); } }));
    await deliver(service.pushed[0]!.text);
    await eventually(async () => (await notices(page)).some(({ title }) => title === 'Your mirror has something to tell you'), () => 'without a store, nothing is shown');
    await waker.evaluate(() => delete (indexedDB as Partial<IDBFactory>).open);
    const renewed = await page.evaluateHandle(() => {
      const scopes: string[] = [];
      ServiceWorkerRegistration.prototype.update = async function update() {
        scopes.push(new URL(this.scope).pathname);
        return this;
      };
      return scopes;
    });
    await press(page, `${CARD}#notify`);
    await says(page, `${CARD}[role=status]`, /^This browser is notified from now on/);
    assert.deepEqual([...new Set(await renewed.jsonValue())], [scope], 'its worker is not of the version of the page');
    assert.deepEqual(await wakersIn(page), { scopes: [scope], facts: [`waking ${scope}`] });
    await press(page, `${CARD}#notify`);
    await says(page, `${CARD}[role=status]`, /^This browser is not notified any more/);
    assert.deepEqual(await wakersIn(page), { scopes: [], facts: [] });
    await page.close();
  } finally {
    await mirror.close();
    await sink.close();
    await receiver.close();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
