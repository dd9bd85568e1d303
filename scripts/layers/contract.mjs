import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Contract suites of the ports, on every adapter';

export function run() {
  return runNodeTests(['test/contract/**/*.test.ts']);
}
