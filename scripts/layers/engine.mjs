import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'The engine: vectors, properties, refusals, memory, a minute of fuzzing';

export function run() {
  return runNodeTests(['test/{vectors,property,refusals,memory,fuzz}/**/*.test.ts']);
}
