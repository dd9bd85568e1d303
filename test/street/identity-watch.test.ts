// Somebody takes a DID over while no page is open: the mirror sees it, and the page hears of it when it opens, whatever its directory says.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import type { Fetch, PlcData } from '../../src/identity/index.ts';
import { answerAsk } from '../../src/jobs/identity/ask.ts';
import type { IdentityReport } from '../../src/jobs/identity/report.ts';
import type { IdentityAsk } from '../../src/jobs/messages.ts';
import { startMirror } from '../../src/mirror/index.ts';
import { recoverySigner } from '../../src/pds/index.ts';
import type { HouseSettings } from '../../src/pds/index.ts';
import { createP256Signer, formatDidKey, parseDid } from '../../src/protocol/index.ts';
import type { Did, Signer } from '../../src/protocol/index.ts';
import { MemoryKeyVault } from '../../src/storage/memory/index.ts';
import { seededP256Signer } from '../../src/testing/index.ts';
import { startBridgeOf } from '../support/node-bridge.ts';
import { PdsHouse } from '../support/pds-house.ts';
import { startWorld, succeed } from '../support/street-world.ts';
import type { World } from '../support/street-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-watch-'));
const lines: string[] = [];
let world: World;
let mirror: Awaited<ReturnType<typeof startMirror>>;
const thief = await seededP256Signer(new Uint8Array(32).fill(66));

before(async () => {
  world = await startWorld();
  const settings = { ...world.settings, port: 0, folder, handleDomains: ['watch.test'], watchSeconds: 0.05 };
  mirror = await startMirror(settings, { log: (line) => lines.push(line) });
});

after(async () => {
  await mirror.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = async (): Promise<HouseSettings> => ({ directory: world.directory });
const directory = (): PlcDirectory => new PlcDirectory(fetch, world.directory);

interface Owned {
  readonly house: PdsHouse;
  readonly did: Did;
  readonly kit: Blob;
  readonly passphrase: string;
}

/** A house with a paired account whose pages have looked at the identity once, and are closed. */
async function owned(name: string): Promise<Owned> {
  const house = new PdsHouse({ settings });
  const { passphrase } = await succeed(house, 'app.holdfast.kit.generatePassphrase', undefined) as { passphrase: string };
  const { account } = await succeed(house, 'app.holdfast.account.create', { passphrase }) as { account: { did: string } };
  const did = parseDid(account.did);
  const kit = new Blob([new Uint8Array((await house.store.account(did))!.kit!.file)]);
  await succeed(house, 'app.holdfast.kit.prove', { did, passphrase });
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: mirror.url, handle: `${name}.watch.test` });
  const made = { house, did, kit, passphrase };
  const report = await read(made);
  assert.deepEqual([report.alarm, report.mirror?.url], [undefined, mirror.url]);
  await until(async () => (await read(made)).mirror?.lookedAt !== undefined);
  return made;
}

function read({ house, did }: Owned, answer: Fetch = fetch, wish: Partial<IdentityAsk> = {}): Promise<IdentityReport> {
  const ask = { did, what: 'read', ...wish } as IdentityAsk;
  const signal = new AbortController().signal;
  return answerAsk(ask, { store: house.store, vault: new MemoryKeyVault(), fetch: answer, settings, now: Date.now, signal, tell: () => undefined }) as Promise<IdentityReport>;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await pause(20);
}

/** What the page's own directory does. */
const DIRECTORIES: Readonly<Record<string, (honest: readonly unknown[]) => Promise<Response> | Response>> = {
  honest: (log) => Response.json(log),
  down: () => Promise.reject(new TypeError('fetch failed')),
  'in trouble': () => new Response('', { status: 503 }),
  lying: (log) => Response.json(log.map((entry) => ({ ...entry as object, nullified: true }))),
  'dropping the last': (log) => Response.json(log.slice(0, -1)),
};

const seenThrough = (conduct: (honest: readonly unknown[]) => Promise<Response> | Response): Fetch => async (input, init) => {
  const answer = await fetch(input, init);
  return String(input).endsWith('/log/audit') ? conduct(await answer.json() as readonly unknown[]) : answer;
};

/** The DID is changed while no page is open; resolves when the mirror has seen it. */
async function attack({ did }: Owned, signer: Signer, change: (data: PlcData) => Partial<PlcData>): Promise<string> {
  const { data, head } = (await directory().log(did))!;
  await directory().submit(did, await signOperation(signer, operationOf({ ...data!, ...change(data!) }, head)));
  const cid = (await directory().log(did))!.head.toString();
  await until(() => lines.some((line) => line.includes(did) && line.includes(cid)));
  return cid;
}

/** A page opens: resolves when its mirror has given it reason to look. */
async function opens({ house, did }: Owned): Promise<void> {
  const doubted = Promise.withResolvers<string>();
  const stop = startBridgeOf(house, doubted.resolve);
  assert.equal(await doubted.promise, did);
  stop();
}

test('by a lower key, with the key of the records: alarm, time left, and the kit undoes it, whatever the directory of the page does', async () => {
  const account = await owned('lower');
  const { did, house, kit, passphrase } = account;
  const before = (await directory().log(did))!.data;
  const own = await createP256Signer((await house.store.keys(did))!.rotation);
  const cid = await attack(account, own, ({ rotationKeys }) => ({
    alsoKnownAs: ['at://mallory.test'], rotationKeys: [rotationKeys[0]!, formatDidKey(thief.publicKey)], verificationMethods: { atproto: formatDidKey(thief.publicKey) },
  }));
  await opens(account);
  for (const [conduct, answer] of Object.entries(DIRECTORIES)) {
    const { alarm, fault, missing } = await read(account, seenThrough(answer));
    // The honest one has shown it to this page, and cannot take it back either.
    assert.deepEqual([alarm?.cids, alarm?.isMirrorOnly, missing], [[cid], ...(conduct === 'dropping the last' ? [true, 1] : [undefined, 0])], conduct);
    assert.ok(Math.abs(Date.parse(alarm!.until!) - Date.now() - 72 * 3_600_000) < 600_000, conduct);
    assert.ok(alarm?.seenAt !== undefined);
    assert.equal(fault, { down: 'DirectoryUnreachable', 'in trouble': 'DirectoryUnreachable', lying: 'DirectoryLies' }[conduct], conduct);
  }
  const { alarm } = await read(account);
  const undone = await read(account, fetch, { what: 'undo', cids: alarm!.cids, kit, passphrase } as Partial<IdentityAsk>);
  assert.equal(undone.alarm, undefined);
  assert.deepEqual((await directory().log(did))!.data, before);
  // The mirror sees that too, and a directory that holds it back raises no alarm any more.
  await until(async () => (await read(account, seenThrough((log) => Response.json(log.slice(0, 2))))).alarm === undefined);
  assert.equal((await read(account)).alarm, undefined);
});

test('by a higher key: alarm, and that the kit cannot undo it', async () => {
  const account = await owned('higher');
  const { house, did, kit, passphrase } = account;
  const signer = await recoverySigner(new Uint8Array(await kit.arrayBuffer()), passphrase, (await house.store.account(did))!);
  const cid = await attack(account, signer, ({ rotationKeys }) => ({ rotationKeys: [formatDidKey(thief.publicKey), ...rotationKeys.slice(1)] }));
  await opens(account);
  const { alarm } = await read(account, seenThrough(DIRECTORIES['down']!));
  assert.deepEqual([alarm?.cids, alarm?.until, alarm?.signer], [[cid], undefined, 'kit']);
});

test('what the house does itself is claimed, and gives nobody reason to look', async () => {
  const account = await owned('own');
  const { house, did } = account;
  const before = lines.length;
  await succeed(house, 'app.holdfast.bridge.pair', { did, url: mirror.url, handle: 'own.watch.test' });
  await until(async () => (await read(account)).mirror?.lookedAt !== undefined);
  assert.deepEqual(lines.slice(before).filter((line) => line.includes('needs its owner')), []);
  const stop = startBridgeOf(house, () => assert.fail('there is no reason'));
  await house.create({ text: 'on' }, { repo: did });
  await until(async () => (await house.store.outboxSize(did)).commits === 0);
  stop();
});
