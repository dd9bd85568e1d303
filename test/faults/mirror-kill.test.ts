// The mirror is killed (SIGKILL) while a house writes: at every named moment, and at random.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { MIRROR_POINTS } from '../../src/mirror/index.ts';
import { cidOf } from '../../src/protocol/index.ts';
import { readFirehose } from '../support/firehose-reader.ts';
import { MirrorUnderFault } from './support/mirror-under-fault.ts';

/** Of each kind; `npm run faults <number>` for more. */
const ROUNDS = Number(process.env['HOLDFAST_FAULTS'] ?? 1);
/** Those that a house which writes and sends pictures comes by; what else there is belongs to handing over, to films, and to the tests of the store. */
const POINTS = MIRROR_POINTS.filter((point) => !['copied', 'adopted', 'part-written'].includes(point));
/** In `npm test` those that make a difference to a house; the store is killed at every one of its own in `test/contract`. */
const POINTS_NOW = ROUNDS > 1 ? POINTS : POINTS.filter((point) => ['received', 'committing', 'committed', 'told', 'receipt'].includes(point));
const RANDOM = 2;

let mirror: MirrorUnderFault;
let watching: Awaited<ReturnType<typeof readFirehose>> | undefined;

before(async () => {
  mirror = await MirrorUnderFault.make();
});
after(async () => {
  watching?.close();
  await mirror.end();
});

/** Writes until the mirror is gone; every write is acknowledged by the house. */
async function writeUntil(gone: Promise<unknown>): Promise<void> {
  const end = new AbortController();
  void gone.then(() => end.abort());
  for (let writes = 0; !end.signal.aborted; writes++) {
    assert.ok(writes < 2_000, 'the mirror was not killed');
    await mirror.write();
    await pause(10);
  }
}

/** One fault: the mirror is there, dies, and comes back. */
async function fault(killAt: string, hit?: () => Promise<void>): Promise<void> {
  await mirror.start(killAt);
  watching = await readFirehose(mirror.world.mirror);
  const ended = once(mirror.process, 'exit');
  mirror.house.connect();
  const hitting = hit?.();
  await writeUntil(ended);
  await hitting;
  assert.deepEqual(await ended, [null, 'SIGKILL'], `the fault at ${killAt} did not fire`);
  mirror.seen.push(...watching.frames as Uint8Array[]);
  await mirror.start();
  await mirror.holds();
  mirror.house.disconnect();
  await mirror.kill();
}

for (const point of POINTS_NOW) {
  test(`killed at “${point}”, ${ROUNDS} ${ROUNDS === 1 ? 'time' : 'times'}`, async (context) => {
    for (let round = 0; round < ROUNDS; round++) await fault(`${point}:${1 + ((round * 3 + point.length) % 7)}`);
    context.diagnostic(`count: mirror killed at ${point}: ${ROUNDS}`);
  });
}

test('killed while a film comes in parts, it holds what it has said, and the rest is all that comes', async () => {
  const part = 1_048_576;
  const bytes = Uint8Array.from({ length: 3 * part }, (_, index) => (index * 31) % 256);
  await mirror.house.film(bytes);
  await mirror.start('part-written:2');
  const ended = once(mirror.process, 'exit');
  mirror.house.connect();
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  assert.deepEqual(mirror.parts, [0, part]);
  await mirror.start();
  await mirror.holds();
  // The second was written, and nobody was told.
  assert.deepEqual(mirror.parts, [0, part, part, 2 * part]);
  const { world, house: { did } } = mirror;
  const served = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid: cidOf(bytes, 'raw').toString() })}`);
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), Buffer.from(bytes));
  mirror.house.disconnect();
  await mirror.kill();
});

test(`killed at random, ${RANDOM * ROUNDS} times`, async () => {
  for (let round = 0; round < RANDOM * ROUNDS; round++) {
    await fault('', async () => {
      await pause(20 + Math.random() * 400);
      mirror.process.kill('SIGKILL');
    });
  }
  assert.ok(mirror.compared > 0, 'nobody had seen a frame before any kill: nothing was compared');
});
