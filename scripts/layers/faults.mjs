import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Faults: mirror and browser killed while they work; HOLDFAST_FAULTS times each';

/** Only `npm run faults` has it: a worker that was stopped while it stood still may answer nothing for a minute (docs/faults.md). */
const WORKER_POINTS = 'test/faults/worker-points.test.ts';

export function run() {
  return runNodeTests(['test/faults/**/*.test.ts'], undefined, process.env.HOLDFAST_FAULTS === undefined ? [WORKER_POINTS] : []);
}
