import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'The simulation: 2,000 seeds of houses, wires and a mirror; planted bugs; the database it stands on';

export function run() {
  return runNodeTests(['test/simulation/**/*.test.ts']);
}
