import { CheckError, errorReport } from './errors.ts';
import { runSteps, SELF_CHECK } from './self-check.ts';
import type { JobMessage, StartMessage, StepReport } from './messages.ts';

// The types of a worker's global scope contradict those of a page, so only what is used is named.
interface WorkerScope {
  postMessage(message: JobMessage): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const UNKNOWN_JOB = { code: 'UnknownJob', message: 'This worker knows no such job', details: {} };

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', ({ data }) => {
  if (isStart(data)) void selfCheck();
  else scope.postMessage({ type: 'failed', steps: [], error: UNKNOWN_JOB });
});

async function selfCheck(): Promise<void> {
  let steps: readonly StepReport[] = [];
  const start = performance.now();
  try {
    if (!globalThis.isSecureContext) {
      throw new CheckError('Keys are only made on https addresses and on localhost, and this page is on neither');
    }
    const done = await runSteps(SELF_CHECK, (reports) => {
      steps = reports;
      scope.postMessage({ type: 'progress', steps });
    });
    scope.postMessage({ type: 'done', steps: done, ms: performance.now() - start });
  } catch (error) {
    scope.postMessage({ type: 'failed', steps, error: errorReport(error) });
  }
}

function isStart(data: unknown): data is StartMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'start' &&
    'job' in data && data.job === 'self-check';
}
