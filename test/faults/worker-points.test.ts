// The real workers are stopped, or their browser killed (SIGKILL), at requests that they make of IndexedDB, each time in a copy
// of a house. What was asked for is there once, whole, when the same request comes again; what was acknowledged was there before.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isAll, seed, wanted } from '../../scripts/lib/faults-settings.mjs';
import { succeed } from '../e2e/support/house.ts';
import { RealHouse } from './support/real-house.ts';
import { endJobs, REAL_OPERATIONS, settle } from './support/real-operations.ts';
import { serveStandingStill } from './support/standing-still.ts';
import { factsOf } from './support/state.ts';
import type { RealOperation, Scene } from './support/real-operations.ts';
import type { StandingSite } from './support/standing-still.ts';
import type { Facts } from './support/state.ts';

const KINDS = ['killed', 'stopped'] as const;
type Kind = (typeof KINDS)[number];

/** A browser may leave a request of a stopped worker without any answer. */
const NO_ANSWER_MS = 10_000;
/** How often is asked again, with the same id, where there was no answer. */
const TRIES = 6;

let site: StandingSite;
let first: Scene;
const houses = new Set<RealHouse>();

before(async () => {
  site = await serveStandingStill();
  const house = new RealHouse(site.url);
  houses.add(house);
  await house.start();
  first = await settle(house, site);
  await house.rest();
  await house.quit();
});
after(async () => {
  for (const house of houses) await house.end();
  await site.stop();
});

async function end({ house }: Scene): Promise<void> {
  await house.end();
  houses.delete(house);
}

/** A copy of a house, in a browser that runs; its worker has opened it and is at rest, or is yet to be asked. */
async function copyOf(of: Scene, isCold = false): Promise<Scene> {
  const house = new RealHouse(site.url, of.house.profile);
  houses.add(house);
  await house.start();
  if (!isCold) await succeed(house.page, 'app.holdfast.account.describe', { params: { did: of.did } });
  await house.rest();
  return { ...of, house };
}

/** An operation, what a house is like before and after it, and how many points it has. */
class Case {
  readonly #operation: RealOperation;
  readonly #ready: Scene;
  readonly #before: Facts;
  readonly #after: Facts;
  readonly points: number;

  private constructor(operation: RealOperation, ready: Scene, before: Facts, after: Facts, points: number) {
    this.#operation = operation;
    this.#ready = ready;
    this.#before = before;
    this.#after = after;
    this.points = points;
  }

  static async of(operation: RealOperation): Promise<Case> {
    const copy = await copyOf(first);
    const ready = { ...copy, did: await operation.prepare?.(copy) ?? copy.did };
    await ready.house.rest();
    await ready.house.quit();
    const scene = await copyOf(ready, operation.isCold);
    const before = await factsOf(scene.house.page, scene.did);
    await end(scene);
    const counted = await copyOf(ready, operation.isCold);
    const { status, body } = await operation.ask(counted, 0);
    assert.equal(status, 200, JSON.stringify(body));
    await counted.house.rest();
    const points = operation.worker === 'jobs' ? Number(body['count']) : (await counted.house.points()).count;
    const after = await factsOf(counted.house.page, counted.did);
    await end(counted);
    if (operation.folds) checkFolded(operation.name, before, after);
    return new Case(operation, ready, before, after, points);
  }

  end(): Promise<void> {
    return end(this.#ready);
  }

  /** @returns whether it was acknowledged before the worker stood still, or by a browser that asked again by itself */
  async hurt(kind: Kind, at: number): Promise<boolean> {
    const scene = await copyOf(this.#ready, this.#operation.isCold);
    const { house, did } = scene;
    try {
      const reached = house.reached();
      const answering = this.#operation.ask(scene, at).catch(() => undefined);
      const { life } = await reached;
      if (kind === 'killed') await house.kill();
      else if (this.#operation.worker === 'jobs') await endJobs(house.page);
      else await house.stopWorker();
      const answer = await Promise.race([answering, pause(NO_ANSWER_MS, undefined, { ref: false })]);
      if (kind === 'killed') await house.start();
      await this.#patiently(() => succeed(house.page, 'app.holdfast.account.describe', { params: { did } }));
      if (this.#operation.worker === 'service') assert.notEqual((await house.points()).life, life, 'the worker was not stopped');
      await house.rest();
      const middle = await factsOf(house.page, did);
      const isAcknowledged = answer?.status === 200;
      assert.ok(middle.accounts === this.#after.accounts || (!isAcknowledged && middle.accounts === this.#before.accounts), `neither before nor after: ${middle.accounts}`);
      const again = await this.#patiently(() => this.#operation.ask(scene, 0));
      if (!JSON.stringify(again.body).includes('AccountExists')) assert.equal(again.status, 200, JSON.stringify(again.body));
      if (isAcknowledged && this.#operation.worker === 'service') assert.deepEqual(again.body, answer.body);
      await house.rest();
      const last = await factsOf(house.page, did);
      assert.equal(last.accounts, this.#after.accounts, 'what was asked for is not there once');
      if (!this.#operation.folds) assert.equal(last.rows, this.#after.rows);
      return isAcknowledged;
    } finally {
      await end(scene);
    }
  }

  async #patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      const answer = await Promise.race([ask(), pause(NO_ANSWER_MS, undefined, { ref: false })]);
      if (answer !== undefined) return answer;
      assert.ok(tries < TRIES, 'no answer');
    }
  }
}

/** What is due is really done: else nothing would be hurt in the middle of it. */
function checkFolded(name: string, before: Facts, after: Facts): void {
  const [counts, left] = [before, after].map(({ rows }) => JSON.parse(rows) as Record<string, number>);
  assert.ok(counts!['tail']! > 0 && left!['tail'] === 0, `${name}: the tail was not folded`);
  assert.deepEqual([counts!['indexes'], left!['indexes']], [name === 'write that folds' ? 0 : 1, 1], `${name}: packs`);
}

describe('the real workers, at every request', () => {
  for (const [index, operation] of REAL_OPERATIONS.entries()) {
    const own = wanted?.filter((one) => one.operation === operation.name);
    if (own?.length === 0) continue;
    for (const kind of KINDS) {
      // A sample has one operation of each kind, others the next time.
      if (!isAll && wanted === undefined && (index + 5 * KINDS.indexOf(kind) + seed) % REAL_OPERATIONS.length !== 0) continue;
      if (own?.every((each) => (each.kind ?? kind) !== kind) === true) continue;
      it(`${operation.name}, ${kind}`, async (context) => {
        const hurt = await Case.of(operation);
        const { points } = hurt;
        assert.ok(points > 4, `${points} points`);
        const all = Array.from({ length: points }, (_, at) => at + 1);
        const some = own?.filter((each) => each.at !== undefined && (each.kind ?? kind) === kind).map(({ at }) => at);
        const planned = some !== undefined && some.length > 0 ? all.filter((at) => some.includes(at)) : isAll ? all : [1 + (seed * 7 + index) % points];
        const wrong: string[] = [];
        let acknowledged = 0;
        for (const at of planned) {
          try {
            if (await hurt.hurt(kind, at)) acknowledged++;
          } catch (error) {
            wrong.push(`${operation.name}, ${kind}, ${at}: ${String((error as Error).message).slice(0, 2_000)}`);
          }
        }
        await hurt.end();
        context.diagnostic(`count: ${operation.name}, ${kind}: ${points} points, ${planned.length - wrong.length} fired and were well, ${acknowledged} acknowledged (seed ${seed})`);
        assert.deepEqual(wrong, []);
      });
    }
  }
});
