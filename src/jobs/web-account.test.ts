// The life of an account whose DID is a document on a domain of its owner.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datetimeFromMs, formatDidKey, parseDid } from '../protocol/index.ts';
import { generatePassphrase, openKit, wipeKit } from '../keys/index.ts';
import { kitsAt, renewKit } from '../pds/index.ts';
import { MemoryKeyVault } from '../storage/memory/index.ts';
import { seededP256Signer } from '../testing/index.ts';
import { FakeMirror } from '../../test/support/fake-street.ts';
import { assertRefused } from '../../test/support/pds-house.ts';
import { Town } from '../../test/support/town.ts';
import { askFailure } from './errors.ts';
import { beginAgain } from './begin-again.ts';
import { answerAsk } from './identity/ask.ts';
import { answerKeysAsk } from './keys/ask.ts';
import { findKit } from './keys/find-kit.ts';
import type { RestoreResult } from './restore.ts';
import { runJob } from './run-job.ts';
import { piecesPlace } from './save-place.ts';
import type { LongJobMessage } from './messages.ts';

const DOMAIN = 'ada.example.com';
const DID = `did:web:${DOMAIN}`;
const CREATE = 'app.holdfast.account.create';

/** What Identity shows for that mirror, put on the domain. */
async function publish(town: Town, mirror = town.mirror): Promise<void> {
  const { house: { store }, network: { fetch }, settings, did } = town;
  const context = { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal: new AbortController().signal, tell: () => undefined };
  const { document } = await answerAsk({ did, what: 'web-document', domain: DOMAIN, isLive: false, pds: mirror.url, resolver: 'https://resolver.test/dns-query' }, context);
  town.network.add(`https://${DOMAIN}`, async () => new Response(document, { headers: { 'content-type': 'application/json' } }));
}

async function restore(town: Town, car?: Blob): Promise<LongJobMessage> {
  let last!: LongJobMessage;
  const { house: { store, blobs, jobs }, network: { fetch }, settings, kit, passphrase } = town;
  const place = { store, blobs, jobs, fetch, settings, tell: () => undefined, now: Date.now, ownPlace: async () => piecesPlace() };
  await runJob({ job: 'restore', id: 'one', kit, passphrase, ...(car !== undefined && { car }) }, place, new AbortController().signal, (message) => (last = message));
  return last;
}

/** Paired, as its document says. */
async function served(): Promise<Town> {
  const town = await Town.make({ domain: DOMAIN });
  await publish(town);
  await town.paired();
  return town;
}

test('it is made without a directory, and has the domain for its name', async () => {
  const town = await Town.make({ domain: DOMAIN });
  const account = await town.account();
  assert.deepEqual([account.did, account.handle, account.genesis, account.operations], [DID, DOMAIN, undefined, []]);
  const kit = await openKit(new Uint8Array(await town.kit.arrayBuffer()), town.passphrase);
  wipeKit(kit);
  assert.deepEqual([kit.did, kit.genesis, formatDidKey(kit.signing.publicKey)], [DID, undefined, account.signingKey]);
  await town.write('the first word');
});

test('a domain that serves the document of an account has one already; what is no domain is refused', async () => {
  const town = await served();
  const again = new Town(town);
  const make = (domain: string) => again.house.post(CREATE, { passphrase: generatePassphrase(), domain }, { id: crypto.randomUUID() });
  const refusal = await make(DOMAIN);
  assertRefused(refusal, 400, 'DidInUse');
  assert.match(String(refusal.body['message']), /names the server https:\/\/mirror\.test/);
  assertRefused(await town.house.post(CREATE, { passphrase: generatePassphrase(), domain: DOMAIN }, { id: 'request-second' }), 400, 'AccountExists');
  for (const domain of ['localhost', 'ada.example.com:8080', 'ada.example.com/user', '127.0.0.1']) assertRefused(await make(domain), 400, 'InvalidRequest');
  assert.deepEqual(await again.house.store.accounts(), []);
  town.network.remove(`https://${DOMAIN}`);
  assert.equal((await make('ADA.example.com')).status, 200, 'where nobody answers, the owner has yet to publish it');
});

test('a document that is there, and cannot be read to its end, is somebody\'s all the same', async () => {
  const town = await served();
  const text = await (await town.network.fetch(`https://${DOMAIN}/.well-known/did.json`)).text();
  const make = () => new Town(town).house.post(CREATE, { passphrase: generatePassphrase(), domain: DOMAIN }, { id: crypto.randomUUID() });
  const damaged = {
    'a server with a path': text.replace(town.mirror.url, `${town.mirror.url}/path`),
    'a key of another kind': text.replace(/"publicKeyMultibase": "\w+"/, '"publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"'),
    'too much': text.replace(/\}\s*$/, `, "more": "${'x'.repeat(70_000)}"}`),
    'no server of the AT Protocol': JSON.stringify({ id: DID, service: [{ id: '#feed', type: 'FeedGenerator', serviceEndpoint: `https://${DOMAIN}` }] }),
  };
  for (const [what, document] of Object.entries(damaged)) {
    assert.notEqual(document, text, what);
    town.network.add(`https://${DOMAIN}`, async () => new Response(document, { headers: { 'content-type': 'application/json' } }));
    const answer = await make();
    assert.equal(answer.body['error'], 'DidInUse', what);
  }
  town.network.add(`https://${DOMAIN}`, async () => new Response('<p>Welcome</p>', { headers: { 'content-type': 'text/html' } }));
  assert.equal((await make()).status, 200, 'a page that a domain shows for every address is no document');
});

for (const [what, change] of [
  ['another key', (text: string, key: string) => text.replace(/"publicKeyMultibase": "\w+"/, `"publicKeyMultibase": "${key}"`)],
  ['no key', (text: string) => text.replace(/"verificationMethod": \[[^\]]*\]/, '"verificationMethod": []')],
] as const) {
  test(`where the document names ${what}, what its mirror refuses is an alarm about the document`, async () => {
    const town = await served();
    const text = await (await town.network.fetch(`https://${DOMAIN}/.well-known/did.json`)).text();
    const { publicKey } = await seededP256Signer(new Uint8Array(32).fill(9));
    const document = change(text, formatDidKey(publicKey).slice('did:key:'.length));
    assert.notEqual(document, text);
    town.network.add(`https://${DOMAIN}`, async () => new Response(document, { headers: { 'content-type': 'application/json' } }));
    const assertAlarm = async (): Promise<void> => {
      const { alarm } = (await town.account()).mirror!;
      assert.equal(alarm?.code, 'refused');
      assert.match(alarm.message, /^Your records are safe here\. The document on your domain names another key/);
      await town.house.post('app.holdfast.bridge.setPaused', { did: DID, paused: false });
    };
    const reject = { did: DID, code: what === 'no key' ? 'IdentityUnknown' : 'InvalidToken', message: 'No.', time: datetimeFromMs(Date.now()) };
    assert.equal((await town.house.post('app.holdfast.bridge.refused', reject)).body['next'], 'stop');
    await assertAlarm();
    const sent = await town.house.post('app.holdfast.bridge.handOver', { did: DID });
    if (what === 'no key') return assertRefused(sent, 502, 'MirrorUnreachable');
    assertRefused(sent, 502, 'MirrorRefused');
    await assertAlarm();
  });
}

test('it is paired once its document names its key and the mirror, and not before; nobody asks a directory', async () => {
  const town = await Town.make({ domain: DOMAIN });
  await town.write('before the pairing');
  const message = async (): Promise<string> => {
    const answer = await town.pair();
    assertRefused(answer, 400, 'DocumentUnready');
    return String(answer.body['message']);
  };
  assert.match(await message(), /nobody answers there/);
  town.network.add(`https://${DOMAIN}`, async () => new Response('{', { headers: { 'content-type': 'application/json' } }));
  assert.match(await message(), /it is no JSON/);
  await publish(town, new FakeMirror(town.network, town.directory, 'another'));
  // Its key is right: the mirror is shown that the account is its owner's, and only then is another named.
  assert.match(await message(), /it names another mirror/);
  await publish(town);
  town.network.take();
  const told = await town.paired();
  assert.deepEqual([told['state'], told['handle']], ['active', undefined]);
  assert.deepEqual(town.network.take().filter((call) => call.includes('directory')), []);
  const account = await town.account();
  assert.deepEqual([account.handle, town.mirror.copy(town.did).status, town.mirror.copy(town.did).handle], [DOMAIN, 'active', undefined]);
  await town.write('after it');
});

test('it moves when its document names the new mirror', async () => {
  const town = await served();
  const other = new FakeMirror(town.network, town.directory, 'other');
  assertRefused(await town.pair({ url: other.url }), 400, 'DocumentUnready');
  const { mirror } = await town.account();
  assert.deepEqual([mirror?.url, mirror?.state, town.mirror.copy(town.did).status, other.copies.has(town.did)], [town.mirror.url, 'active', 'active', false], 'until then it stays where it is');
  await publish(town, other);
  await town.paired({ url: other.url });
  assert.deepEqual([(await town.account()).mirror?.url, other.copy(town.did).status], [other.url, 'active']);
  assert.equal(town.mirror.copies.has(town.did), false);
});

test('paired again by another name of its mirror it stays under its own, and its document as it is', async () => {
  const town = await served();
  await town.paired({ url: town.mirror.alsoCalled('another-name') });
  const { mirror } = await town.account();
  assert.deepEqual([mirror?.url, mirror?.state, town.mirror.copy(town.did).status], [town.mirror.url, 'active', 'active']);
});

test('kit and mirror bring it back, and so do kit and file; a kit alone cannot', async () => {
  const before = await served();
  await before.write('the last words');
  await before.paired();
  const car = new Blob([new Uint8Array(await before.house.car(before.did))]);
  const town = new Town(before);
  const back = await restore(town);
  assert.ok(back.type === 'done', JSON.stringify(back));
  const { did, handle, records, mirror, operationQueued } = back.result as RestoreResult;
  assert.deepEqual([did, handle, records, mirror, operationQueued], [DID, DOMAIN, 1, town.mirror.url, false]);
  await town.write('written again');
  await town.paired();
  assert.equal((await town.account()).mirror?.acknowledged?.commit.toString(), (await town.account()).head.cid.toString());

  before.network.remove(`https://${DOMAIN}`);
  const offline = new Town(before);
  const lost = await restore(offline);
  assert.ok(lost.type === 'failed' && lost.error.code === 'NoMirror' && lost.error.message.startsWith('Nothing in this house was changed.'), JSON.stringify(lost));
  const file = await restore(offline, car);
  assert.ok(file.type === 'done', JSON.stringify(file));
  await offline.write('offline');

  const { house: { store }, network: { fetch }, settings, kit, passphrase } = new Town(before);
  const begun = beginAgain({ kit, passphrase, newPassphrase: generatePassphrase() }, { store, fetch, settings, now: Date.now, signal: new AbortController().signal });
  assert.equal(await begun.then(() => 'done', (error: unknown) => askFailure(error).code), 'NoDirectory');
});

test('a server in trouble is not taken for one that keeps no kits', async () => {
  const ask = (status: number) => kitsAt(async () => new Response('<html>', { status }), 'https://mirror.test', parseDid(DID)).then(() => 'given', ({ code }: { code: string }) => code);
  for (const status of [403, 408, 429, 500, 502, 503, 520, 522]) assert.equal(await ask(status), 'MirrorUnreachable', String(status));
  for (const status of [400, 401, 404, 405, 501]) assert.equal(await ask(status), 'MirrorRefused', String(status));
});

test('a sealed kit lies with its mirror, and is found there by the document of its domain', async () => {
  const before = await served();
  const { house: { store }, network: { fetch }, kit, passphrase, settings } = before;
  const signal = new AbortController().signal;
  await answerKeysAsk({ did: DID, what: 'put-mirror-kit', kind: 'passphrase', kit, passphrase }, { store, vault: new MemoryKeyVault(), fetch, now: Date.now, signal });
  const town = new Town(before);
  const found = await findKit({ name: DID, resolver: 'https://resolver.test/dns-query' }, { store: town.house.store, fetch, settings, signal });
  assert.deepEqual([found.did, found.handle, found.mirror], [DID, DOMAIN, before.mirror.url]);
  town.kit = new Blob([found.copies[0]!.file]);
  const back = await restore(town);
  assert.ok(back.type === 'done', JSON.stringify(back));
});

test('a new kit gives it a new key, which its document has to name before the mirror takes anything', async () => {
  const town = await served();
  const { signingKey } = await town.account();
  const { house: { store }, network: { fetch }, settings } = town;
  const renewed = await renewKit({ store, fetch, settings, now: Date.now }, DID, {
    passphrase: generatePassphrase(), old: { file: new Uint8Array(await town.kit.arrayBuffer()), passphrase: town.passphrase },
  });
  assert.deepEqual(renewed, { did: DID, isQueued: false });
  const account = await town.account();
  assert.notEqual(account.signingKey, signingKey);
  assert.deepEqual(account.operations, []);
  assert.ok(account.kit !== undefined);
  // The mirror turns its token away, since it knows another key.
  const reject = { did: DID, code: 'InvalidToken', message: 'No.', time: datetimeFromMs(Date.now()) };
  assert.equal((await town.house.post('app.holdfast.bridge.refused', reject)).status, 200);
  assert.match((await town.account()).mirror?.alarm?.message ?? '', /^Your records are safe here\. The document on your domain names another key/);
  await store.update(account.did, { kit: undefined });
  assertRefused(await town.pair(), 400, 'DocumentUnready');
  await publish(town);
  await town.paired();
  await town.write('by the new key');
});
