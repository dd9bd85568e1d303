import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { readCar as readForeignCar, verifyProofs, verifyRepoCar } from '@atproto/repo';
import { WebSocket } from 'ws';
import { consume, resolverOf } from '../../test/support/consumers.ts';
import type { Consumer } from '../../test/support/consumers.ts';
import { readEvent } from '../../test/support/event-facts.ts';
import { readFirehose } from '../../test/support/firehose-reader.ts';
import { ASKED_RULES } from '../../test/support/host-rules.ts';
import { ask, MirrorHouse, note, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';
import { Talk } from '../../test/support/talk.ts';
import { formatDidKey, parseCid } from '../protocol/index.ts';
import { openMirrorStore } from '../storage/sqlite/index.ts';

const bytesOf = async (mirror: RunningTestMirror, path: string): Promise<Uint8Array> => {
  const response = await fetch(`${mirror.url}/xrpc/com.atproto.sync.${path}`);
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
};
const seqOf = (frame: unknown): number => readEvent(frame as Uint8Array).seq as number;

describe('what a mirror serves, read by others', () => {
  let mirror: RunningTestMirror;
  let house: MirrorHouse;
  let talk: Talk;
  let consumer: Consumer;
  before(async () => {
    mirror = await startTestMirror();
    consumer = consume(mirror.url, resolverOf({ directory: mirror.directory.url, mirror: mirror.url }));
    house = await MirrorHouse.paired(mirror, 1, Array.from({ length: 50 }, (_, index) => note(`r${index}`)));
    talk = await Talk.begin(house);
  });
  after(async () => {
    talk.close();
    await consumer.close();
    await mirror.close();
  });

  it('every commit reaches a consumer that checks signatures and proofs', async () => {
    await talk.commit(await house.write([note('new')]));
    await talk.commit(await house.write([{ ...note('new', 'changed'), action: 'update' }]));
    await talk.commit(await house.write([{ action: 'delete', path: 'app.holdfast.note/new' }]));
    await consumer.until(({ event }) => event === 'delete', 'deletion');
    assert.deepEqual(consumer.events.map(({ event }) => event), ['account', 'identity', 'sync', 'create', 'update', 'delete']);
    const identity = consumer.events.find(({ event }) => event === 'identity');
    assert.equal(identity?.event === 'identity' && identity.handle, house.handle);
    assert.deepEqual(consumer.errors, []);
  });

  it('the whole repository is right, and what is newer than a rev is no more than that', async () => {
    const whole = await bytesOf(mirror, `getRepo?did=${house.did}`);
    const { creates } = await verifyRepoCar(whole, house.did, formatDidKey(house.signer.publicKey));
    assert.equal(creates.length, 50);
    const { rev } = house.repository;
    await talk.commit(await house.write([note('newer')]));
    const newer = await readForeignCar(await bytesOf(mirror, `getRepo?did=${house.did}&since=${rev}`));
    assert.equal(newer.roots[0]!.toString(), house.repository.commit.cid.toString());
    const all = await readForeignCar(await bytesOf(mirror, `getRepo?did=${house.did}`));
    assert.ok(newer.blocks.size > 2 && newer.blocks.size < all.blocks.size / 4);
    const none = await readForeignCar(await bytesOf(mirror, `getRepo?did=${house.did}&since=${house.repository.rev}`));
    assert.equal(none.blocks.size, 1);
  });

  it('a record is proven to be there, or not to be', async () => {
    const key = formatDidKey(house.signer.publicKey);
    const cid = await house.repository.tree.get('app.holdfast.note/r7');
    const proof = (rkey: string): Promise<Uint8Array> => bytesOf(mirror, `getRecord?did=${house.did}&collection=app.holdfast.note&rkey=${rkey}`);
    const claim = (rkey: string, is: string | null): Parameters<typeof verifyProofs>[1] => (
      [{ collection: 'app.holdfast.note', rkey, cid: is as never }]
    );
    const there = await verifyProofs(await proof('r7'), claim('r7', null), house.did, key);
    assert.equal(there.unverified.length, 1, 'it cannot be proven that a record is not there that is');
    const gone = await verifyProofs(await proof('nothing'), claim('nothing', null), house.did, key);
    assert.deepEqual([gone.verified.length, gone.unverified.length], [1, 0]);
    const { body } = await ask(mirror, `/xrpc/com.atproto.repo.getRecord?repo=${house.handle}&collection=app.holdfast.note&rkey=r7`);
    assert.equal(body['cid'], cid!.toString());
    const { body: described } = await ask(mirror, `/xrpc/com.atproto.repo.describeRepo?repo=${house.did}`);
    assert.deepEqual([described['handle'], described['handleIsCorrect'], described['collections']], [house.handle, true, ['app.holdfast.note']]);
    const { service } = described['didDoc'] as { service: { serviceEndpoint: string }[] };
    assert.equal(service[0]?.serviceEndpoint, mirror.url);
    const { body: listed } = await ask(mirror, `/xrpc/com.atproto.repo.listRecords?repo=${house.did}&collection=app.holdfast.note&limit=3`);
    assert.equal((listed['records'] as unknown[]).length, 3);
    for (const path of [`repo.getRecord?repo=${house.did}&rkey=r7`, `repo.listRecords?repo=${house.did}`, `sync.getRepo?did=${house.did}`, `sync.getRecord?did=${house.did}&rkey=r8`]) {
      const { headers } = await ask(mirror, `/xrpc/com.atproto.${path}&collection=app.holdfast.note`);
      assert.deepEqual([headers.get('atproto-repo-rev'), headers.get('access-control-expose-headers')?.includes('atproto-repo-rev')], [house.repository.rev, true], path);
    }
    const { headers: refused } = await ask(mirror, `/xrpc/com.atproto.repo.getRecord?repo=${house.did}&collection=app.holdfast.note&rkey=none`);
    assert.equal(refused.get('atproto-repo-rev'), null);
    const blocks = await readForeignCar(await bytesOf(mirror, `getBlocks?did=${house.did}&cids=${cid!.toString()}`));
    assert.ok(parseCid(blocks.roots[0]!.toString()).equals(cid!));
  });

  for (const rule of ASKED_RULES) {
    it(`${rule.id}: ${rule.says}`, async () => assert.equal(await rule.ask(mirror.url), undefined));
  }

  it('is there again after a restart, byte for byte, and goes on with greater numbers', async () => {
    const [frames, car] = [await mirror.frames(), await bytesOf(mirror, `getRepo?did=${house.did}`)];
    const { body: before } = await ask(mirror, '/xrpc/app.holdfast.mirror.describe');
    talk.close();
    await mirror.restart();
    assert.deepEqual(await bytesOf(mirror, `getRepo?did=${house.did}`), car);
    assert.equal((await ask(mirror, '/xrpc/app.holdfast.mirror.describe')).body['key'], before['key']);
    const reader = await readFirehose(mirror.url, 0);
    assert.deepEqual(await reader.until(frames.length), frames);
    talk = await Talk.begin(house);
    const { seq } = await talk.commit(await house.write([note('after')]));
    assert.ok(seq > seqOf(frames.at(-1)));
    assert.equal(seqOf((await reader.until(frames.length + 1)).at(-1)), seq);
    reader.close();
    const resumed = await readFirehose(mirror.url, seqOf(frames[2]));
    assert.deepEqual((await resumed.until(frames.length - 2)).map(seqOf), [...frames.slice(3).map(seqOf), seq]);
    resumed.close();
    await consumer.until(({ seq: at }) => at === seq, 'commit after the restart');
  });

  it('bad input 48: a cursor ahead is FutureCursor, and what is none is refused', async () => {
    const ahead = await readFirehose(mirror.url, Date.now() * 1000 + 60_000_000);
    await ahead.ended;
    assert.equal(readEvent(ahead.frames[0] as Uint8Array).body['error'], 'FutureCursor');
    for (const cursor of ['x', '-1', '1.5', '9'.repeat(17)]) {
      const socket = new WebSocket(`${mirror.url.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`);
      const [, response] = await once(socket, 'unexpected-response') as [unknown, { statusCode: number }];
      assert.equal(response.statusCode, 400, cursor);
      socket.on('error', () => undefined);
      socket.terminate();
    }
  });

  it('bad input 49: a cursor before what is kept is told so, and gets what is there', async () => {
    talk.close();
    const frames = await mirror.frames();
    const middle = seqOf(frames[4]);
    await mirror.restart({}, async () => {
      const { store, close } = await openMirrorStore(mirror.folder);
      await store.maintain(Math.floor(middle / 1000) + 1);
      await close();
    });
    const kept = await mirror.frames();
    assert.ok(kept.length < frames.length && kept.length > 0);
    const reader = await readFirehose(mirror.url, seqOf(frames[0]));
    const [info, first] = await reader.until(2);
    assert.deepEqual([readEvent(info as Uint8Array).type, readEvent(info as Uint8Array).body['name']], ['#info', 'OutdatedCursor']);
    assert.equal(seqOf(first), seqOf(kept[0]));
    reader.close();
    talk = await Talk.begin(house);
  });

  it('bad input 50: a reader that stands still is ConsumerTooSlow, and nobody waits for it', async () => {
    const slow = new WebSocket(`${mirror.url.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos`);
    const frames: Uint8Array[] = [];
    slow.on('message', (data: Buffer) => frames.push(new Uint8Array(data)));
    await once(slow, 'open');
    const healthy = await readFirehose(mirror.url);
    slow.pause();
    // More than the system keeps for a connection, and as much again as the mirror waits for.
    const large = 'x'.repeat(900_000);
    const times = 20;
    for (let index = 0; index < times; index++) {
      await talk.commit(await house.write([note(`large-a${index}`, large), note(`large-b${index}`, large)]));
    }
    await healthy.until(times);
    healthy.close();
    slow.resume();
    await once(slow, 'close');
    assert.ok(frames.length - 1 < times);
    const last = readEvent(frames.at(-1)!);
    assert.deepEqual([last.header['op'], last.body['error']], [-1, 'ConsumerTooSlow']);
    // It comes back with its cursor, and misses nothing.
    const back = await readFirehose(mirror.url, seqOf(frames.at(-2)));
    await back.until(times - (frames.length - 1));
    back.close();
  });
});
