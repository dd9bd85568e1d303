// The real service worker is stopped, or its browser killed (SIGKILL), at requests that it makes of IndexedDB. What was asked
// for is there once, whole, when the same request comes again; what was acknowledged was there before that.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { servePages } from '../e2e/support/app.ts';
import { call, makeAccount, succeed } from '../e2e/support/house.ts';
import { RealHouse } from './support/real-house.ts';
import { stateOf } from './support/state.ts';
import type { CallOptions } from '../e2e/support/house.ts';
import type { Site } from '../e2e/support/app.ts';
import type { State } from './support/state.ts';

const IS_ALL = process.env['HOLDFAST_FAULTS'] !== undefined;
const SEED = Number(process.env['HOLDFAST_FAULTS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const NOTE = 'app.holdfast.note';
/** Chromium may leave a request of a stopped worker without any answer for minutes. */
const NO_ANSWER_MS = 5_000;
const LARGE = 'x'.repeat(15_000);

interface Operation {
  readonly name: string;
  readonly method: string;
  /** Done before, with nothing in its way. */
  readonly prepare?: (round: number) => Promise<void>;
  readonly input: (round: number) => unknown;
  /** How many more records, commits and accounts there are afterwards. */
  readonly adds: readonly [records: number, commits: number, accounts: number];
}

let site: Site;
let house: RealHouse;
let did: string;
let passphrase: string;
let rounds = 0;

before(async () => {
  site = await servePages();
  house = new RealHouse(site.url);
  await house.start();
  ({ did, passphrase } = await makeAccount(house.page));
});
after(async () => {
  await house.end();
  await site.stop();
});

const repo = (method: string): string => `com.atproto.repo.${method}`;
const one = (rkey: string, text?: string) => ({ repo: did, collection: NOTE, rkey, ...(text !== undefined && { record: { $type: NOTE, text } }) });
const put = (rkey: string, text: string): Promise<unknown> => succeed(house.page, repo('putRecord'), { input: one(rkey, text), requestId: crypto.randomUUID() });
const creates = (name: string, count: number, text: string) => ({
  repo: did,
  writes: Array.from({ length: count }, (_, index) => ({ $type: `${repo('applyWrites')}#create`, collection: NOTE, rkey: `${name}-${index}`, value: { $type: NOTE, text } })),
});

const OPERATIONS: readonly Operation[] = [
  { name: 'create', method: repo('createRecord'), input: (round) => one(`made-${round}`, 'made'), adds: [1, 1, 0] },
  { name: 'update', method: repo('putRecord'), prepare: (round) => put(`changed-${round}`, 'before').then(() => undefined), input: (round) => one(`changed-${round}`, 'after'), adds: [0, 1, 0] },
  { name: 'delete', method: repo('deleteRecord'), prepare: (round) => put(`gone-${round}`, 'before').then(() => undefined), input: (round) => one(`gone-${round}`), adds: [-1, 1, 0] },
  { name: 'applyWrites of 200', method: repo('applyWrites'), input: (round) => creates(`many-${round}`, 200, 'many'), adds: [200, 1, 0] },
  { name: 'account creation', method: 'app.holdfast.account.create', input: () => ({ passphrase }), adds: [0, 0, 1] },
  {
    name: 'write that folds', method: repo('applyWrites'), adds: [20, 1, 0],
    prepare: async (round) => {
      await succeed(house.page, repo('applyWrites'), { input: creates(`large-${round}`, 55, LARGE), requestId: crypto.randomUUID() });
    },
    input: (round) => creates(`larger-${round}`, 20, LARGE),
  },
];

const added = (from: State, to: State): readonly number[] => [to.records.size - from.records.size, to.commits - from.commits, to.accounts - from.accounts];

/** How many points the operation has, done with nothing in its way. A worker that has just started reads more than one that remembers. */
async function pointsOf(operation: Operation): Promise<number> {
  await countOnce(operation);
  return countOnce(operation);
}

async function countOnce({ method, prepare, input }: Operation): Promise<number> {
  const round = ++rounds;
  await prepare?.(round);
  await pause(300);
  await stateOf(house.page, did);
  await house.arm(0);
  await succeed(house.page, method, { input: input(round), requestId: `counting-${round}` });
  for (let before = -1, count = 0; before !== count; count = await house.count()) {
    before = count;
    await pause(300);
  }
  return house.count();
}

async function hurt({ method, prepare, input, adds }: Operation, kind: 'stopped' | 'killed', at: number): Promise<boolean> {
  const round = ++rounds;
  await prepare?.(round);
  await pause(300);
  const first = await stateOf(house.page, did);
  const { reached } = await house.arm(at);
  const request: CallOptions = { input: input(round), requestId: `hurt-at-${at}-${round}` };
  const answering = call(house.page, method, request).catch(() => undefined);
  await reached;
  if (kind === 'stopped') await house.stopWorker();
  else await house.kill();
  const answer = await Promise.race([answering, pause(NO_ANSWER_MS, undefined, { ref: false })]);
  if (kind === 'killed') await house.start();
  const middle = await stateOf(house.page, did);
  const again = await call(house.page, method, request);
  assert.equal(again.status, 200, JSON.stringify(again.body));
  const last = await stateOf(house.page, did);
  assert.deepEqual(added(first, last), adds, 'what was asked for is not there once');
  assert.ok(String(added(first, middle)) === String(adds) || String(added(first, middle)) === '0,0,0', `half of it is there: ${String(added(first, middle))}`);
  if (answer?.status === 200) {
    assert.deepEqual(middle.records, last.records, 'acknowledged, and not there');
    assert.deepEqual(again.body, answer.body);
  }
  return answer?.status === 200;
}

describe('the real worker, at every request', () => {
  for (const [index, operation] of OPERATIONS.entries()) {
    for (const kind of ['stopped', 'killed'] as const) {
      // A kill costs a start of the browser: in a sample each operation has one of the two.
      if (!IS_ALL && (index + SEED) % 2 !== (kind === 'stopped' ? 0 : 1)) continue;
      it(`${operation.name}, ${kind}`, async (context) => {
        const points = await pointsOf(operation);
        assert.ok(points > 4, `${points} points`);
        const planned = IS_ALL ? Array.from({ length: points }, (_, at) => at + 1) : [1 + (SEED * 7 + index) % points];
        let fired = 0;
        let acknowledged = 0;
        for (const at of planned) {
          if (await hurt(operation, kind, at)) acknowledged++;
          fired++;
        }
        assert.equal(fired, planned.length);
        context.diagnostic(`count: ${operation.name}, ${kind}: ${points} points, ${fired} fired, ${acknowledged} acknowledged (seed ${SEED})`);
      });
    }
  }
});
