import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../../test/support/event-facts.ts';
import { inDirectory, opened } from '../../../test/support/mirror-directory.ts';
import { syncEvent } from '../../mirroring/index.ts';
import type { MirrorStore, StoredEvent } from '../../mirroring/index.ts';
import { cidOf, parseDid, parseHandle, tidFrom } from '../../protocol/index.ts';
import type { Did, Handle, Tid } from '../../protocol/index.ts';
import { RelayWatch } from './relay-watch.ts';
import { Retelling } from './retelling.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const URL_OF_RELAY = 'https://relay.example';

type Answer = readonly [status: number, body: unknown];

/** A mirror's store, a relay that says what it is told to say, and the watch between them, on one clock. */
class Scene {
  now = Date.UTC(2026, 0, 1);
  /** Undefined where the relay does not answer. */
  host: Answer | undefined = [200, { hostname: 'mirror.example', status: 'active' }];
  readonly accounts = new Map<string, Answer>();
  readonly asked: string[] = [];
  readonly reminded: string[] = [];
  readonly announced: StoredEvent[] = [];
  readonly lines: string[] = [];
  eventsOfHouses = 0;
  server = 'https://mirror.example';
  /** By their documents. */
  named: { readonly handle?: Handle } = {};
  readonly store: MirrorStore;
  readonly watch: RelayWatch;

  constructor(store: MirrorStore) {
    this.store = store;
    const retelling = new Retelling({
      copies: store, origin: 'https://mirror.example', now: () => this.now, eventsInHour: () => this.eventsOfHouses + this.announced.length, identityOf: async () => ({ pds: this.server, ...this.named }),
      ingest: { inTurn: (_did, work) => work() }, announce: (events) => this.#heard(events),
    });
    this.watch = new RelayWatch({
      relays: [URL_OF_RELAY], hostname: 'mirror.example', copies: store, retelling, now: () => this.now, log: (line) => this.lines.push(line),
      crawlers: { remind: (url) => this.reminded.push(url) }, fetch: async (url) => this.#answer(new URL(String(url))),
    });
  }

  /** An account that is active here, and of which the network was told. The relay has it, too. */
  async account(index: number): Promise<Did> {
    const did = parseDid(`did:plc:${String(index).padStart(4, '0').replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!).padStart(24, 'a')}`);
    await this.store.enroll({ did });
    await this.store.update(did, { status: 'active' });
    await this.write(did);
    return did;
  }

  /** It has another commit; whether the relay gets it, too. */
  async write(did: Did, isPassedOn = true): Promise<Tid> {
    const bytes = new TextEncoder().encode(`${did} ${this.now}`);
    const [cid, rev] = [cidOf(bytes, 'dag-cbor'), tidFrom(this.now * 1_000, 0)];
    const writer = await this.store.copy(did);
    await writer.add([{ cid, bytes }]);
    const expected = (await this.store.account(did))?.head?.cid;
    this.#heard(await writer.adopt({ expected, head: { cid, rev, data: cid }, signingKey: 'k', collections: new Map(), events: [syncEvent(did, rev, { cid, bytes })] }));
    if (isPassedOn) this.accounts.set(did, [200, { did, active: true, rev }]);
    this.now += 1_000;
    return rev;
  }

  /** A while passes, and the relay is looked at. */
  async look(ms = 5 * MINUTE_MS): Promise<void> {
    this.now += ms;
    this.asked.length = 0;
    await this.watch.look();
  }

  get sight() {
    return this.watch.sight(URL_OF_RELAY)!;
  }

  get told(): readonly string[] {
    return this.announced.map(({ type, did }) => `${type} ${did}`);
  }

  async #answer({ pathname, searchParams }: URL): Promise<Response> {
    const did = searchParams.get('did');
    if (this.host === undefined) throw new TypeError('fetch failed');
    if (did !== null) this.asked.push(did);
    const [status, body] = did === null ? this.host : this.accounts.get(did) ?? [404, { error: pathname.endsWith('getLatestCommit') ? 'RepoNotSynchronized' : 'RepoNotFound' }];
    return Response.json(body, { status });
  }

  #heard(events: readonly StoredEvent[]): void {
    this.announced.push(...events);
    this.watch?.heard(events);
  }
}

const scene = (name: string, run: (scene: Scene) => Promise<void>): Promise<void> => test(name, () => inDirectory(async (directory) => {
  let made: Scene | undefined;
  await opened(directory, { now: () => made?.now ?? 0 }, async ({ store }) => {
    made = new Scene(store);
    await run(made);
    await made.watch.close();
  });
}));

await scene('a relay that reads all and has all is left alone', async (it) => {
  const did = await it.account(1);
  it.announced.length = 0;
  const seq = await it.store.lastSeq();
  it.host = [200, { status: 'active', seq, accountCount: 1 }];
  assert.equal(it.watch.sight(URL_OF_RELAY), undefined);
  for (let round = 0; round < 3; round++) await it.look();
  assert.deepEqual(it.sight, { lookedAt: it.now, place: { isAhead: false, lagMs: 0 }, asked: 1, toldAnew: 0, faults: [], host: { state: 'active', seq, accounts: 1 } });
  assert.deepEqual([it.asked, it.reminded, it.told, it.lines], [[did], [], [], []]);
});

await scene('a relay that does not know the host, stopped, could not reach it or stays behind is asked to crawl; others are not', async (it) => {
  await it.account(1);
  const seq = await it.store.lastSeq();
  const cases: [Answer | undefined, isAsked: boolean, state: string | undefined][] = [
    [[404, { error: 'HostNotFound' }], true, 'missing'], [[400, { error: 'HostNotFound' }], true, 'missing'],
    [[200, { status: 'idle', seq }], true, 'idle'], [[200, { status: 'offline', seq }], true, 'offline'],
    [[200, { status: 'active', seq: 0 }], true, 'active'], [[200, { status: 'active', seq: seq + 1 }], false, 'active'],
    [[200, { status: 'active', seq: -1 }], false, 'active'], [[200, { status: 'throttled', seq }], false, 'throttled'], [[200, { status: 'banned' }], false, 'banned'],
    [[200, { status: 'of a later version' }], false, 'silent'], [[501, { error: 'MethodNotImplemented' }], false, 'silent'], [[404, 'nothing'], false, 'silent'],
    [[503, {}], false, undefined], [[429, {}], false, undefined], [[200, 'text'], false, undefined], [undefined, false, undefined],
  ];
  for (const [answer, isAsked, state] of cases) {
    it.host = answer;
    it.reminded.length = 0;
    await it.look();
    const words = JSON.stringify(answer);
    assert.equal(it.reminded.length, isAsked ? 1 : 0, words);
    if (state !== undefined) assert.equal(it.sight.host?.state, state, words);
    assert.equal(it.sight.failure === undefined, state !== undefined, words);
  }
});

await scene('a relay is neither asked nor reminded of a host under which nobody lives', async (it) => {
  it.host = [404, { error: 'HostNotFound' }];
  await it.look();
  assert.deepEqual([it.watch.sight(URL_OF_RELAY), it.reminded], [undefined, []]);
  await it.account(1);
  await it.look();
  assert.deepEqual([it.sight.host?.state, it.reminded], ['missing', [URL_OF_RELAY]]);
});

await scene('how far a relay is behind is the age of the first event that it has not read', async (it) => {
  await it.account(1);
  const seq = await it.store.lastSeq();
  it.host = [200, { status: 'active', seq }];
  await it.write(await it.account(2));
  const told = it.now - 2_000;
  await it.look(2 * MINUTE_MS);
  assert.deepEqual([it.sight.place, it.reminded], [{ isAhead: false, lagMs: it.now - told }, []]);
  await it.look(4 * MINUTE_MS);
  assert.deepEqual([it.sight.place.lagMs, it.reminded.length], [it.now - told, 1]);
});

await scene('an account that a relay lacks, or that stays behind there, is told anew; one that is only late is not', async (it) => {
  const [lacked, stuck, late, fine] = [await it.account(1), await it.account(2), await it.account(3), await it.account(4)];
  it.accounts.delete(lacked);
  const rev = (await it.store.account(stuck))!.head!.rev;
  await it.write(stuck, false);
  it.announced.length = 0;
  await it.look();
  assert.deepEqual([it.sight.faults, it.told], [[], []], 'once is not yet sure');
  // It gets on, though it is never there.
  for (let round = 0; round < 3; round++) {
    await it.write(late);
    await it.write(late, false);
    it.announced.length = 0;
    await it.look();
    assert.deepEqual(it.sight.faults.map(({ did, state, rev: seen }) => [did, state, seen]), [[lacked, 'missing', undefined], [stuck, 'behind', rev]]);
    assert.deepEqual([...it.told].sort(), round === 0 ? [`#sync ${lacked}`, `#sync ${stuck}`] : []);
  }
  assert.deepEqual([it.sight.toldAnew, it.asked.includes(fine)], [2, true]);
  assert.equal(it.lines.length, 2);
  for (const did of [lacked, stuck, late]) it.accounts.set(did, [200, { did, active: true, rev: (await it.store.account(did))!.head!.rev }]);
  await it.look();
  assert.deepEqual(it.sight.faults, []);
});

await scene('an account that a relay takes for inactive is said to be active, in the order of the protocol; the rest cannot be mended from here', async (it) => {
  const [gone, late, later, unsure, empty] = [await it.account(1), await it.account(2), await it.account(3), await it.account(4), await it.account(5)];
  it.accounts.set(gone, [200, { did: gone, active: false, status: 'deactivated' }]);
  it.accounts.set(late, [200, { did: late, active: false, status: 'throttled' }]);
  it.accounts.set(later, [200, { did: later, active: true, rev: tidFrom((it.now + HOUR_MS) * 1_000, 0) }]);
  it.accounts.set(unsure, [200, { active: 'yes', rev: 7 }]);
  it.accounts.set(empty, [200, { did: empty, active: true }]);
  it.announced.length = 0;
  await it.look();
  await it.look();
  assert.deepEqual(it.sight.faults.map(({ did, state, status }) => [did, state, status]), [
    [gone, 'inactive', 'deactivated'], [late, 'inactive', 'throttled'], [later, 'ahead', undefined],
  ]);
  assert.deepEqual(it.told, [`#account ${gone}`, `#identity ${gone}`, `#sync ${gone}`]);
});

await scene('of one that is said to be active no name is told that its DID names no more', async (it) => {
  const did = await it.account(1);
  await it.store.update(did, { handle: parseHandle('name.mirror.example') });
  for (const named of ['name.mirror.example', 'own.example']) {
    it.accounts.set(did, [200, { did, active: false, status: 'deactivated' }]);
    it.named = { handle: parseHandle(named) };
    it.now += 25 * HOUR_MS;
    it.announced.length = 0;
    await it.look();
    await it.look();
    const told = it.announced.map(({ frame }) => readEvent(frame)).find(({ type }) => type === '#identity')!;
    assert.equal(told.body['handle'], named === 'own.example' ? undefined : named);
  }
});

await scene('nothing is told anew to a relay that does not read, nor of an account that is elsewhere or no longer active', async (it) => {
  const did = await it.account(1);
  it.accounts.clear();
  it.announced.length = 0;
  for (const status of ['idle', 'offline', 'throttled', 'banned']) {
    it.host = [200, { status }];
    await it.look();
  }
  for (const seq of [1, await it.store.lastSeq() + 1]) {
    it.host = [200, { status: 'active', seq }];
    await it.look();
    assert.deepEqual([it.sight.faults.length, it.sight.place.isAhead], [1, seq > 1]);
  }
  it.host = [200, { status: 'active' }];
  it.server = 'https://other.example';
  await it.look();
  assert.deepEqual([it.told, it.sight.faults.length], [[], 1]);
  it.server = 'https://mirror.example';
  await it.store.update(did, { status: 'suspended' });
  await it.look();
  assert.deepEqual([it.told, it.sight.faults, it.asked], [[], [], []]);
});

await scene('what goes wrong here is not laid to the relay', async (it) => {
  await it.account(1);
  it.host = [200, { status: 'active', seq: 1 }];
  it.store.lastSeq = () => Promise.reject(new Error('the disk is full'));
  await it.look();
  assert.deepEqual([it.watch.sight(URL_OF_RELAY), it.lines], [undefined, [`Looking at ${URL_OF_RELAY} did not end well: the disk is full`]]);
});

await scene('what is told anew is paced: 20 accounts in a look, 100 events in an hour, an account once a day', async (it) => {
  const all = new Set<Did>();
  for (let index = 0; index < 130; index++) all.add(await it.account(index));
  it.accounts.clear();
  it.announced.length = 0;
  const times: number[] = [];
  const rounds = async (count: number): Promise<readonly Did[]> => {
    const told: Did[] = [];
    for (let round = 0; round < count; round++) {
      await it.look();
      assert.ok(it.asked.length <= 20 && new Set(it.asked).size === it.asked.length, `${it.asked.length} were asked about`);
      for (const { did } of it.announced.splice(0)) {
        told.push(did);
        times.push(it.now);
      }
      const lately = times.filter((at) => it.now - at < HOUR_MS).length;
      assert.ok(lately <= 100, `${lately} in an hour`);
    }
    return told;
  };
  assert.deepEqual(new Set(await rounds(36)), all, 'every one of them was told anew');
  assert.equal(times.length, 130);
  it.now += 12 * HOUR_MS;
  assert.deepEqual(await rounds(20), []);
  it.now += 12 * HOUR_MS;
  assert.ok((await rounds(12)).length > 20);
});

await scene('nothing is told anew where houses have told nearly as much as relays read in an hour', async (it) => {
  for (let index = 0; index < 10; index++) await it.account(index);
  it.accounts.clear();
  it.announced.length = 0;
  it.eventsOfHouses = 2_000;
  for (let round = 0; round < 3; round++) await it.look();
  assert.deepEqual([it.told, it.sight.faults.length], [[], 10]);
  it.eventsOfHouses = 1_997;
  for (let round = 0; round < 3; round++) await it.look();
  assert.equal(it.told.length, 3);
});

await scene('those that changed last are looked at first, and the others still have their turn', async (it) => {
  const all: Did[] = [];
  for (let index = 0; index < 60; index++) all.push(await it.account(index));
  for (let round = 0; round < 6; round++) await it.look();
  const seen = new Set<string>();
  for (let round = 0; round < 9; round++) {
    const busy = all.slice(0, 20);
    for (const did of busy) await it.write(did);
    await it.look();
    assert.deepEqual(it.asked.slice(0, 12), busy.reverse().slice(0, 12));
    for (const did of it.asked) seen.add(did);
  }
  assert.equal(seen.size, 60);
});
