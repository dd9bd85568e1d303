import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Unit tests, beside the source';

export function run() {
  return runNodeTests(['src/**/*.test.ts']);
}
