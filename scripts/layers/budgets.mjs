// What the build may weigh, and what must not be in it.
import { runBuildTests } from '../lib/browser-tests.mjs';

export const name = 'Budgets: sizes of the build, and what it may hold';

export function run() {
  return runBuildTests(['test/budgets/**/*.test.ts']);
}
