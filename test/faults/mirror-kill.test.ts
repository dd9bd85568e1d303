// The mirror is killed (SIGKILL) again and again, at every named moment and at random, while houses write, others come, and consumers read.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { cidOf } from '../../src/protocol/index.ts';
import { MIRROR_POINTS } from '../../src/mirror/points.ts';
import type { MirrorPoint } from '../../src/mirror/points.ts';
import { makeHouse } from '../support/street-world.ts';
import type { NodeHouse } from '../support/street-world.ts';
import { until } from '../support/until.ts';
import { BundledMirror } from './support/bundled-mirror.ts';
import { LastingReader } from './support/lasting-reader.ts';
import { MirrorUnderFault } from './support/mirror-under-fault.ts';
import { replay } from './support/replay.ts';

/** On each a mirror is killed 50 times; `npm run faults <number>` has twice that number of them. */
const STREETS = process.env['HOLDFAST_FAULTS'] === undefined ? 1 : 2 * Number(process.env['HOLDFAST_FAULTS']);
const KILLS = 50;
const HOUSES = 3;
/** Of one house; half more or less. */
const BETWEEN_WRITES_MS = 60;
/** Of all houses in the life of one mirror, however long it takes to die: two of them pictures. What all have told is looked at in the end. */
const MOST_WRITES = 10;
/** Where a mirror only comes to when a new house is handed over. */
const HANDED_OVER: readonly string[] = ['copied', 'adopted'] satisfies MirrorPoint[];
/** Pictures are rare. */
const RARE: readonly string[] = ['blob-written', 'blob-linked'] satisfies MirrorPoint[];
/** Where it comes when a film is sent, which takes more than one part. */
const OF_FILMS: readonly string[] = ['part-written'] satisfies MirrorPoint[];
const PART = 1_048_576;
const STARTING = 'while it starts';
const WORKING = 'while it works';

/** Every point, twice where it needs no new house, and the rest at random, in another order every time. */
function moments(): readonly string[] {
  const named = [...MIRROR_POINTS, ...MIRROR_POINTS.filter((point) => !HANDED_OVER.includes(point))];
  const random = Array.from({ length: KILLS - named.length }, (_, index) => (index % 2 === 0 ? STARTING : WORKING));
  return [...named, ...random].map((moment) => ({ moment, place: Math.random() })).sort((a, b) => a.place - b.place).map(({ moment }) => moment);
}

const below = (limit: number): number => Math.floor(Math.random() * limit);

/** Houses at work while their mirror dies again and again. */
class Troubled {
  readonly #mirror: MirrorUnderFault;
  readonly #end = new AbortController();
  readonly #work: Promise<void>[] = [];
  readonly #failures: unknown[] = [];
  #writes = 0;

  constructor(mirror: MirrorUnderFault) {
    this.#mirror = mirror;
    for (const house of mirror.houses) this.#begin(this.#writeOn(house));
  }

  /** The mirror is there, and dies. No house is alarmed by it. */
  async kill(moment: string, number: number): Promise<void> {
    const mirror = this.#mirror;
    this.#writes = 0;
    const isNamed = moment !== STARTING && moment !== WORKING;
    const newcomer = HANDED_OVER.includes(moment) ? await makeHouse(mirror.world, `late${number}`) : undefined;
    const times = newcomer !== undefined ? 1 : 1 + below([...RARE, ...OF_FILMS].includes(moment) ? 2 : 5);
    const starting = mirror.start(isNamed ? `${moment}:${times}` : '').catch(() => undefined);
    const ended = once(mirror.process, 'exit');
    let isOver = false;
    void ended.then(() => isOver = true);
    if (moment !== STARTING) await starting;
    // What has waited for it comes at once, and passes a moment once for each house: it takes more to pass it more often.
    this.#writes = 0;
    mirror.prepare();
    // Some pages are opened anew, others find back by themselves.
    for (const [place, house] of mirror.houses.entries()) if ((place + number) % 2 === 0) reopen(house);
    if (newcomer !== undefined) this.#begin(this.#pair(newcomer));
    if (OF_FILMS.includes(moment)) this.#begin(mirror.houses[number % HOUSES]!.film(film(2, number)));
    if (!isNamed) {
      await pause(below(moment === STARTING ? 120 : 300));
      mirror.process.kill('SIGKILL');
    }
    await until(`the mirror dies ${moment}`, () => {
      if (this.#failures.length > 0) throw this.#failures[0];
      return isOver;
    });
    assert.deepEqual(await ended, [null, 'SIGKILL'], `the fault “${moment}” did not fire`);
    for (const house of mirror.houses) await mirror.standing(house);
  }

  /** The mirror comes back for good and the houses write no more. @returns all that the mirror has told */
  async settle(): Promise<readonly Uint8Array[]> {
    const mirror = this.#mirror;
    await mirror.start();
    this.#end.abort();
    await Promise.all(this.#work);
    assert.deepEqual(this.#failures, []);
    mirror.houses.forEach(reopen);
    return mirror.holds();
  }

  /** Ends without looking. */
  async abandon(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#work);
  }

  #begin(work: Promise<void>): void {
    this.#work.push(work.catch((error: unknown) => void this.#failures.push(error)));
  }

  /** What a house does not acknowledge fails. */
  async #writeOn(house: NodeHouse): Promise<void> {
    while (!this.#end.signal.aborted) {
      if (this.#writes++ < MOST_WRITES) await this.#mirror.write(20, house);
      await pause(BETWEEN_WRITES_MS * (0.5 + Math.random()));
    }
  }

  /** Pairs, however often the mirror dies meanwhile. */
  async #pair(house: NodeHouse): Promise<void> {
    for (const end = performance.now() + 30_000; ;) {
      try {
        await house.pair();
        break;
      } catch (error) {
        if (performance.now() > end) throw error;
        await pause(20);
      }
    }
    this.#mirror.houses.push(house);
    if (!this.#end.signal.aborted) await this.#writeOn(house);
  }
}

/** @param parts that it takes */
function film(parts: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: parts * PART }, (_, index) => (index * 31 + seed) % 256);
}

function reopen(house: NodeHouse): void {
  house.disconnect();
  house.connect();
}

/** Every blob that a record names is there, and is that one (I8). */
async function assertBlobs(mirror: string, { house, did }: NodeHouse): Promise<void> {
  const { cids } = await (await fetch(`${mirror}/xrpc/com.atproto.sync.listBlobs?did=${did}&limit=1000`)).json() as { readonly cids: readonly string[] };
  const named = (await house.get('com.atproto.sync.listBlobs', { did, limit: '1000' })).body['cids'] as readonly string[];
  assert.deepEqual(cids.toSorted(), named.toSorted(), 'other blobs');
  for (const cid of cids) {
    const bytes = await (await fetch(`${mirror}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid })}`)).arrayBuffer();
    assert.equal(cidOf(new Uint8Array(bytes), 'raw').toString(), cid);
  }
}

/** Everybody who read along has all that was told, to the byte, and it leads from nothing to the heads of the houses. */
async function assertRead({ world, houses }: MirrorUnderFault, readers: readonly LastingReader[], log: readonly Uint8Array[]): Promise<void> {
  for (const reader of readers) {
    await until('who reads has come to the end', () => reader.count >= log.length);
    const frames = await reader.end();
    assert.ok(reader.comebacks > KILLS / 2, `it has come back ${reader.comebacks} times`);
    assert.equal(frames.length, log.length, 'events are missing, or there twice');
    for (const [place, frame] of frames.entries()) assert.ok(Buffer.compare(frame, log[place]!) === 0, `event ${place} that was seen is not what is kept (I6)`);
  }
  for (const house of houses) await assertBlobs(world.mirror, house);
  const heads = await replay(log);
  for (const { house, did } of houses) {
    const { head } = (await house.store.account(did as never))!;
    assert.deepEqual(heads.get(did), { rev: head.rev, data: head.data.toString() }, 'another head');
    await until(`the relay has all of ${did}`, async () => {
      const answer = await fetch(`${world.relay}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`);
      return (await answer.json() as { readonly rev?: string }).rev === head.rev;
    });
  }
}

let bundled: BundledMirror;

before(async () => {
  bundled = await BundledMirror.make();
});
after(() => bundled.end());

for (let street = 1; street <= STREETS; street++) {
  test(`killed ${KILLS} times: nothing acknowledged is lost, and who reads loses nothing and gets nothing twice (${street} of ${STREETS})`, async (context) => {
    const mirror = await MirrorUnderFault.make({}, HOUSES, bundled.file);
    const readers = [new LastingReader(mirror.world.mirror), new LastingReader(mirror.world.mirror)];
    const houses = new Troubled(mirror);
    try {
      for (const [number, moment] of moments().entries()) {
        await houses.kill(moment, number);
        if (number % 4 === 0) readers[0]!.stumble();
      }
      const log = await houses.settle();
      await assertRead(mirror, readers, log);
      context.diagnostic(`count: mirror killed: ${KILLS}; ${log.length} events of ${mirror.houses.length} houses`);
    } finally {
      await houses.abandon();
      for (const reader of readers) await reader.end();
      await mirror.end();
    }
  });
}

test('killed while a film comes in parts, it holds what it has said, and the rest is all that comes', async () => {
  const mirror = await MirrorUnderFault.make({}, 1, bundled.file);
  try {
    const bytes = film(3, 0);
    await mirror.house.film(bytes);
    await mirror.start('part-written:2');
    const ended = once(mirror.process, 'exit');
    mirror.house.connect();
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    assert.deepEqual(mirror.parts, [0, PART]);
    await mirror.start();
    await mirror.holds();
    // The second was written, and nobody was told.
    assert.deepEqual(mirror.parts, [0, PART, PART, 2 * PART]);
    const { world, house: { did } } = mirror;
    const served = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid: cidOf(bytes, 'raw').toString() })}`);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), Buffer.from(bytes));
  } finally {
    await mirror.end();
  }
});
