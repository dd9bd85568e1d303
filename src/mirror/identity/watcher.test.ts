import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FakeDirectory } from '../../../test/support/fake-street.ts';
import { Town } from '../../../test/support/town.ts';
import { until } from '../../../test/support/until.ts';
import { operationOf, signOperation } from '../../identity/index.ts';
import type { Fetch } from '../../identity/index.ts';
import { createP256Signer, parseDid } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { MemoryMirrorStore } from '../../storage/memory/index.ts';
import { unclaimedIn, Watcher } from './watcher.ts';
import type { WatcherOptions } from './watcher.ts';

/** A watcher that looks when it is told to, over the account of a town. */
class Scene {
  readonly town: Town;
  readonly copies = new MemoryMirrorStore();
  readonly lines: string[] = [];
  readonly changed: string[] = [];
  readonly watcher: Watcher;

  private constructor(town: Town, more: Partial<WatcherOptions>) {
    this.town = town;
    this.watcher = new Watcher({
      copies: this.copies, directory: FakeDirectory.url, fetch: (...call) => town.network.fetch(...call), log: (line) => this.lines.push(line),
      everyMs: 0, paceMs: 1, onChange: async (did) => void this.changed.push(did), ...more,
    });
  }

  static async make(more: Partial<WatcherOptions> = {}): Promise<Scene> {
    const town = await Town.make();
    await town.paired();
    const scene = new Scene(town, more);
    await scene.copies.enroll({ did: town.did });
    return scene;
  }

  /** Somebody with a copy of the house's key gives the DID another name. */
  async attack(name: string): Promise<string> {
    const { town } = this;
    const { rotation } = (await town.house.store.keys(town.did))!;
    const signer = await createP256Signer(rotation);
    const { data, head } = (await town.directory.log(town.did))!;
    await town.directory.add(town.did, await signOperation(signer, operationOf({ ...data!, alsoKnownAs: [`at://${name}.test`] }, head)));
    return (await town.directory.log(town.did))!.head.toString();
  }

  async cids(): Promise<string[]> {
    return (await this.copies.watched(this.town.did)).operations.map(({ cid }) => cid);
  }

  async unclaimed(): Promise<string[]> {
    return unclaimedIn(await this.copies.watched(this.town.did)).map(({ cid }) => cid);
  }
}

/** The directory tells this instead. */
function lying(town: Town, lie: (log: Record<string, unknown>[]) => unknown): void {
  const honest: Fetch = town.network.fetch;
  Object.assign(town.network, {
    fetch: async (...call: Parameters<Fetch>) => {
      const answer = await honest(...call);
      return String(call[0]).endsWith('/log/audit') ? Response.json(lie(await answer.json() as Record<string, unknown>[])) : answer;
    },
  });
}

test('an operation that no house has claimed is remembered and said once; one that is claimed is not, and an undone one no more', async () => {
  const scene = await Scene.make();
  const { town, watcher, copies, lines } = scene;
  const { did } = town;
  await watcher.look(did);
  assert.deepEqual(await scene.unclaimed(), [], 'no house has said anything yet');
  await copies.claim(did, (await town.account()).signedOperations!);
  const foreign = await scene.attack('mallory');
  await watcher.look(did);
  await watcher.look(did);
  assert.deepEqual(await scene.unclaimed(), [foreign]);
  assert.deepEqual(lines, [`${did}: the DID needs its owner's eye: operation ${foreign} is of none of the houses that are known here`]);
  const { operations } = await copies.watched(did);
  assert.deepEqual(unclaimedIn({ claimed: ['another'], operations: operations.map((each) => ({ ...each, nullified: true })) }), []);
  await copies.claim(did, [foreign]);
  assert.deepEqual(await scene.unclaimed(), []);
});

test('what a directory has shown it cannot take back, whether it drops, lies, is late, forgets or is down', async () => {
  const scene = await Scene.make();
  const { town, watcher, lines } = scene;
  await scene.attack('mallory');
  await watcher.look(town.did);
  const seen = await scene.cids();
  assert.equal(seen.length, 3);
  const honest = town.network.fetch;
  const lies: readonly (readonly [string, (log: Record<string, unknown>[]) => unknown])[] = [
    ['LogForm', () => ({ message: 'moved' })], ['EntryDid', (log) => log.map((entry) => ({ ...entry, did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' }))],
    ['GenesisForm', (log) => log.slice(1)], ['LogTooLarge', (log) => Array.from({ length: 501 }, () => log[0])],
  ];
  for (const [fault, lie] of lies) {
    lying(town, lie);
    await watcher.look(town.did);
    assert.match(lines.at(-1)!, new RegExp(`does not hold, and is not believed: ${fault}$`));
    assert.deepEqual(await scene.cids(), seen);
    Object.assign(town.network, { fetch: honest });
  }
  lying(town, (log) => log.slice(0, 2));
  await watcher.look(town.did);
  assert.match(lines.at(-1)!, /does not show 1 of the operations that it has shown before/);
  assert.deepEqual((await scene.copies.watched(town.did)).operations.map(({ isShown }) => isShown), [true, true, false]);
  Object.assign(town.network, { fetch: honest });

  town.network.fault = () => true;
  await watcher.look(town.did);
  await watcher.look(town.did);
  assert.equal(lines.filter((line) => line.startsWith('DIDs cannot be watched just now')).length, 1);
  town.network.fault = () => false;
  town.directory.forget(town.did);
  await watcher.look(town.did);
  assert.deepEqual(await scene.cids(), seen);

  const asked = Promise.withResolvers<void>();
  Object.assign(town.network, {
    fetch: (_: unknown, { signal }: RequestInit) => new Promise((_resolve, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason as Error));
      asked.resolve();
    }),
  });
  const late = watcher.look(town.did);
  await asked.promise;
  await watcher.close();
  await late;
  assert.deepEqual(await scene.cids(), seen);
});

test('the network is told of a change that nobody told of, and of no other', async () => {
  const scene = await Scene.make();
  const { town: { did }, watcher, changed } = scene;
  await watcher.look(did);
  assert.deepEqual(changed, []);
  await scene.attack('one');
  await watcher.look(did);
  assert.deepEqual(changed, [did]);
  await watcher.look(did);
  await scene.attack('two');
  watcher.told(did);
  await until('the directory was asked', async () => (await scene.cids()).length >= 4);
  await watcher.look(did);
  assert.deepEqual(changed, [did]);
  await watcher.close();
});

test('what somebody does after the house has told of its own change is told, however late it is seen', async () => {
  let now = 0;
  const scene = await Scene.make({ now: () => now });
  const { town, watcher, changed, town: { did } } = scene;
  let asked = 0;
  await watcher.look(did);
  await scene.attack('own');
  // The directory of a town has a time of its own.
  now = Date.parse(town.directory.audit(did).at(-1)!.createdAt);
  town.network.fault = () => ++asked > 0;
  watcher.told(did);
  await until('the directory was asked', () => asked > 0);
  town.network.fault = () => false;
  await scene.attack('mallory');
  await watcher.look(did);
  assert.deepEqual([(await scene.cids()).length, changed], [4, [did]]);
  await watcher.close();
});

test('what a house claims is looked at after a while, and told where its page did not do so', async () => {
  const scene = await Scene.make({ graceMs: 20 });
  const { town: { did }, watcher, changed } = scene;
  await watcher.look(did);
  await scene.attack('one');
  watcher.claimed(did);
  watcher.claimed(did);
  await until('the network is told', () => changed.length > 0);
  await scene.attack('two');
  watcher.claimed(did);
  watcher.told(did);
  await until('the directory was asked', async () => (await scene.cids()).length >= 4);
  await scene.attack('three');
  watcher.claimed(did);
  await until('the network is told', () => changed.length > 1);
  assert.deepEqual(changed, [did, did]);
  watcher.claimed(did);
  await watcher.close();
});

test('accounts are looked at in turns, one after another, what is asked for first; other methods and deleted accounts are not', async () => {
  const asked: string[] = [];
  let running = 0;
  const fetch: Fetch = async (input) => {
    assert.equal(running++, 0, 'two at once');
    asked.push(new URL(String(input)).pathname.split('/')[1]!);
    await pause(1);
    running--;
    return Response.json({ message: 'DID not registered' }, { status: 404 });
  };
  const copies = new MemoryMirrorStore();
  const dids = ['a', 'b', 'c', 'd'].map((letter) => parseDid(`did:plc:${letter.repeat(24)}`)) as [Did, Did, Did, Did];
  for (const did of [...dids, parseDid('did:web:example.com')]) await copies.enroll({ did });
  await copies.remove(dids[1]);
  const log = (line: string): never => assert.fail(line);
  const options = { copies, directory: 'https://directory.test', fetch, log, onChange: async () => undefined, paceMs: 1 };
  const watcher = new Watcher({ ...options, everyMs: 6 });
  await until('accounts are looked at', () => asked.length >= 9);
  assert.deepEqual(asked.slice(0, 9), [0, 2, 3, 0, 2, 3, 0, 2, 3].map((place) => dids[place]));
  watcher.soon(dids[3], { operations: [], claimed: [] });
  watcher.soon(dids[0], { operations: [], claimed: [], lookedAt: Date.now() });
  const before = asked.length;
  await until('accounts are looked at', () => asked.length >= before + 2);
  assert.ok(asked.slice(before, before + 2).includes(dids[3]));
  await watcher.close();
  const after = asked.length;

  const idle = new Watcher({ ...options, everyMs: 0 });
  idle.soon(dids[2], { operations: [], claimed: [] });
  await until('accounts are looked at', () => asked.length >= after + 1);
  assert.equal(asked.at(-1), dids[2]);
  await idle.close();
  assert.equal(asked.length, after + 1);
});
