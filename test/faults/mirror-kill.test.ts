// The mirror is killed (SIGKILL) while a house writes: at every named moment, and at random.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { MIRROR_POINTS } from '../../src/mirror/index.ts';
import { readEvent } from '../support/event-facts.ts';
import { readFirehose } from '../support/firehose-reader.ts';
import { allOf } from '../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';

// Each start compiles the same again.
const compiled = mkdtempSync(join(tmpdir(), 'holdfast-compiled-'));
const PROCESS = join(import.meta.dirname, '../support/mirror-process.ts');
/** Of each kind; `npm run faults <number>` for more. */
const ROUNDS = Number(process.env['HOLDFAST_FAULTS'] ?? 1);
/** Those that a house which writes and sends blobs comes by; what else there is belongs to handing over, and to the tests of the store. */
const POINTS = MIRROR_POINTS.filter((point) => !['copied', 'adopted'].includes(point));
/** In `npm test` those that make a difference to a house; the store is killed at every one of its own in `test/contract`. */
const POINTS_NOW = ROUNDS > 1 ? POINTS : POINTS.filter((point) => ['received', 'committing', 'committed', 'told', 'receipt'].includes(point));
const RANDOM = 2;

let world: World;
let alice: NodeHouse;
let mirror: ChildProcess;
const seen: Uint8Array[] = [];
let compared = 0;
let watching: Awaited<ReturnType<typeof readFirehose>> | undefined;

/** Starts the mirror as a process of its own, on the data of the world. */
async function start(killAt = ''): Promise<void> {
  mirror = spawn(process.execPath, [PROCESS, JSON.stringify(world.settings), killAt], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const early = once(mirror, 'exit').then(() => Promise.reject(new Error('the mirror ended before it was there')));
  await Promise.race([once(mirror.stdout!, 'data'), early]);
  early.catch(() => undefined);
}

before(async () => {
  world = await startWorld();
  alice = await makeHouse(world);
  await alice.pair();
  await world.stopMirror();
});
after(async () => {
  watching?.close();
  alice.disconnect();
  await kill();
  await world.startMirror();
  await world.close();
  rmSync(compiled, { recursive: true, force: true });
});

let number = 0;

/** Writes, and now and then a picture, until the mirror is gone; every write is acknowledged by the house. */
async function writeUntil(gone: Promise<unknown>): Promise<void> {
  const end = new AbortController();
  void gone.then(() => end.abort());
  for (let writes = 0; !end.signal.aborted; writes++) {
    assert.ok(writes < 2_000, 'the mirror was not killed');
    number++;
    if (number % 5 === 0) await pictured();
    else await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: alice.did, collection: 'app.holdfast.note', rkey: `n${number % 40}`, record: { $type: 'app.holdfast.note', number } });
    await pause(10);
  }
}

async function pictured(): Promise<void> {
  const upload = await alice.house.fetch('com.atproto.repo.uploadBlob', {
    method: 'POST', body: new TextEncoder().encode(`picture ${number}`), headers: { 'content-type': 'image/png', 'holdfast-account': alice.did, 'holdfast-request-id': crypto.randomUUID() },
  });
  const { blob } = await upload.json() as { blob: object };
  await succeed(alice.house, 'com.atproto.repo.putRecord', { repo: alice.did, collection: 'app.holdfast.picture', rkey: `p${number % 4}`, record: { $type: 'app.holdfast.picture', blob } });
}

/** After the fault: everything acknowledged is with the mirror, once and in order, and nothing that was seen has changed. */
async function holds(): Promise<void> {
  for (const end = Date.now() + 60_000; ; await pause(20)) {
    const { body } = await alice.house.get('app.holdfast.bridge.describe', { did: alice.did });
    const { waiting, alarm } = body['mirror'] as { waiting: number; alarm?: object };
    assert.equal(alarm, undefined, JSON.stringify(alarm));
    if (waiting === 0) break;
    assert.ok(Date.now() < end, `${waiting} commits still wait`);
  }
  const car = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${alice.did}`);
  assert.deepEqual(Buffer.from(await car.arrayBuffer()), Buffer.from(await alice.house.car(alice.did as never)), 'another repository (I1, I3, I5)');
  const log = await allOf(world.mirror);
  const told = log.map(readEvent).filter(({ type }) => type === '#commit').map(({ body }) => body['rev']);
  const history = await alice.house.store.history(alice.did as never, { limit: 100_000 });
  assert.deepEqual(told, history.map(({ rev }) => rev as string).reverse(), 'each commit once, in order (I2, I6, I7)');
  compared += seen.length;
  for (const frame of seen.splice(0)) assert.ok(log.some((kept) => Buffer.compare(kept, frame) === 0), 'a frame that was seen is not what is kept (I6)');
}

/** One fault: the mirror is there, dies, and comes back. */
async function fault(killAt: string, hit?: () => Promise<void>): Promise<void> {
  await start(killAt);
  watching = await readFirehose(world.mirror);
  const ended = once(mirror, 'exit');
  alice.connect();
  const hitting = hit?.();
  await writeUntil(ended);
  await hitting;
  assert.deepEqual(await ended, [null, 'SIGKILL'], `the fault at ${killAt} did not fire`);
  seen.push(...watching.frames as Uint8Array[]);
  await start();
  await holds();
  alice.disconnect();
  await kill();
}

async function kill(): Promise<void> {
  if (mirror.exitCode !== null || mirror.signalCode !== null) return;
  mirror.kill('SIGKILL');
  await once(mirror, 'exit');
}

for (const point of POINTS_NOW) {
  test(`killed at “${point}”, ${ROUNDS} ${ROUNDS === 1 ? 'time' : 'times'}`, async (context) => {
    for (let round = 0; round < ROUNDS; round++) await fault(`${point}:${1 + ((round * 3 + point.length) % 7)}`);
    context.diagnostic(`count: mirror killed at ${point}: ${ROUNDS}`);
  });
}

test(`killed at random, ${RANDOM * ROUNDS} times`, async () => {
  for (let round = 0; round < RANDOM * ROUNDS; round++) {
    await fault('', async () => {
      await pause(20 + Math.random() * 400);
      mirror.kill('SIGKILL');
    });
  }
  assert.ok(compared > 0, 'nobody had seen a frame before any kill: nothing was compared');
});
