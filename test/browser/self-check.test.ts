import { SELF_CHECK, runSteps } from '../../src/jobs/self-check.ts';
import { readJobMessage } from '../../src/ui/job-messages.ts';
import { equal, ok } from './assert.ts';
import type { JobMessage } from '../../src/ui/job-messages.ts';

/** Everything the worker says to a start message, up to its last word. */
function converse(start: unknown): Promise<JobMessage[]> {
  const worker = new Worker(new URL('../../src/jobs/index.ts', import.meta.url), { type: 'module' });
  const heard: JobMessage[] = [];
  return new Promise<JobMessage[]>((resolve, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker did not load')));
    worker.addEventListener('message', ({ data }) => {
      const message = readJobMessage(data);
      if (message === undefined) return reject(new Error(`not a message: ${JSON.stringify(data)}`));
      heard.push(message);
      if (message.type !== 'progress') resolve(heard);
    });
    worker.postMessage(start);
  }).finally(() => worker.terminate());
}

describe('self-check', () => {
  it('passes in the jobs worker, step by step, in messages that the page understands', async () => {
    const heard = await converse({ type: 'start', job: 'self-check' });
    const last = heard.at(-1);
    ok(last?.type === 'done', `ended with ${JSON.stringify(last)}`);
    equal(heard.length, SELF_CHECK.length + 1);
    equal(last.steps.map(({ id }) => id).join(), SELF_CHECK.map(({ id }) => id).join());
    ok(last.steps.every(({ state, finding }) => state === 'passed' && finding !== undefined), 'a step did not pass');
  });

  it('refuses a job that it does not know', async () => {
    const [answer] = await converse({ type: 'start', job: 'no-such-job' });
    ok(answer?.type === 'failed', `answered ${JSON.stringify(answer)}`);
    equal(answer.error.code, 'UnknownJob');
  });

  it('stops at the first step that fails, and says which', async () => {
    const step = (id: string, run: () => Promise<string>) => ({ id, title: id, run });
    let states = '';
    let message = '';
    const steps = [
      step('first', async () => 'fine'),
      step('second', () => Promise.reject(new Error('wrong'))),
      step('third', async () => 'never'),
    ];
    await runSteps(steps, (reports) => (states = reports.map(({ state }) => state).join())).catch((error: Error) => {
      message = error.message;
    });
    equal(states, 'passed,failed,waiting');
    equal(message, 'wrong');
  });
});
