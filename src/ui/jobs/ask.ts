import { startJobs } from '../start-jobs.ts';
import { JobFailure } from './job-types.ts';

/** A directory is waited for at most 15 seconds by the worker, each time; a worker that says nothing for longer is ended. */
const MS = 60_000;

type Answer<Result> =
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly error: { readonly code: string; readonly message: string } };

/** Has the jobs worker do what is over in a moment, and has no row in the house. Rejects with `JobFailure`; where it is `WorkerStopped`, what was asked for may have been done. */
export function ask<Result>(job: 'identity' | 'new-kit' | 'keys' | 'find-kit' | 'begin-again' | 'kit', given: object, transfer: Transferable[] = []): Promise<Result> {
  const worker = startJobs();
  const answered = new Promise<Result>((resolve, reject) => {
    const fail = (code: string, message: string): void => reject(new JobFailure(code, message));
    const late = setTimeout(() => fail('WorkerStopped', 'There was no answer in time; please try again.'), MS);
    worker.addEventListener('message', ({ data }: MessageEvent<Answer<Result>>) => {
      clearTimeout(late);
      if (data.type === 'done') resolve(data.result);
      else if (data.type === 'failed') fail(data.error.code, data.error.message);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      clearTimeout(late);
      fail('WorkerStopped', 'The worker that did this stopped; please try again.');
    });
  });
  worker.postMessage({ type: 'start', job, ...given }, transfer);
  return answered.finally(() => worker.terminate());
}
