import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Accounts } from './accounts.ts';
import type { Check } from './check.ts';
import { Context } from './context.ts';
import { FirehoseSeen } from './firehose-seen.ts';
import { Host } from './host.ts';
import { CHECKS } from './run.ts';
import { runInOrder } from './run-in-order.ts';
import { SNAPSHOT_MS } from './snapshot.ts';
import { unknownDid } from './unknown.ts';

const ORIGIN = 'https://server.example';
const accounts = new Accounts('https://directory.example');
const context = new Context({ host: new Host(ORIGIN), did: unknownDid(), accounts, firehose: new FirehoseSeen({ origin: ORIGIN, accounts, quietMs: 0, waitMs: 0 }) });

const after = (ms: number): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, ms);
});

/** Lets a time pass by steps, in which what waits goes on. */
async function pass(ms: number): Promise<void> {
  for (let step = 0; step < 100; step++) {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    mock.timers.tick(ms / 100);
  }
}

describe('checks in their order', () => {
  it('none is too slow because the repository takes as long as it may', async (test) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    test.after(() => mock.timers.reset());
    for (const check of CHECKS) {
      const slow: Check = { ...check, run: async () => after(SNAPSHOT_MS).then(() => 'the repository came') };
      const results = runInOrder([slow], context);
      await pass(SNAPSHOT_MS);
      assert.deepEqual((await results).map(({ id, outcome }) => [id, outcome]), [[check.id, 'passed']]);
    }
  });

  const clean = CHECKS.find(({ id }) => id === 'writing.clean')!;
  for (const [name, ms, order] of [
    ['what was written is taken out only when a check that was too slow has ended', 50_000, ['written', 'clean']],
    ['a check that does not end is not waited for longer than a minute', 500_000, ['clean']],
  ] as const) {
    it(name, async (test) => {
      mock.timers.enable({ apis: ['setTimeout'] });
      test.after(() => mock.timers.reset());
      const done: string[] = [];
      const does = async (what: string): Promise<string> => {
        done.push(what);
        return what;
      };
      const results = runInOrder([
        { ...clean, id: 'writing.create', isAfterLate: false, ms: 10_000, run: async () => after(ms).then(() => does('written')) },
        { ...clean, run: () => does('clean') },
      ], context);
      await pass(100_000);
      assert.deepEqual((await results).map(({ code, outcome }) => code ?? outcome), ['TooSlow', 'passed']);
      assert.deepEqual(done, order);
    });
  }

  it('what has passed is told in one line, cut off, and moves no cursor', async () => {
    const [result] = await runInOrder([{ ...clean, run: async () => `a\u001B[2Jb\nc${'x'.repeat(900)}` }], context);
    assert.match(result!.says, /^a \[2Jb cx{490,}…$/);
  });
});
