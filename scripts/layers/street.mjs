import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Mirror and street: the rules of consumers, and consumers written by others';

export function run() {
  return runNodeTests(['test/street/**/*.test.ts']);
}
