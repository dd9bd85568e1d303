import { JOBS_URL, scriptUrl } from './house/scripts.ts';

/** Starts the worker in which long jobs run. Whoever starts it ends it, by `terminate`. */
export function startJobs(): Worker {
  return new Worker(scriptUrl(JOBS_URL), { type: 'module', name: 'holdfast jobs' });
}
