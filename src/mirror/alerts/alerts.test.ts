import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/until.ts';
import type { Alarm, AlertWay, CopyAccount, PrimaryTrouble } from '../../mirroring/index.ts';
import { parseDid } from '../../protocol/index.ts';
import { MemoryMirrorStore } from '../../storage/memory/index.ts';
import { Alerts } from './alerts.ts';
import type { AlertsOptions } from './alerts.ts';

const DID = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
const WAY: AlertWay = { id: 'way', createdAt: 1, to: { kind: 'webhook', url: 'https://owner.test/', secret: 'a-secret-of-this-test' } };
const DAY_MS = 24 * 3_600_000;
const operation = (cid: string, index: number) => ({ cid, body: Uint8Array.of(1), createdAt: index, nullified: false });

/** An account with one way to tell its owner, whose houses have claimed one operation. */
class Scene {
  readonly store: MemoryMirrorStore;
  readonly sent: string[] = [];
  readonly lines: string[] = [];
  ms = 1_750_000_000_000;
  /** How often sending fails from now on. */
  failures = 0;
  /** What is sent waits for this. */
  gate: Promise<void> | undefined;
  sending = 0;

  constructor() {
    this.store = new MemoryMirrorStore({ now: () => this.ms });
  }

  static async make(): Promise<Scene> {
    const scene = new Scene();
    await scene.store.enroll({ did: DID });
    await scene.store.claim(DID, ['first']);
    await scene.store.alerts.addWay(DID, WAY);
    return scene;
  }

  async run(work: (alerts: Alerts) => Promise<void>, more: Partial<AlertsOptions> = {}): Promise<void> {
    const alerts = new Alerts({
      copies: this.store, log: (line) => this.lines.push(line), now: () => this.ms, graceMs: 0, pauses: [0, 0], ...more,
      sender: {
        alarm: async (did, way, { kind, about }) => {
          this.sending++;
          await this.gate;
          if (this.failures-- > 0) throw new Error('it answered 500');
          this.sent.push([did, way.id, kind, about].join(' '));
        },
        close: () => undefined,
      },
    });
    await work(alerts);
    await alerts.close();
  }

  /** Operations come, the first of which is the account's. */
  async see(...cids: readonly string[]) {
    await this.store.see(DID, ['genesis', ...cids].map(operation));
    return this.store.watched(DID);
  }

  async account(more: Partial<CopyAccount> = {}): Promise<CopyAccount> {
    return { ...(await this.store.account(DID))!, ...more };
  }

  left(): Promise<number | undefined> {
    return this.store.alerts.nextDue();
  }
}

const told = (about: string, kind: Alarm['kind'] = 'operation'): string => [DID, 'way', kind, about].join(' ').trim();

test('an operation that no house has claimed is told once, also after a restart', async () => {
  const scene = await Scene.make();
  const look = async (alerts: Alerts): Promise<void> => {
    for (let times = 0; times < 2; times++) await alerts.seen(DID, await scene.see('foreign'));
    await until('it is told', async () => await scene.left() === undefined);
  };
  await scene.run(look);
  await scene.run(look);
  assert.deepEqual(scene.sent, [told('foreign')]);
});

test('what could not be told before the end is told after the next start, and what fails always is given up', async () => {
  const scene = await Scene.make();
  await scene.run(async (alerts) => alerts.seen(DID, await scene.see('foreign')), { graceMs: 60_000 });
  assert.deepEqual(scene.sent, []);
  scene.ms += 60_000;
  scene.failures = 2;
  await scene.run(() => until('it is told', async () => await scene.left() === undefined));
  assert.deepEqual(scene.sent, [told('foreign')]);
  scene.failures = 3;
  await scene.run(async (alerts) => {
    await alerts.seen(DID, await scene.see('foreign', 'other'));
    await until('it is given up', async () => await scene.left() === undefined);
  });
  assert.deepEqual([scene.sent, scene.failures], [[told('foreign')], 0]);
  assert.match(scene.lines.at(-1)!, /given up/);
});

test('it waits after each try, and longer each time', async () => {
  const scene = await Scene.make();
  scene.failures = 3;
  const due: number[] = [];
  await scene.run(async (alerts) => alerts.seen(DID, await scene.see('foreign')), { graceMs: 1, pauses: [60_000, 300_000] });
  for (const step of [1, 60_000, 300_000]) {
    scene.ms += step;
    const left = scene.failures;
    await scene.run(() => until('it was tried', () => scene.failures < left), { pauses: [60_000, 300_000] });
    due.push(((await scene.left()) ?? scene.ms) - scene.ms);
  }
  assert.deepEqual(due, [60_000, 300_000, 0]);
});

test('a sending that never ends is given up like one that fails, and what comes after it is told', async () => {
  const scene = await Scene.make();
  scene.gate = new Promise(() => undefined);
  await scene.run(async (alerts) => {
    await alerts.seen(DID, await scene.see('foreign'));
    await until('it is given up', async () => await scene.left() === undefined);
    scene.gate = undefined;
    await alerts.seen(DID, await scene.see('foreign', 'other'));
    await until('the next is told', () => scene.sent.length > 0);
  }, { pauses: [0], sendingMs: 50 });
  assert.deepEqual([scene.sent, scene.sending], [[told('other')], 3]);
  assert.match(scene.lines.join('\n'), /will be tried again: it did not end/);
});

test('what a house has claimed in time is not told', async () => {
  const scene = await Scene.make();
  await scene.run(async (alerts) => alerts.seen(DID, await scene.see('late')), { graceMs: 60_000 });
  await scene.store.claim(DID, ['late']);
  scene.ms += 60_000;
  await scene.run(() => until('nothing is left', async () => await scene.left() === undefined));
  assert.deepEqual(scene.sent, []);
});

test('of one account ten a day are told, and the others when they are seen again', async () => {
  const scene = await Scene.make();
  const cids = Array.from({ length: 12 }, (_, index) => `foreign${String(index).padStart(2, '0')}`);
  const look = async (alerts: Alerts): Promise<void> => {
    await alerts.seen(DID, await scene.see(...cids));
    await until('all are told', async () => await scene.left() === undefined);
  };
  await scene.run(look);
  assert.equal(scene.sent.length, 10);
  scene.ms += DAY_MS;
  await scene.run(look);
  assert.deepEqual([...scene.sent].sort(), cids.map((cid) => told(cid)));
});

test('a suspension is told once, and again when it comes again; the end of its time once for each end', async () => {
  const scene = await Scene.make();
  const stands = (more: Partial<CopyAccount>) => scene.run(async (alerts) => {
    if (more.status !== undefined) await scene.store.update(DID, { status: more.status });
    if (more.terms !== undefined) await scene.store.setTerms(DID, more.terms);
    for (let times = 0; times < 2; times++) await alerts.standing(await scene.account());
    await until('all is told', async () => await scene.left() === undefined);
  });
  for (const status of ['active', 'suspended', 'active', 'suspended', 'takendown'] as const) await stands({ status });
  assert.deepEqual(scene.sent, [told('', 'suspended'), told('', 'suspended'), told('', 'takendown')].map((line) => (line.endsWith(' ') ? line : `${line} `)));
  scene.sent.length = 0;
  const end = scene.ms + 15 * DAY_MS;
  await stands({ status: 'active', terms: { until: end } });
  scene.ms += 2 * DAY_MS;
  await stands({});
  await stands({ terms: { until: end + 1 } });
  assert.deepEqual(scene.sent, [told(String(end), 'time'), told(String(end + 1), 'time')]);
});

test('what comes while something waits for later is not kept waiting', async () => {
  const scene = await Scene.make();
  await scene.run(async (alerts) => {
    await alerts.seen(DID, await scene.see('foreign'));
    // By now it waits for that.
    await pause(20);
    await scene.store.update(DID, { status: 'suspended' });
    await alerts.standing(await scene.account());
    await until('the suspension is told', () => scene.sent.length === 1);
    assert.match(scene.sent[0]!, / suspended /);
  }, { graceMs: 3_600_000 });
});

const FIRST = 'https://first.test';
const MINUTE_MS = 60_000;

/** An account that is a standby here. */
async function standby(): Promise<Scene> {
  const scene = await Scene.make();
  await scene.store.update(DID, { primary: { url: FIRST, key: 'did:key:zFirst' } });
  return scene;
}

/** A standby looks at its primary, so often, with pauses. */
const looks = (scene: Scene, trouble: PrimaryTrouble | undefined, times: number, pauseMs: number) => scene.run(async (alerts) => {
  for (let look = 0; look < times; look++) {
    await alerts.primary(DID, trouble);
    await until('what is due is told', async () => (await scene.left() ?? Infinity) > scene.ms);
    scene.ms += pauseMs;
  }
}, { graceMs: 20 * MINUTE_MS });

test('what a standby sees of its primary is told once, when it has lasted, and once more when that is over', async () => {
  const scene = await standby();
  await looks(scene, 'primarySilent', 1, 15 * MINUTE_MS);
  await looks(scene, undefined, 2, 15 * MINUTE_MS);
  assert.deepEqual([scene.sent, await scene.left()], [[], undefined], 'a moment is nothing to tell');
  for (let time = 0; time < 2; time++) {
    await looks(scene, 'primarySilent', 1, 20 * MINUTE_MS);
    await scene.run(() => until('it is told', async () => await scene.left() === undefined));
    await looks(scene, 'primarySilent', 3, 15 * MINUTE_MS);
    assert.deepEqual(scene.sent.splice(0), [told(FIRST, 'primarySilent')]);
    await looks(scene, undefined, 3, 15 * MINUTE_MS);
    assert.deepEqual(scene.sent.splice(0), [told(FIRST, 'primaryWell')]);
  }
});

test('a primary that comes back behind is told as that, and is not told as silent any more', async () => {
  const scene = await standby();
  await looks(scene, 'primarySilent', 1, MINUTE_MS);
  await looks(scene, 'primaryBehind', 1, 20 * MINUTE_MS);
  await scene.run(() => until('it is told', async () => await scene.left() === undefined));
  assert.deepEqual(scene.sent.splice(0), [told(FIRST, 'primaryBehind')]);
  // What was told stays so, whatever is seen meanwhile.
  await looks(scene, 'primaryFalse', 1, MINUTE_MS);
  await looks(scene, undefined, 1, MINUTE_MS);
  assert.deepEqual(scene.sent, [told(FIRST, 'primaryWell')]);
});

test('of a primary that is well and unwell by turns no more than ten a day are told', async () => {
  const scene = await standby();
  await scene.run(async (alerts) => {
    for (let turn = 0; turn < 24; turn++) {
      await alerts.primary(DID, turn % 2 === 0 ? 'primaryFalse' : undefined);
      await until('what is due is told', async () => await scene.left() === undefined);
    }
  });
  assert.deepEqual(scene.sent, Array.from({ length: 10 }, (_, index) => told(FIRST, index % 2 === 0 ? 'primaryFalse' : 'primaryWell')));
  scene.ms += DAY_MS;
  await looks(scene, 'primaryFalse', 2, 20 * MINUTE_MS);
  assert.equal(scene.sent.length, 11, 'and the next day it goes on');
});

test('whoever is just being told of a primary is told that it is over, too', async () => {
  for (const meanwhile of ['primaryBehind', undefined] as const) {
    const scene = await standby();
    const { promise, resolve } = Promise.withResolvers<void>();
    scene.gate = promise;
    await scene.run(async (alerts) => {
      await alerts.primary(DID, 'primarySilent');
      await until('it is being told', () => scene.sending === 1);
      const look = alerts.primary(DID, meanwhile);
      // One that does not wait is over by then.
      await Promise.race([look, pause(100)]);
      resolve();
      await look;
      await alerts.primary(DID, undefined);
      await until('it is over', () => scene.sent.includes(told(FIRST, 'primaryWell')));
    });
  }
});

test('once it is no standby any more, or of another primary, nothing more is told of the one before', async () => {
  for (const primary of [undefined, { url: 'https://second.test', key: 'did:key:zSecond' }]) {
    const scene = await standby();
    await looks(scene, 'primaryFalse', 1, 20 * MINUTE_MS);
    await scene.store.update(DID, { primary });
    await scene.run(() => until('nothing is left', async () => await scene.left() === undefined));
    await scene.run((alerts) => alerts.primary(DID, undefined));
    assert.deepEqual([scene.sent, await scene.left()], [[], undefined]);
  }
});

test('a standby tells of no operation: houses do not tell it what is theirs', async () => {
  const scene = await standby();
  await scene.run(async (alerts) => alerts.seen(DID, await scene.see('foreign')));
  assert.equal(await scene.left(), undefined);
});
