import { runNodeTests } from '../lib/node-tests.mjs';

export const name = 'Conformance: our mirror passes npm run check, and each fault of a proxy before it is named';

export function run() {
  return runNodeTests(['test/conformance/**/*.test.ts']);
}
