// Two mirrors of one account: the first is lost, the second takes its place, and who reads the network reads on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startMirror } from '../../src/mirror/index.ts';
import { askNearby } from '../../src/mirror/standby/primary.ts';
import type { PrimaryAnswer } from '../../src/mirror/standby/primary.ts';
import { verifyMirror } from '../../src/mirror/safekeeping/verify.ts';
import { Signers } from '../../src/pds/write/signers.ts';
import { parseDid, parseNsid, signServiceAuth } from '../../src/protocol/index.ts';
import { readEvent } from '../support/event-facts.ts';
import { allOf } from '../support/host-rules.ts';
import { assertRefused } from '../support/pds-house.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-standby-'));
let world: World;
let second: Awaited<ReturnType<typeof startMirror>>;
let alice: NodeHouse;
let receiver: WebhookReceiver;
/** What becomes of an answer of the first mirror on its way to the second. */
let altered = async (_url: string, answer: PrimaryAnswer): Promise<PrimaryAnswer> => answer;
const honest = altered;

before(async () => {
  [world, receiver] = [await startWorld(), await WebhookReceiver.start()];
  second = await startMirror({ ...world.settings, port: 0, folder: join(folder, 'second'), handleDomains: ['second.test'] }, {
    log: () => undefined, alertGraceMs: 0, askPrimary: async (url, ...rest) => altered(url, await askNearby(url, ...rest)),
  });
  alice = await makeHouse(world);
  await alice.pair();
});

after(async () => {
  alice.disconnect();
  await second.close();
  await receiver.close();
  const { faults } = await verifyMirror(join(folder, 'second'));
  await world.close();
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(faults, []);
});

interface Standing {
  readonly url: string;
  readonly state: string;
  readonly waiting: number;
  readonly acked?: { readonly rev: string };
  readonly standbys?: readonly { readonly url: string; readonly state: string; readonly rev?: string; readonly missingBlobs?: number; readonly trouble?: string }[];
}

const standing = async (): Promise<Standing> => (await alice.house.get('app.holdfast.bridge.describe', { did: alice.did })).body['mirror'] as Standing;

async function until<Found>(look: () => Promise<Found | undefined | false>, what: string): Promise<Found> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`not ${what}: ${JSON.stringify(await standing())}`);
}

/** What a server serves of the account, as anybody sees it. */
async function latest(host: string): Promise<string | undefined> {
  const response = await fetch(`${host}/xrpc/com.atproto.sync.getLatestCommit?did=${alice.did}`);
  return response.ok ? (await response.json() as { rev: string }).rev : undefined;
}

/** Mirror and standby have what is in the house, and so has the street. */
async function everywhere(mirror: string, standby: string): Promise<void> {
  const { rev } = (await alice.house.store.account(alice.did as never))!.head;
  await until(async () => {
    const { url, state, waiting, acked, standbys } = await standing();
    return url === mirror && state === 'active' && waiting === 0 && acked?.rev === rev && standbys?.length === 1 && standbys[0]!.url === standby && standbys[0]!.state === 'same';
  }, 'everywhere');
  assert.equal(await latest(mirror), rev);
  assert.equal(await latest(standby), undefined, 'a standby serves nobody');
  await until(async () => await latest(world.relay) === rev, 'on the street');
}

const add = (url: string) => succeed(alice.house, 'app.holdfast.bridge.addStandby', { did: alice.did, url });
const pairWith = (url: string) => succeed(alice.house, 'app.holdfast.bridge.pair', { did: alice.did, url });

test('a standby gets all that the mirror has confirmed, and goes on getting it', async () => {
  const upload = await alice.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
  const { blob } = await upload.json() as { blob: object };
  for (let index = 0; index < 3; index++) await alice.post(`before ${index}`);
  await succeed(alice.house, 'com.atproto.repo.createRecord', { repo: alice.did, collection: 'app.holdfast.note', record: { $type: 'app.holdfast.note', blob } });
  await until(async () => (await standing()).waiting === 0, 'settled');
  assertRefused(await alice.house.post('app.holdfast.bridge.addStandby', { did: alice.did, url: world.mirror }), 400, 'InvalidMirror');
  await add(second.url);
  await everywhere(world.mirror, second.url);
  for (let index = 0; index < 25; index++) await alice.post(`then ${index}`);
  await everywhere(world.mirror, second.url);
  assert.deepEqual((await allOf(second.url)).map(readEvent).filter(({ did }) => did === alice.did), [], 'it tells nobody');
});

/** Changes the bytes of the answers to a method. */
function changing(method: string, change: (bytes: Buffer) => Uint8Array | string): typeof altered {
  return async (url, answer) => {
    if (!url.includes(`/${method}?`)) return answer;
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(change(bytes));
    }
    return { ...answer, body: body() };
  };
}

/** With the byte in the middle turned. */
function flipped(bytes: Buffer): Buffer {
  bytes[bytes.length >> 1]! ^= 0x01;
  return bytes;
}

type Listed = { receipt: { sig: { $bytes: string } }; commits: { $bytes: string }[] };
const listed = (change: (answer: Listed) => unknown) => changing('app.holdfast.mirror.listCommits', (bytes) => JSON.stringify(change(JSON.parse(bytes.toString()) as Listed)));
const both = (one: typeof altered, two: typeof altered): typeof altered => async (url, answer) => two(url, await one(url, answer));
const noCommits = listed((answer) => ({ ...answer, commits: [] }));
const flippedText = ({ $bytes }: { readonly $bytes: string }) => ({ $bytes: flipped(Buffer.from($bytes, 'base64')).toString('base64').replaceAll('=', '') });
const lies: Readonly<Record<string, typeof altered>> = {
  'a receipt of another key': listed((answer) => ({ ...answer, receipt: { ...answer.receipt, sig: flippedText(answer.receipt.sig) } })),
  'no receipt': listed(({ commits }) => ({ commits })),
  'no JSON': changing('app.holdfast.mirror.listCommits', () => '<html>'),
  'a changed commit, and a changed repository': both(listed((answer) => ({ ...answer, commits: answer.commits.map(flippedText) })), changing('com.atproto.sync.getRepo', flipped)),
  'no commits, and half a repository': both(noCommits, changing('com.atproto.sync.getRepo', (bytes) => bytes.subarray(0, bytes.length >> 1))),
  'an error': async (_, answer) => ({ ...answer, status: 500 }),
};

for (const [what, lie] of Object.entries(lies)) {
  test(`a standby that is given ${what} keeps what it has, says so, and goes on when it is given what is right`, async () => {
    await everywhere(world.mirror, second.url);
    const { rev } = (await standing()).standbys![0]!;
    altered = lie;
    await alice.post(what);
    const { state, trouble, rev: held } = await until(async () => (await standing()).standbys?.find((each) => each.state === 'silent'), 'noticed');
    assert.deepEqual([state, held], ['silent', rev]);
    assert.match(trouble ?? '', /^Your data here is safe\./);
    altered = honest;
    await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
    await everywhere(world.mirror, second.url);
  });
}

test('a primary that shows an older state than it has confirmed is found out', async () => {
  let old: Buffer | undefined;
  altered = changing('app.holdfast.mirror.listCommits', (bytes) => (old ??= bytes));
  await alice.post('remembered');
  await until(async () => old !== undefined, 'asked');
  const remembered = altered;
  altered = honest;
  await alice.post('forgotten');
  await everywhere(world.mirror, second.url);
  altered = remembered;
  const { mirror } = await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did }) as { mirror: Standing };
  assert.match(mirror.standbys![0]!.trouble ?? '', /shows an older state than it has confirmed before/);
  altered = honest;
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  await everywhere(world.mirror, second.url);
});

/** What the owner was told by the standby, oldest first. */
const toldKinds = (): string[] => receiver.messages('alarm').map(({ alarm }) => (alarm as { kind: string }).kind);

test('the owner is told by the standby, once each: the mirror is killed, comes back from an old backup, lies; and when it is well again', async () => {
  const set = (mirror: string | undefined) => succeed(alice.house, 'app.holdfast.bridge.setAlerts', {
    did: alice.did, ...(mirror !== undefined && { mirror }), deed: { $type: 'app.holdfast.mirror.setAlerts#addWebhook', url: receiver.url, secret: receiver.secret },
  });
  await set(undefined);
  const { alerts } = await set(second.url) as { alerts: { ways: { target: string }[] } };
  assert.deepEqual(alerts.ways.map(({ target }) => target), [receiver.url]);
  assertRefused(await alice.house.post('app.holdfast.bridge.setAlerts', { did: alice.did, mirror: world.relay, deed: { $type: 'app.holdfast.mirror.setAlerts#remove', id: 'x' } }, { id: crypto.randomUUID() }), 400, 'NotStandby');
  const told = (): unknown[] => receiver.messages('alarm').map(({ mirror, alarm }) => [mirror, (alarm as { kind: string; about: string }).kind, (alarm as { about: string }).about]);
  const looked = async (kind: string): Promise<void> => {
    for (let times = 0; times < 2; times++) await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
    await until(async () => told().length > 0, `told of ${kind}`);
    assert.deepEqual(told(), [[second.url, kind, world.mirror]]);
    assert.ok(receiver.calls.every(({ isSigned }) => isSigned), 'not signed');
    receiver.calls.length = 0;
  };
  let old: Buffer | undefined;
  altered = changing('app.holdfast.mirror.listCommits', (bytes) => (old ??= bytes));
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  const backup = altered;
  altered = honest;
  await alice.post('after the backup');
  await everywhere(world.mirror, second.url);
  await world.stopMirror();
  await looked('primarySilent');
  await world.startMirror();
  await looked('primaryWell');
  altered = backup;
  await looked('primaryBehind');
  altered = lies['a receipt of another key']!;
  await looked('primaryFalse');
  altered = honest;
  await looked('primaryWell');
  await everywhere(world.mirror, second.url);
});

test('where the commits cannot be given the whole repository is taken, and a blob that came as another is asked for again', async () => {
  altered = both(noCommits, changing('com.atproto.sync.getBlob', flipped));
  const upload = await alice.house.fetch('com.atproto.repo.uploadBlob', { method: 'POST', body: new Uint8Array([...PNG, 9]), headers: { 'content-type': 'image/png' } });
  const { blob } = await upload.json() as { blob: object };
  await succeed(alice.house, 'com.atproto.repo.createRecord', { repo: alice.did, collection: 'app.holdfast.note', record: { $type: 'app.holdfast.note', blob } });
  const { rev } = (await alice.house.store.account(alice.did as never))!.head;
  await until(async () => {
    const [standby] = (await standing()).standbys!;
    return standby!.rev === rev && standby!.missingBlobs === 1 && standby!.state === 'behind';
  }, 'whole, but for the blob');
  altered = honest;
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  await everywhere(world.mirror, second.url);
});

/** Calls a mirror as the house of the account does. */
async function call(mirror: { readonly url: string; readonly did: string }, method: string, init: RequestInit & { readonly headers: Record<string, string> }): Promise<Response> {
  const signer = await new Signers(alice.house.store).of((await alice.house.store.account(alice.did as never))!);
  const token = await signServiceAuth(signer, { iss: parseDid(alice.did), aud: parseDid(mirror.did), lxm: parseNsid(method) }, Date.now());
  return fetch(`${mirror.url}/xrpc/${method}`, { method: 'POST', ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
}

/** What a server gives of sealed kits to anybody. */
async function kitsAt(host: string): Promise<string[]> {
  const { kits } = await (await fetch(`${host}/xrpc/app.holdfast.mirror.getKits?did=${alice.did}`)).json() as { kits: { kind: string; file: { $bytes: string } }[] };
  return kits.map(({ kind, file }) => `${kind} ${file.$bytes}`);
}

test('sealed kits lie with the standby as with the mirror, also what is put anew, and what is taken back is gone there too', async () => {
  const primary = { url: world.mirror, did: `did:web:${new URL(world.mirror).host.replace(':', '%3A')}` };
  const steps: readonly (readonly [method: string, input: object, then: readonly string[]])[] = [
    ['putKit', { kind: 'passphrase', file: { $bytes: 'AAAA' } }, ['passphrase AAAA']], ['putKit', { kind: 'passkey', file: { $bytes: 'BBBB' } }, ['passkey BBBB', 'passphrase AAAA']],
    ['putKit', { kind: 'passphrase', file: { $bytes: 'CCCC' } }, ['passkey BBBB', 'passphrase CCCC']], ['removeKit', { kind: 'passkey' }, ['passphrase CCCC']],
    ['removeKit', { kind: 'passphrase' }, []],
  ];
  for (const [method, input, then] of steps) {
    const { status } = await call(primary, `app.holdfast.mirror.${method}`, { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } });
    assert.equal(status, 200);
    await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
    assert.deepEqual([await kitsAt(primary.url), await kitsAt(second.url)], [then, then]);
  }
});

test('a film goes on where the line to the mirror broke: at once where much had come, else the next time', async () => {
  const size = 3 * 1_048_576;
  const asked: (string | undefined)[] = [];
  altered = async (url, answer) => {
    if (!url.includes('/com.atproto.sync.getBlob?')) return answer;
    let left = [size / 2, 10][asked.length] ?? Infinity;
    asked.push(answer.header('content-range'));
    async function* body(): AsyncGenerator<Uint8Array> {
      for await (const chunk of answer.body) {
        yield chunk.subarray(0, Math.min(left, chunk.length));
        left -= chunk.length;
        if (left <= 0) throw new TypeError('terminated');
      }
    }
    return { ...answer, body: body() };
  };
  await alice.film(Uint8Array.from({ length: size }, (_, index) => (index * 31) % 256));
  await until(async () => asked.length === 2, 'broken twice');
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  await everywhere(world.mirror, second.url);
  assert.deepEqual(asked, [undefined, `bytes ${size / 2}-${size - 1}/${size}`, `bytes ${size / 2 + 10}-${size - 1}/${size}`]);
  altered = honest;
});

test('a standby takes nothing from a house, and is added once', async () => {
  const { body, status } = await alice.house.post('app.holdfast.bridge.addStandby', { did: alice.did, url: second.url });
  assert.deepEqual([status, ((body['mirror'] as Standing).standbys ?? []).length], [200, 1]);
  const later = await alice.house.car(parseDid(alice.did));
  const response = await call(second, 'app.holdfast.mirror.putRepo', { body: later, headers: { 'content-type': 'application/vnd.ipld.car' } });
  assert.deepEqual([response.status, (await response.json() as { error: string }).error], [400, 'AccountInactive']);
});

test('the mirror is killed: one press and one operation, and the street reads on; the one that comes back is the standby', async () => {
  const operations = async (): Promise<number> => ((await (await fetch(`${world.directory}/${alice.did}/log/audit`)).json()) as unknown[]).length;
  const before = await operations();
  await world.stopMirror();
  await alice.post('while it is away');
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  await until(async () => toldKinds().at(-1) === 'primarySilent', 'told');
  receiver.calls.length = 0;
  await pairWith(second.url);
  assert.equal(await operations(), before + 1);
  const { rev } = (await alice.house.store.account(alice.did as never))!.head;
  await until(async () => await latest(second.url) === rev && await latest(world.relay) === rev, 'served by the other, and on the street');
  await alice.post('after it');
  const next = (await alice.house.store.account(alice.did as never))!.head.rev;
  await until(async () => await latest(world.relay) === next, 'on the street again');
  const silent = await until(async () => (await standing()).standbys?.find(({ url, state }) => url === world.mirror && state === 'silent'), 'silent');
  assert.match(silent.trouble ?? '', /^Your data here is safe\./);

  await world.startMirror();
  await succeed(alice.house, 'app.holdfast.bridge.askStandbys', { did: alice.did });
  await everywhere(second.url, world.mirror);
  const told = (await allOf(world.mirror)).map(readEvent).filter(({ did }) => did === alice.did).at(-1)!;
  assert.deepEqual([told.type, told.body['active'], told.body['status']], ['#account', false, 'deactivated']);
});

test('planned, it is the same the other way round, and a standby can be removed', async () => {
  await alice.post('before the way back');
  await everywhere(second.url, world.mirror);
  await pairWith(world.mirror);
  await alice.post('after it');
  await everywhere(world.mirror, second.url);
  await world.check();
  assert.deepEqual(toldKinds(), [], 'of the one before nothing more is told');
  const { mirror } = await succeed(alice.house, 'app.holdfast.bridge.removeStandby', { did: alice.did, url: second.url }) as { mirror: Standing };
  assert.equal(mirror.standbys, undefined);
  assertRefused(await alice.house.post('app.holdfast.bridge.removeStandby', { did: alice.did, url: second.url }), 400, 'NotStandby');
});
