import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readEvent } from '../../support/event-facts.ts';
import { allOf } from '../../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../../support/street-world.ts';
import type { NodeHouse, World } from '../../support/street-world.ts';
import type { MirrorSettings } from '../../../src/mirror/index.ts';

const PROCESS = join(import.meta.dirname, '../../support/mirror-process.ts');

/** What is known of a mirror, as its house tells it. */
interface Standing {
  readonly waiting: number;
  readonly alarm?: object;
}

/** A mirror as a process of its own, on a street, with a house that is paired with it. */
export class MirrorUnderFault {
  readonly world: World;
  readonly house: NodeHouse;
  /** Where the parts of blobs began that the house has sent. */
  readonly parts: readonly number[];
  /** Frames that somebody has seen. */
  readonly seen: Uint8Array[] = [];
  /** Of those how many were held to what is kept. */
  compared = 0;
  // Each start compiles the same again.
  readonly #compiled = mkdtempSync(join(tmpdir(), 'holdfast-compiled-'));
  #process: ChildProcess | undefined;
  #number = 0;

  private constructor(world: World, house: NodeHouse, parts: readonly number[]) {
    this.world = world;
    this.house = house;
    this.parts = parts;
  }

  /** Paired, and the mirror not there yet. */
  static async make(settings: Partial<MirrorSettings> = {}): Promise<MirrorUnderFault> {
    const world = await startWorld(settings);
    const parts: number[] = [];
    const house = await makeHouse(world, 'alice', (input, init) => {
      const { pathname, searchParams } = new URL(String(input));
      if (pathname.endsWith('putBlobPart')) parts.push(Number(searchParams.get('offset')));
      return fetch(input, init);
    });
    await house.pair();
    house.disconnect();
    await world.stopMirror();
    return new MirrorUnderFault(world, house, parts);
  }

  get process(): ChildProcess {
    return this.#process!;
  }

  /**
   * Starts it, on the data of the world.
   * @param killAt as of `mirror-process.ts`; @param limits of a shell, such as `ulimit -f 100;`
   */
  async start(killAt = '', limits = ''): Promise<void> {
    const given = [PROCESS, JSON.stringify(this.world.settings), killAt];
    this.#process = spawn('sh', ['-c', `${limits} exec "$0" "$@"`, process.execPath, ...given], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: this.#compiled },
    });
    const early = once(this.#process, 'exit').then(() => Promise.reject(new Error('the mirror ended before it was there')));
    await Promise.race([once(this.#process.stdout!, 'data'), early]);
    early.catch(() => undefined);
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  /** Writes once: now and then a picture. The house acknowledges it, or this throws. */
  async write(bytes = 20): Promise<void> {
    const { house: { house, did } } = this;
    const number = ++this.#number;
    if (number % 5 !== 0) {
      await succeed(house, 'com.atproto.repo.putRecord', { repo: did, collection: 'app.holdfast.note', rkey: `n${number % 40}`, record: { $type: 'app.holdfast.note', number } });
      return;
    }
    const upload = await house.fetch('com.atproto.repo.uploadBlob', {
      method: 'POST', body: `picture ${number}`.padEnd(bytes, '.'), headers: { 'content-type': 'image/png', 'holdfast-account': did, 'holdfast-request-id': crypto.randomUUID() },
    });
    const { blob } = await upload.json() as { blob: object };
    await succeed(house, 'com.atproto.repo.putRecord', { repo: did, collection: 'app.holdfast.picture', rkey: `p${number}`, record: { $type: 'app.holdfast.picture', blob } });
  }

  async standing(): Promise<Standing> {
    return (await this.house.house.get('app.holdfast.bridge.describe', { did: this.house.did })).body['mirror'] as Standing;
  }

  /** After a fault: everything acknowledged is with the mirror, once and in order, and nothing that was seen has changed. */
  async holds(): Promise<void> {
    const { world, house: { house, did }, seen } = this;
    for (const end = Date.now() + 60_000; ; await pause(20)) {
      const { waiting, alarm } = await this.standing();
      assert.equal(alarm, undefined, JSON.stringify(alarm));
      if (waiting === 0) break;
      assert.ok(Date.now() < end, `${waiting} commits still wait`);
    }
    const car = await fetch(`${world.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
    assert.deepEqual(Buffer.from(await car.arrayBuffer()), Buffer.from(await house.car(did as never)), 'another repository (I1, I3, I5)');
    const log = await allOf(world.mirror);
    const told = log.map(readEvent).filter(({ type }) => type === '#commit').map(({ body }) => body['rev']);
    const history = await house.store.history(did as never, { limit: 100_000 });
    assert.deepEqual(told, history.map(({ rev }) => rev as string).reverse(), 'each commit once, in order (I2, I6, I7)');
    this.compared += seen.length;
    for (const frame of seen.splice(0)) assert.ok(log.some((kept) => Buffer.compare(kept, frame) === 0), 'a frame that was seen is not what is kept (I6)');
  }

  async end(): Promise<void> {
    this.house.disconnect();
    await this.kill();
    await this.world.startMirror();
    await this.world.close();
    rmSync(this.#compiled, { recursive: true, force: true });
  }
}
