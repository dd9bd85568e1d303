import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Faults: mirror and browser killed while they work; HOLDFAST_FAULTS times each';

export function run() {
  return runNodeTests(['test/faults/**/*.test.ts']);
}
