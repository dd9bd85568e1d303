import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { readEvent } from '../support/event-facts.ts';
import { allOf } from '../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';

interface MirrorState {
  readonly url: string;
  readonly state: string;
  readonly waiting: number;
  readonly acked?: { readonly rev: string; readonly commit: string };
  readonly alarm?: { readonly code: string; readonly message: string };
}

/** A house and its mirror, through everything that happens to them. */
describe('the bridge', () => {
  let world: World;
  let alice: NodeHouse;
  beforeEach(async () => {
    world = await startWorld();
    alice = await makeHouse(world);
    await alice.pair();
  });
  afterEach(async () => {
    alice.disconnect();
    await world.close();
  });

  const state = async (): Promise<MirrorState | undefined> => (
    (await alice.house.get('app.holdfast.bridge.describe', { did: alice.did })).body['mirror'] as MirrorState | undefined);

  /** Waits until the mirror's state fits. */
  async function until(fits: (mirror: MirrorState | undefined) => boolean, what: string): Promise<MirrorState> {
    let last: MirrorState | undefined;
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(20)) {
      last = await state();
      if (fits(last)) return last!;
    }
    throw new Error(`not ${what}: ${JSON.stringify(last)}`);
  }

  const settled = (): Promise<MirrorState> => until((mirror) => mirror?.waiting === 0 && mirror.acked !== undefined, 'settled');

  /** What the mirror told of the account, in order: kind and rev. */
  async function told(host = world.mirror): Promise<string[]> {
    return (await allOf(host)).map(readEvent).filter(({ did }) => did === alice.did).map(({ type, body }) => `${type} ${String(body['rev'] ?? '')}`.trim());
  }

  /** Revs of the commits of the house since it was paired, oldest first. */
  async function revs(): Promise<string[]> {
    const history = await alice.house.store.history(alice.did as never, { limit: 10_000 });
    return history.map(({ rev }) => rev as string).reverse();
  }

  async function assertSame(host = world.mirror): Promise<void> {
    const car = await fetch(`${host}/xrpc/com.atproto.sync.getRepo?did=${alice.did}`);
    assert.equal(car.status, 200);
    assert.deepEqual(Buffer.from(await car.arrayBuffer()), Buffer.from(await alice.house.car(alice.did as never)));
  }

  it('carries what was written while either side was away: each once, in order', async () => {
    await alice.post('both here');
    await settled();
    await world.stopMirror();
    for (let index = 0; index < 20; index++) await alice.post(`mirror away ${index}`);
    assert.equal((await state())?.waiting, 20);
    await world.startMirror();
    await settled();
    alice.disconnect();
    for (let index = 0; index < 20; index++) await alice.post(`house away ${index}`);
    alice.connect();
    await settled();
    assert.deepEqual((await told()).slice(3), (await revs()).map((rev) => `#commit ${rev}`));
    await assertSame();
  });

  it('collapses a long outbox into one #sync', async () => {
    alice.disconnect();
    const { did } = alice;
    for (let index = 0; index < 520; index++) {
      await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: did, collection: 'app.holdfast.note', rkey: `n${index % 50}`, record: { $type: 'app.holdfast.note', index } });
    }
    alice.connect();
    await settled();
    const [last] = (await revs()).slice(-1);
    assert.deepEqual((await told()).slice(3), [`#sync ${last ?? ''}`]);
    await alice.post('and on');
    await settled();
    assert.match((await told()).at(-1) ?? '', /^#commit/);
    await assertSame();
  });

  it('stops, and says so, when the mirror has gone back to an older state', async () => {
    await alice.post('old');
    await settled();
    await world.stopMirror();
    const backup = `${world.settings.folder}.old`;
    cpSync(world.settings.folder, backup, { recursive: true });
    await world.startMirror();
    await alice.post('new');
    const { acked } = await until((mirror) => mirror?.waiting === 0, 'settled');
    await world.stopMirror();
    rmSync(world.settings.folder, { recursive: true });
    cpSync(backup, world.settings.folder, { recursive: true });
    await world.startMirror();
    await alice.post('newer');
    const alarmed = await until((mirror) => mirror?.alarm !== undefined, 'alarmed');
    assert.equal(alarmed.alarm?.code, 'rollback');
    assert.match(alarmed.alarm?.message ?? '', /safe/);
    assert.equal(alarmed.acked?.rev, acked?.rev, 'what was acknowledged is not forgotten');
    // The owner has read it, and lets it go on: what the mirror lost is handed over again.
    await succeed(alice.house, 'app.holdfast.bridge.setPaused', { did: alice.did, paused: false });
    await succeed(alice.house, 'app.holdfast.bridge.handOver', { did: alice.did });
    await settled();
    await assertSame();
    rmSync(backup, { recursive: true });
  });

  it('leaves: the mirror deletes its copy; and pairs again', async () => {
    await alice.post('one');
    await settled();
    assert.deepEqual(await succeed(alice.house, 'app.holdfast.bridge.leave', { did: alice.did }), { deleted: true });
    assert.equal((await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${alice.did}`)).status, 400);
    assert.equal(await state(), undefined);
    await alice.post('alone');
    await alice.pair();
    await alice.post('together');
    await settled();
    await assertSame();
  });

  it('moves to another mirror', async () => {
    await alice.post('here');
    await settled();
    const folder = `${world.settings.folder}.other`;
    const other = await startMirror({ ...world.settings, port: 0, folder, handleDomains: ['other.test'] }, { log: () => undefined });
    try {
      await alice.pair(other.url, 'alice.other.test');
      await alice.post('there');
      await until((mirror) => mirror?.url === other.url && mirror.waiting === 0, 'with the other mirror');
      await assertSame(other.url);
      const log = await (await fetch(`${world.directory}/${alice.did}/log`)).json() as { services: { atproto_pds: { endpoint: string } } }[];
      assert.equal(log.at(-1)?.services.atproto_pds.endpoint, other.url);
      assert.equal(log.length, 3, 'genesis, the first mirror, the other');
      assert.equal((await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${alice.did}`)).status, 400, 'the old mirror kept its copy');
    } finally {
      alice.disconnect();
      await other.close();
    }
  });
});
