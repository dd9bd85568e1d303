import { selfCheckSteps } from '../../src/jobs/self-check.ts';
import { readJobMessage } from '../../src/ui/job-messages.ts';
import { equal, ok } from './assert.ts';
import type { JobMessage } from '../../src/ui/job-messages.ts';

/** Everything the worker says to a start message, up to its last word. `answer` may speak in between. */
function converse(start: unknown, answer: (message: JobMessage, worker: Worker) => void = () => undefined): Promise<JobMessage[]> {
  const worker = new Worker(new URL('../../src/jobs/index.ts', import.meta.url), { type: 'module' });
  const heard: JobMessage[] = [];
  return new Promise<JobMessage[]>((resolve, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker did not load')));
    worker.addEventListener('message', ({ data }) => {
      const message = readJobMessage(data);
      if (message === undefined) return reject(new Error(`not a message: ${JSON.stringify(data)}`));
      heard.push(message);
      answer(message, worker);
      if (message.type !== 'progress') resolve(heard);
    });
    worker.postMessage(start);
  }).finally(() => worker.terminate());
}

const START = { type: 'start', job: 'self-check' };
const IDS = selfCheckSteps().map(({ id }) => id);

describe('self-check', () => {
  it('passes in the jobs worker, step by step, in messages that the page understands', async () => {
    const heard = await converse(START);
    const last = heard.at(-1);
    ok(last?.type === 'done', `ended with ${JSON.stringify(last)}`);
    equal(last.steps.map(({ id }) => id).join(), IDS.join());
    ok(last.steps.every(({ state, finding }) => state === 'passed' && finding !== undefined), 'a step did not pass');
    equal(last.steps.find(({ id }) => id === 'verify')?.finding, '2,000 records, 529 nodes, 652 kB, verified');
    const moved = new Set(heard.flatMap(({ steps }) => steps.filter(({ progress = 0 }) => progress > 0).map(({ id }) => id)));
    equal([...moved].join(), 'build,export,verify,tamper');
  });

  for (const id of ['build', 'export', 'verify', 'tamper']) {
    it(`is cancelled by a message, in the middle of a step (${id})`, async () => {
      const heard = await converse(START, ({ steps }, worker) => {
        if (steps.some((step) => step.id === id && (step.progress ?? 0) > 0)) worker.postMessage({ type: 'cancel' });
      });
      const last = heard.at(-1);
      ok(last?.type === 'cancelled', `ended with ${JSON.stringify(last)}`);
      equal(last.steps.filter(({ state }) => state === 'passed').length, IDS.indexOf(id));
      ok(last.steps.slice(IDS.indexOf(id)).every(({ state }) => state === 'waiting'), 'a step went on');
    });
  }

  it('refuses a job that it does not know', async () => {
    const [answer] = await converse({ type: 'start', job: 'no-such-job' });
    ok(answer?.type === 'failed', `answered ${JSON.stringify(answer)}`);
    equal(answer.error.code, 'UnknownJob');
  });

  it('does one job', async () => {
    const [, answer] = await converse(START, ({ type }, worker) => {
      if (type === 'progress') worker.postMessage(START);
    }).then((heard) => heard.filter(({ type }, index) => index === 0 || type !== 'progress'));
    ok(answer?.type === 'failed', `answered ${JSON.stringify(answer)}`);
    equal(answer.error.code, 'WorkerBusy');
  });
});
