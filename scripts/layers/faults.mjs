import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Faults: mirror, browser and workers ended while they work; HOLDFAST_FAULTS times each';

const HOURS_MS = 24 * 60 * 60 * 1000;

export function run() {
  // Every point of an operation is one test.
  return runNodeTests(['test/faults/**/*.test.ts'], process.env.HOLDFAST_FAULTS === undefined ? undefined : HOURS_MS);
}
