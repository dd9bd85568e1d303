import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Structure: rooms, types, bundles, READMEs and these tools themselves';

export function run() {
  return runNodeTests(['test/structure/**/*.test.ts']);
}
