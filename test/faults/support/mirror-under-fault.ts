import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvent } from '../../support/event-facts.ts';
import { allOf } from '../../support/host-rules.ts';
import { makeHouse, startWorld, succeed } from '../../support/street-world.ts';
import { until } from '../../support/until.ts';
import { portOfItsOwn } from './port-of-its-own.ts';
import type { MirrorOrders } from '../../support/mirror-process.ts';
import type { NodeHouse, World } from '../../support/street-world.ts';
import type { MirrorSettings } from '../../../src/mirror/index.ts';

const PROCESS = join(import.meta.dirname, '../../support/mirror-process.ts');

/** What is known of a mirror, as its house tells it. */
interface Standing {
  readonly waiting: number;
  readonly alarm?: object;
}

/** A mirror as a process of its own, on a street, with houses that are paired with it. */
export class MirrorUnderFault {
  readonly world: World;
  /** The first has been there from the beginning. */
  readonly houses: NodeHouse[];
  /** Where the parts of blobs began that houses have sent. */
  readonly parts: readonly number[];
  // Each start compiles the same again.
  readonly #compiled = mkdtempSync(join(tmpdir(), 'holdfast-compiled-'));
  #process: ChildProcess | undefined;
  #next: ChildProcess | undefined;
  #number = 0;
  readonly #program: string;

  private constructor(world: World, houses: NodeHouse[], parts: readonly number[], program: string) {
    this.world = world;
    this.houses = houses;
    this.parts = parts;
    this.#program = program;
  }

  /** Paired, and the mirror not there yet. @param program what runs it, where it is not that of the sources */
  static async make(settings: Partial<MirrorSettings> = {}, count = 1, program = PROCESS): Promise<MirrorUnderFault> {
    const world = await startWorld({ port: await portOfItsOwn(), ...settings });
    const [houses, parts]: [NodeHouse[], number[]] = [[], []];
    for (let index = 0; index < count; index++) {
      const house = await makeHouse(world, `alice${index}`, (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        if (pathname.endsWith('putBlobPart')) parts.push(Number(searchParams.get('offset')));
        return fetch(input, init);
      });
      await house.pair();
      house.disconnect();
      houses.push(house);
    }
    await world.stopMirror();
    return new MirrorUnderFault(world, houses, parts, program);
  }

  get house(): NodeHouse {
    return this.houses[0]!;
  }

  get process(): ChildProcess {
    return this.#process!;
  }

  /**
   * Starts it, on the data of the world.
   * @param killAt as of `mirror-process.ts`; @param limits of a shell, such as `ulimit -f 100;`
   */
  async start(killAt = '', limits = ''): Promise<void> {
    this.#process = limits === '' && this.#next !== undefined ? this.#next : this.#load(limits);
    this.#next = undefined;
    this.#process.send({ settings: this.world.settings, killAt } satisfies MirrorOrders);
    const early = once(this.#process, 'exit').then(() => Promise.reject(new Error('the mirror ended before it was there')));
    await Promise.race([once(this.#process.stdout!, 'data'), early]);
    early.catch(() => undefined);
  }

  /** Loads what the next start needs, so that it does not take long. */
  prepare(): void {
    this.#next ??= this.#load('');
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  /** Writes once: now and then a picture. The house acknowledges it, or this throws. */
  async write(bytes = 20, { house, did } = this.house): Promise<void> {
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

  /** What of its memory is in use, in megabytes, once the rest has been cleared away. */
  async memoryInUse(): Promise<number> {
    const answer = once(this.process, 'message');
    this.process.send('memory');
    const [{ heapUsed, external }] = await answer as [NodeJS.MemoryUsage];
    return (heapUsed + external) / 1024 ** 2;
  }

  /** @throws AssertionError where the house is alarmed: a mirror that only died is none */
  async standing({ house, did } = this.house): Promise<Standing> {
    const standing = (await house.get('app.holdfast.bridge.describe', { did })).body['mirror'] as Standing;
    assert.equal(standing.alarm, undefined, JSON.stringify(standing.alarm));
    return standing;
  }

  /** After a fault: everything acknowledged is with the mirror, once and in order. @returns all that the mirror has told */
  async holds(): Promise<readonly Uint8Array[]> {
    for (const house of this.houses) await until(`all of ${house.did} is with the mirror`, async () => (await this.standing(house)).waiting === 0);
    const log = await allOf(this.world.mirror);
    const told = log.map(readEvent).filter(({ type }) => type === '#commit');
    for (const { house, did } of this.houses) {
      const car = await fetch(`${this.world.mirror}/xrpc/com.atproto.sync.getRepo?did=${did}`);
      assert.deepEqual(Buffer.from(await car.arrayBuffer()), Buffer.from(await house.car(did as never)), 'another repository (I1, I3, I5)');
      const revs = (await house.store.history(did as never, { limit: 100_000 })).map(({ rev }) => rev as string).reverse();
      assert.deepEqual(told.filter((event) => event.did === did).map(({ body }) => body['rev']), revs, 'each commit once, in order (I2, I6, I7)');
    }
    return log;
  }

  async end(): Promise<void> {
    for (const house of this.houses) house.disconnect();
    this.#next?.kill('SIGKILL');
    await this.kill();
    await this.world.startMirror();
    await this.world.close();
    rmSync(this.#compiled, { recursive: true, force: true });
  }

  #load(limits: string): ChildProcess {
    return spawn('sh', ['-c', `${limits} exec "$0" "$@"`, process.execPath, '--expose-gc', this.#program], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: this.#compiled },
    });
  }
}
