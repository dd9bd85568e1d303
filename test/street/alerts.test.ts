// Somebody changes a DID at the real directory while no page is open: the owner's server is called, a letter comes, a browser is woken, and all say which change it is.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import { startMirror } from '../../src/mirror/index.ts';
import { lexicons, createP256Signer, parseDid, signServiceAuth } from '../../src/protocol/index.ts';
import type { Did, Nsid } from '../../src/protocol/index.ts';
import { PdsHouse } from '../support/pds-house.ts';
import { PushService } from '../support/push-service.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { startWorld, succeed } from '../support/street-world.ts';
import type { World } from '../support/street-world.ts';
import { until } from '../support/until.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-alerts-'));
let world: World;
let mirror: Awaited<ReturnType<typeof startMirror>>;
let receiver: WebhookReceiver;
let sink: SmtpSink;
let service: PushService;

before(async () => {
  [world, receiver, sink, service] = [await startWorld(), await WebhookReceiver.start(), await SmtpSink.start(), await PushService.start()];
  const mail = { host: '127.0.0.1', port: sink.port, isSecure: false, from: 'mirror@alerts.test' };
  const settings = { ...world.settings, port: 0, folder, handleDomains: ['alerts.test'], watchSeconds: 0.05, mail };
  mirror = await startMirror(settings, { log: () => undefined, alertGraceMs: 50 });
});

after(async () => {
  await mirror.close();
  await world.close();
  await receiver.close();
  await sink.close();
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls a method of the mirror as the house of an account. */
async function call(house: PdsHouse, did: Did, { nsid }: { readonly nsid: string }, input: object): Promise<unknown> {
  const signer = await createP256Signer((await house.store.keys(did))!.signing);
  const token = await signServiceAuth(signer, { iss: did, aud: parseDid(mirror.did), lxm: nsid as Nsid });
  const answer = await fetch(`${mirror.url}/xrpc/${nsid}`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body;
}

test('a foreign operation of the DID is told once by webhook, letter and push, with the time that is left; what the house did itself is not', async () => {
  const house = new PdsHouse({ settings: async () => ({ directory: world.directory }) });
  const { passphrase } = await succeed(house, 'app.holdfast.kit.generatePassphrase', undefined) as { passphrase: string };
  const { account } = await succeed(house, 'app.holdfast.account.create', { passphrase }) as { account: { did: string } };
  const did = parseDid(account.did);
  await succeed(house, 'app.holdfast.kit.prove', { did, passphrase });
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: mirror.url, handle: 'ada.alerts.test' });
  await call(house, did, lexicons.AppHoldfastMirrorWatch.mainSchema, { operations: (await house.store.account(did))!.signedOperations });
  const set = (what: string, more: object): Promise<unknown> => succeed(house, 'app.holdfast.bridge.setAlerts', { did, deed: { $type: `app.holdfast.mirror.setAlerts#${what}`, ...more } });
  await set('addWebhook', { url: receiver.url, secret: receiver.secret });
  const { alerts } = await set('addEmail', { address: 'ada@owner.test' }) as { alerts: { ways: { id: string; kind: string }[] } };
  const { pushKey } = (await house.get('app.holdfast.bridge.getAlerts', { did })).body['alerts'] as { pushKey: string };
  const browser = service.subscribe(pushKey);
  await set('addPush', { endpoint: browser.endpoint, p256dh: browser.p256dh, auth: browser.auth, name: 'A browser' });
  const { status, body } = await house.post('app.holdfast.bridge.setAlerts', { did, deed: { $type: 'app.holdfast.mirror.setAlerts#confirm', id: alerts.ways[1]!.id, code: 'AAAA-AAAA' } }, { id: crypto.randomUUID() });
  assert.deepEqual([status, body['error']], [400, 'CodeInvalid']);
  await set('confirm', { id: alerts.ways.find(({ kind }) => kind === 'email')!.id, code: /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(sink.letters[0]!.text)![0] });

  const directory = new PlcDirectory(fetch, world.directory);
  const own = await createP256Signer((await house.store.keys(did))!.rotation);
  const { data, head } = (await directory.log(did))!;
  await directory.submit(did, await signOperation(own, operationOf({ ...data!, alsoKnownAs: ['at://mallory.test'] }, head)));
  const cid = (await directory.log(did))!.head.toString();
  const { status: asked, body: told } = await house.get('app.holdfast.bridge.getAlerts', { did });
  assert.deepEqual([asked, (told['alerts'] as typeof alerts).ways.map(({ kind }) => kind)], [200, ['webhook', 'email', 'push']]);
  await until('the owner is told', () => receiver.messages('alarm').length > 0 && sink.letters.length > 1 && service.pushed.length > 1);
  const [message] = receiver.messages('alarm');
  const { kind, about, until: end } = message!['alarm'] as { kind: string; about: string; until: string };
  assert.deepEqual([message!['did'], kind, about], [did, 'operation', cid]);
  assert.ok(Math.abs(Date.parse(end) - Date.now() - 72 * 3_600_000) < 600_000);
  assert.match(String(message!['text']), /7[12] hours are left/);
  assert.ok(receiver.calls.every(({ isSigned }) => isSigned));
  assert.equal(sink.letters[1]!.text.trim(), message!['text']);
  assert.equal(sink.letters[1]!.headers.get('to'), 'ada@owner.test');
  const [test, pushed] = service.messages(browser);
  assert.deepEqual([test!['kind'], pushed], ['test', { kind: 'operation', did, handle: 'ada.alerts.test', id: pushed!['id'] }]);
  assert.deepEqual([service.pushed.length, service.refused], [2, []]);
  assert.deepEqual([receiver.calls.map(({ message: { type } }) => type), sink.letters.length], [['test', 'alarm'], 2]);
});
