// A second mirror stands by, and takes the place of the first: in a page, with real mirrors, directory and relay.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { PushService } from '../support/push-service.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import { fileOf, giveKit, press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, post, postTexts, proveAndPair, succeed } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { absent, eventually, find, LOOKS, openPage, visit } from './support/page.ts';
import type { Look } from './support/page.ts';
import { subscribeAt, wakersIn } from './support/push.ts';

const app = drivenStreet();

async function withSecond(work: (second: Awaited<ReturnType<typeof startMirror>>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-second-'));
  const second = await startMirror({
    port: 0, folder, handleDomains: ['second.test'], directory: app.directory, relays: [app.relay], invites: ['come in'], inviteOnly: true,
    blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600,
  }, { log: () => undefined });
  try {
    await work(second);
  } finally {
    await second.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

it('a standby is added with its invitation, gets everything, is told how to tell the owner, takes the place of the mirror at one press, and is removed', (context) => withSecond(async (second) => {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
  const [receiver, service] = [await WebhookReceiver.start(), await PushService.start()];
  context.after(() => Promise.all([receiver.close(), service.close()]));
  const subscribed = await subscribeAt(page, service);
  await page.browserContext().overridePermissions(app.url, ['notifications']);
  await visit(page, app.url);
  const made = await makeAccount(page);
  const kit = fileOf('standby.age', await proveAndPair(page, made, app.mirror));
  await mirrored(page, made.did);
  await visit(page, `${app.url}/mirror`);
  const host = (url: string): string => url.replace('http://', '');
  const row = 'holdfast-standbys >>> .facts';

  await press(page, 'holdfast-standbys >>> #add');
  await (await find(page, 'holdfast-standbys >>> #address')).type(host(second.url));
  await press(page, 'holdfast-standbys >>> #look');
  await says(page, 'holdfast-standbys >>> #invite-problem', /^This mirror takes accounts by invitation only/);
  await absent(page, 'holdfast-standbys >>> #add-it');
  await (await find(page, 'holdfast-standbys >>> #invite')).type('come in');
  await press(page, 'holdfast-standbys >>> #look');
  await says(page, 'holdfast-standbys >>> section[aria-labelledby=terms]', /Good for one account\..*Above 1 GB of records or 10 GB of pictures, it gets no new ones/s);
  await press(page, 'holdfast-standbys >>> #add-it');
  await says(page, 'holdfast-standbys >>> [role=status]', new RegExp(`^${host(second.url)} is a standby from now on\\.`));
  await says(page, row, /Has everything\.\s*Records: .* of 1 GB\./);

  await press(page, 'holdfast-alerts >>> #add-webhook');
  await (await find(page, 'holdfast-alerts >>> #url')).type(receiver.url);
  await press(page, 'holdfast-alerts >>> form button[type=submit]');
  await says(page, 'holdfast-alerts >>> [role=status]', /^Your server has answered the test\./);
  assert.deepEqual(receiver.messages('test').map(({ mirror }) => mirror), [app.mirror, second.url]);
  await press(page, 'holdfast-alerts >>> #notify');
  await says(page, 'holdfast-alerts >>> [role=status]', /^This browser is notified from now on/);
  assert.deepEqual([new Set(subscribed.map(({ senderKey }) => senderKey)).size, service.pushed.length, service.refused], [2, 2, []], 'each by its own key');
  const isOn = async (): Promise<boolean> => (await find(page, 'holdfast-alerts >>> #notify')).evaluate((input) => (input as HTMLInputElement).checked);
  assert.equal(await isOn(), true);
  await visit(page, `${app.url}/mirror`);
  await eventually(isOn, () => 'it is off when the page is loaded anew');
  service.answers.set(subscribed[0]!.endpoint, 410);
  await press(page, 'holdfast-alerts >>> .facts > div:last-child .test');
  await says(page, 'holdfast-alerts >>> [data-lost=true]', /Switch it on again in that browser/);
  assert.equal(await isOn(), false, 'what one of them has lost cannot be switched on again');
  await press(page, 'holdfast-alerts >>> #notify');
  await says(page, 'holdfast-alerts >>> [role=status]', /^This browser is notified from now on/);
  await absent(page, 'holdfast-alerts >>> [data-lost=true]');
  assert.deepEqual([await isOn(), subscribed.length], [true, 3], 'only what was lost subscribes anew');

  const write = async (text: string): Promise<string> => {
    const { commit } = await succeed(page, 'com.atproto.repo.createRecord', { input: post(made.did, text), requestId: crypto.randomUUID() }) as { commit: { rev: string } };
    return commit.rev;
  };
  const street = async (): Promise<string | undefined> => {
    const response = await fetch(`${app.relay}/xrpc/com.atproto.sync.getLatestCommit?did=${made.did}`);
    return response.ok ? (await response.json() as { rev: string }).rev : undefined;
  };
  const held = async (): Promise<unknown> => {
    const { mirror } = await succeed(page, 'app.holdfast.bridge.describe', { params: { did: made.did } }) as { mirror: { standbys: { rev: string }[] } };
    return mirror.standbys[0]?.rev;
  };
  const written = await write('Held twice.');
  await eventually(async () => await held() === written, () => 'the standby did not get what was written');
  await says(page, row, /Has everything\./);

  // Another browser, whose owner has the passphrase alone, and knows the standby.
  const sealed = async (): Promise<number> => (await (await fetch(`${second.url}/xrpc/app.holdfast.mirror.getKits?did=${made.did}`)).json() as { kits: unknown[] }).kits.length;
  await visit(page, `${app.url}/kit/${made.did}`);
  await press(page, 'holdfast-mirror-kit >>> summary');
  await giveKit(page, 'holdfast-mirror-kit >>> ', kit, made.passphrase);
  await press(page, 'holdfast-mirror-kit >>> #put-passphrase');
  await eventually(async () => await sealed() === 1, () => 'the sealed kit did not reach the standby');
  const other = (await openPage(app.browser, app.url, LOOKS['phone, dark'] as Look)).page;
  await visit(other, `${app.url}/restore`);
  await press(other, 'holdfast-restore >>> input[value=mirror][name=source]');
  const address = await find(other, 'holdfast-standby-field >>> #standby');
  await address.type('nonsense');
  await press(other, 'holdfast-restore >>> input[value=mirror][name=kit-from]');
  await (await find(other, 'holdfast-restore >>> #passphrase')).type(made.passphrase);
  await press(other, 'holdfast-restore >>> #start');
  await says(other, 'holdfast-standby-field >>> #standby-problem', /This is no address of a mirror/);
  await (await find(other, 'holdfast-find-kit >>> #account')).type(made.did);
  await address.evaluate((input) => {
    (input as HTMLInputElement).value = 'localhost:9';
    input.dispatchEvent(new Event('input'));
  });
  await press(other, 'holdfast-find-kit >>> #find');
  await says(other, 'holdfast-find-kit >>> #wrong', /^localhost:9 does not answer just now\. Look at its address/);
  await address.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await address.type(host(second.url));
  await press(other, 'holdfast-find-kit >>> #find');
  await says(other, 'holdfast-find-kit >>> [role=status]', new RegExp(`^${host(second.url)} has the sealed kit of `));
  await press(other, 'holdfast-restore >>> #start');
  await says(other, 'holdfast-restored >>> [aria-labelledby=open]', new RegExp(`All this came from a standby\\. Pair with ${host(second.url)}: `));
  assert.deepEqual(await postTexts(other, made.did), ['Held twice.']);
  await visit(other, `${app.url}/mirror`);
  await says(other, 'holdfast-mirror >>> #unfinished', new RegExp(`^Pair again with ${host(second.url)}$`));

  await press(page, 'holdfast-mirror-kit >>> #take-passphrase');
  await press(page, 'holdfast-mirror-kit >>> hf-confirm >>> button[type=submit]');
  await eventually(async () => await sealed() === 0, () => 'the sealed kit that was taken back still lies with the standby');
  await visit(page, `${app.url}/mirror`);

  await press(page, `${row} .switch`);
  await press(page, 'holdfast-standbys >>> #switch-0 >>> button[type=submit]');
  await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^Paired\./);
  await says(page, 'holdfast-mirror >>> .standing', new RegExp(host(second.url)));
  const after = await write('By the other.');
  await eventually(async () => await street() === after, () => 'the street does not have what was written after the switch');
  await says(page, row, new RegExp(`^${host(app.mirror)}\\s*Has everything\\.`));

  await press(page, `${row} .remove`);
  await press(page, 'holdfast-standbys >>> #remove-0 >>> button[type=submit]');
  await says(page, 'holdfast-standbys >>> [role=status]', /is no standby any more\./);
  await absent(page, row);
  await eventually(async () => (await wakersIn(page)).scopes.length === 1, () => 'a standby of before can still wake this browser');
  assert.deepEqual(await (await fetch(`${app.directory}/${made.did}`)).json().then(({ service }: { service: { serviceEndpoint: string }[] }) => service.map(({ serviceEndpoint }) => serviceEndpoint)), [second.url]);

  await press(page, 'holdfast-mirror >>> #leave');
  await press(page, 'holdfast-mirror >>> #confirm-leave >>> button[type=submit]');
  await says(page, 'holdfast-mirror >>> .screen > [role=status]', /^You have left the mirror\./);
  assert.deepEqual(await wakersIn(page), { scopes: [], facts: [] }, 'a mirror that was left can still wake this browser');
}));
