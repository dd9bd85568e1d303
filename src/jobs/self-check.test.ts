import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plain } from '../../test/support/plain-message.ts';
import { invertAgain } from '../../test/support/second-inversion.ts';
import { CheckError } from './errors.ts';
import { selfCheckSteps } from './self-check.ts';
import { runSteps } from './step.ts';
import { EngineCheck } from './steps/engine.ts';
import type { StepReport } from './messages.ts';
import type { Step, StepContext } from './step.ts';

const never = new AbortController().signal;
const step = (id: string, run: Step['run']): Step => ({ id, title: id, run });
const states = (reports: readonly StepReport[]): string => reports.map(({ state }) => state).join();

/** Everything that was reported until the run ended, and how it ended. */
async function watch(steps: readonly Step[], signal = never) {
  const heard: (readonly StepReport[])[] = [];
  const error = await runSteps(steps, { report: (reports) => heard.push(reports), signal }).then(() => undefined, (reason: unknown) => reason);
  return { heard, error };
}

describe('runSteps', () => {
  it('tells how each step begins and moves, and gives back what all of them found', async () => {
    const heard: string[] = [];
    const steps = [
      step('first', async () => 'one'),
      step('second', async ({ progress }) => {
        await progress(1, 4);
        await progress(5, 4);
        return 'two';
      }),
    ];
    const report = (reports: readonly StepReport[]) => void heard.push(reports.map(({ state, progress = '' }) => `${state}${progress}`).join());
    const done = await runSteps(steps, { report, signal: never });
    assert.deepEqual(heard, ['running,waiting', 'passed,running', 'passed,running0.25', 'passed,running1']);
    assert.deepEqual(done.map(({ state, finding }) => [state, finding]), [['passed', 'one'], ['passed', 'two']]);
  });

  it('stops at the first step that fails, and says which', async () => {
    const fails = step('second', () => Promise.reject(new CheckError('wrong')));
    const { heard, error } = await watch([step('first', async () => 'fine'), fails, step('third', async () => 'never')]);
    assert.equal(states(heard.at(-1) ?? []), 'passed,failed,waiting');
    assert.equal((error as Error).message, 'wrong');
  });

  it('stops when it is cancelled, and calls no step failed for it', async () => {
    const cancelling = new AbortController();
    const counts = step('counts', async ({ progress }) => {
      for (let done = 0; done < 10; done++) {
        if (done === 3) cancelling.abort();
        await progress(done, 10);
      }
      return 'never';
    });
    const { heard, error } = await watch([step('first', async () => 'fine'), counts], cancelling.signal);
    assert.equal(error, cancelling.signal.reason);
    assert.equal(states(heard.at(-1) ?? []), 'passed,waiting');
    assert.equal(heard.at(-2)?.[1]?.progress, 0.3);
  });

  it('begins no step that is not wanted any more', async () => {
    const cancelling = new AbortController();
    const cancels = step('cancels', async () => {
      cancelling.abort();
      return 'too late';
    });
    const { heard, error } = await watch([cancels, step('second', async () => 'never')], cancelling.signal);
    assert.equal(error, cancelling.signal.reason);
    assert.equal(states(heard.at(-1) ?? []), 'waiting,waiting');
  });

  it('lets other tasks run between two reports', async () => {
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    const busy = step('busy', async ({ progress }) => {
      for (let done = 0; done < 100; done++) await progress(done, 100);
      return String(turns);
    });
    await watch([busy]);
    clearInterval(turn);
    assert.ok(turns > 0, 'the step kept the thread to itself');
  });
});

describe('the self-check', () => {
  it('passes on this machine, and every long step tells how far it is', async () => {
    const { heard, error } = await watch(selfCheckSteps());
    assert.equal(error, undefined);
    const moved = new Set(heard.flat().filter(({ progress = 0 }) => progress > 0).map(({ id }) => id));
    assert.deepEqual([...moved], ['build', 'export', 'verify', 'tamper']);
    for (const { progress = 0 } of heard.flat()) assert.ok(progress >= 0 && progress <= 1, String(progress));
  });

  it('can be cancelled in the middle of every step that tells how far it is', async () => {
    for (const id of ['build', 'export', 'verify', 'tamper']) {
      const cancelling = new AbortController();
      const heard: (readonly StepReport[])[] = [];
      const report = (reports: readonly StepReport[]): void => {
        heard.push(reports);
        if (reports.some((item) => item.id === id && (item.progress ?? 0) > 0)) cancelling.abort();
      };
      await assert.rejects(runSteps(selfCheckSteps(), { report, signal: cancelling.signal }), { name: 'AbortError' });
      const last = heard.at(-1) ?? [];
      assert.equal(last.find((item) => item.id === id)?.state, 'waiting', id);
      assert.ok(last.every(({ state }) => state !== 'failed'), id);
    }
  });

  it('tells a #commit that a second implementation undoes', async () => {
    const context: StepContext = { signal: never, progress: async () => undefined };
    let told = 0;
    const engine = new EngineCheck(async (message) => {
      await invertAgain(plain(message));
      told++;
    });
    await engine.build(context);
    await engine.change();
    assert.equal(told, 1);
  });

  it('finds nothing right that it has not made', async () => {
    const context: StepContext = { signal: never, progress: async () => undefined };
    const engine = new EngineCheck();
    for (const run of [() => engine.change(), () => engine.export(context), () => engine.verify(context), () => engine.prove(), () => engine.tamper(context)]) {
      await assert.rejects(run(), CheckError);
    }
  });
});
