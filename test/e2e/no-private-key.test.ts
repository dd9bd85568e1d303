// Nothing that this origin stores, says or sends holds a private key: before, during and after every ceremony. Each place is first shown
// to be looked at: a key is planted there.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { parseDid } from '../../src/protocol/index.ts';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import { Authenticator } from './support/authenticator.ts';
import { choosePlainly, fileOf, press, typePassphrase } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says, shownPassphrase, typeGroups } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import { found, secretsOf } from './support/secrets.ts';
import { stolenKey } from './support/stolen-key.ts';
import { Witness } from './support/witness.ts';
import type { Page } from 'puppeteer-core';
import type { KnownSecret } from './support/secrets.ts';

const app = drivenStreet();
afterEach(() => closePages(app.browser));

async function witnessed(): Promise<{ readonly page: Page; readonly witness: Witness }> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  return { page, witness: await Witness.of(page) };
}

/** Where secrets were seen. */
async function leaks(witness: Witness, secrets: readonly KnownSecret[]): Promise<readonly string[]> {
  return [...await witness.look()].flatMap(([where, bytes]) => found(bytes, secrets).map((name) => `${name} in ${where}`));
}

/** What was seen while the work went on is looked through afterwards as well, for keys that were made in it. */
async function during<Result>(witness: Witness, work: () => Promise<Result>): Promise<{ readonly result: Result; readonly looks: readonly (readonly [string, Buffer])[] }> {
  const looks: (readonly [string, Buffer])[] = [];
  const over = new AbortController();
  const looking = (async () => {
    // A page that is being loaded cannot be looked into.
    while (!over.signal.aborted) looks.push(...await witness.look().catch(() => new Map<string, Buffer>()));
  })();
  try {
    return { result: await work(), looks };
  } finally {
    over.abort();
    await looking;
    looks.push(...await witness.look());
  }
}

function assertNone(looks: readonly (readonly [string, Buffer])[], secrets: readonly KnownSecret[], ceremony: string): void {
  assert.ok(looks.length > 0);
  const places = looks.flatMap(([where, bytes]) => found(bytes, secrets).map((name) => `${name} in ${where}`));
  assert.deepEqual([...new Set(places)], [], ceremony);
}

describe('private keys', () => {
  it('are found wherever one is planted', async () => {
    const { page, witness } = await witnessed();
    await visit(page, app.url);
    await makeAccount(page);
    const secret: KnownSecret = { name: 'a key', bytes: Buffer.from(Array.from({ length: 32 }, (_, index) => (37 * index + 11) % 256)) };
    assert.deepEqual(await leaks(witness, [secret]), []);
    const forms = {
      hex: secret.bytes.toString('hex'), base64: Buffer.concat([Buffer.from('x'), secret.bytes]).toString('base64'),
      url: secret.bytes.toString('base64url'), array: JSON.stringify([...secret.bytes]),
    };
    await page.evaluate(async (bytes, forms, mirror) => {
      const raw = new Uint8Array(bytes);
      localStorage.setItem('planted', forms.hex);
      sessionStorage.setItem('planted', forms.base64);
      console.log('planted', forms.url);
      const handle = await (await navigator.storage.getDirectory()).getFileHandle('planted', { create: true });
      const file = await handle.createWritable();
      await file.write(raw);
      await file.close();
      await (await caches.open('planted')).put('/planted', new Response(raw));
      await fetch('/planted', { method: 'POST', body: forms.array }).catch(() => undefined);
      const { port1, port2 } = new MessageChannel();
      port1.postMessage({ deep: [{ raw }] });
      await new Promise((resolve) => {
        port2.addEventListener('message', ({ data }) => resolve(data));
        port2.start();
      });
      const socket = new WebSocket(`${mirror.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos`);
      await new Promise((resolve) => {
        socket.addEventListener('open', resolve);
      });
      socket.send(raw);
      socket.close();
      const ec = { name: 'ECDSA', namedCurve: 'P-256' };
      const pkcs8 = new Uint8Array([...atob('MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCA=')].map((letter) => letter.charCodeAt(0)));
      const key = await crypto.subtle.importKey('pkcs8', new Uint8Array([...pkcs8, ...raw]), ec, true, ['sign']);
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('holdfast');
        opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
        opening.addEventListener('success', () => {
          const transaction = opening.result.transaction(['keys', 'uses'], 'readwrite');
          transaction.objectStore('keys').put({ planted: key } as never, 'planted');
          transaction.objectStore('uses').put({ deep: { raw } } as never, ['planted', 'x', 0, '']);
          transaction.addEventListener('complete', () => {
            opening.result.close();
            resolve();
          });
        });
      });
    }, [...secret.bytes], forms, app.mirror);
    const target = await page.browserContext().waitForTarget((each) => each.type() === 'service_worker');
    await (await target.worker())!.evaluate(async (text) => {
      console.log(text);
      await fetch('/planted-by-the-worker', { method: 'POST', body: text }).catch(() => undefined);
    }, forms.hex);
    const places = [
      'caches', 'console of the page', 'console of the service worker', 'files', 'frames of the page', 'local storage', 'messages of the page', 'messages to the page',
      'requests of the page', 'requests of the service worker', 'session storage', 'table keys', 'table uses',
    ];
    assert.deepEqual([...new Set(await leaks(witness, [secret]))].sort(), places.map((place) => `a key in ${place}`));
  });

  it('are in nothing that is stored, said or sent, through the life of an account', async () => {
    const { page, witness } = await witnessed();
    await visit(page, app.url);
    await Authenticator.attach(page);
    const made = await during(witness, () => makeAccount(page, 'nokey.holdfast.test'));
    const { did, passphrase } = made.result;
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    const kit = fileOf('nokey.age', armored as string);
    const first = await secretsOf('first kit', armored as string, passphrase);
    assertNone(made.looks, first, 'making the account');

    const proven = await during(witness, () => succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored }, requestId: crypto.randomUUID() }));
    assertNone(proven.looks, first, 'proving the kit');
    const paired = await during(witness, () => succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() }));
    assertNone(paired.looks, first, 'pairing');
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'Written.'), requestId: crypto.randomUUID() });

    await visit(page, `${app.url}/kit/${did}`);
    const copied = await during(witness, async () => {
      await choosePlainly(page, 'holdfast-passkey >>> #file', kit);
      await (await find(page, 'holdfast-passkey >>> #passphrase')).type(passphrase);
      await (await find(page, 'holdfast-passkey >>> #add')).click();
      await find(page, 'holdfast-passkey >>> .note.good');
    });
    assertNone(copied.looks, first, 'the copy under a passkey');

    await visit(page, `${app.url}/identity`);
    // What is under way is not asked for again.
    await says(page, 'holdfast-identity >>> #verdict', /^Every entry was verified/);
    const directory = new PlcDirectory(fetch, app.directory);
    const { data, head } = (await directory.log(parseDid(did)))!;
    const thief = await stolenKey(page, did, data!.rotationKeys[1]!);
    await directory.submit(parseDid(did), await signOperation(thief, operationOf({ ...data!, alsoKnownAs: ['at://mallory.test'] }, head)));
    await press(page, 'holdfast-identity >>> #again');
    const undone = await during(witness, async () => {
      await (await find(page, 'holdfast-identity-alarm >>> #with-passkey')).click();
      await (await find(page, 'holdfast-identity-alarm >>> #confirm-undo >>> button[type=submit]')).click();
      await says(page, 'holdfast-identity >>> #verdict', /^Every entry was verified\.\s*4 operations/);
    });
    assertNone(undone.looks, first, 'undoing with the passkey');

    await visit(page, `${app.url}/kit/${did}`);
    const renewed = await during(witness, async () => {
      await choosePlainly(page, 'holdfast-new-kit >>> #file', kit);
      await (await find(page, 'holdfast-new-kit >>> #passphrase')).type(passphrase);
      await press(page, 'holdfast-new-kit >>> #renew');
      await press(page, 'holdfast-new-kit >>> hf-confirm >>> button[type=submit]');
      return shownPassphrase(page);
    });
    const fresh = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    const all = [...first, ...await secretsOf('second kit', fresh['armored'] as string, renewed.result)];
    assertNone(renewed.looks, all, 'a new kit');
    await press(page, 'holdfast-kit >>> #save');
    const kept = await during(witness, async () => {
      await typeGroups(page, renewed.result);
      await press(page, 'holdfast-kit >>> button[type=submit][aria-disabled=false]');
      await says(page, 'holdfast-kit >>> h1', /in your hands/);
    });
    assertNone(kept.looks, all, 'proving the new kit');
    await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'By the new key.'), requestId: crypto.randomUUID() });
    await mirrored(page, did);

    const given = await during(witness, async () => {
      await press(page, 'holdfast-mirror-kit >>> summary');
      await choosePlainly(page, 'holdfast-mirror-kit >>> #file', fileOf('nokey-2.age', fresh['armored'] as string));
      await (await find(page, 'holdfast-mirror-kit >>> #passphrase')).type(renewed.result);
      await press(page, 'holdfast-mirror-kit >>> #put-passphrase');
      await says(page, 'holdfast-mirror-kit >>> [role=status]', /^It lies there now/);
    });
    assertNone(given.looks, all, 'a copy at the mirror');

    const other = await witnessed();
    await visit(other.page, `${app.url}/restore`);
    await press(other.page, 'holdfast-restore >>> input[value=mirror][name=source]');
    await press(other.page, 'holdfast-restore >>> input[value=mirror][name=kit-from]');
    const restored = await during(other.witness, async () => {
      await (await find(other.page, 'holdfast-find-kit >>> #account')).type(did);
      await press(other.page, 'holdfast-find-kit >>> #find');
      await find(other.page, 'holdfast-find-kit >>> .note.good');
      await typePassphrase(other.page, renewed.result);
      await says(other.page, 'holdfast-restore >>> h1', /^Your account is back$/);
    });
    assertNone(restored.looks, all, 'restoring with the kit of the mirror');
    assert.deepEqual(await leaks(witness, all), []);
    // That there was something to be seen.
    const seen = new Set([made, proven, paired, copied, undone, renewed, kept, given, restored].flatMap(({ looks }) => looks.map(([where]) => where)));
    const places = [
      'requests of the page', 'requests of the service worker', 'requests of the jobs worker', 'frames of the page', 'messages of the page', 'messages to the page', 'table accounts',
      'table keys', 'table vault', 'table uses', 'caches', 'local storage',
    ];
    assert.deepEqual(places.filter((place) => !seen.has(place)), []);
  });
});
