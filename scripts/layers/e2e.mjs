// `npm start` as a person meets it: the process, and its pages in Chromium.
import { runPageTests } from '../lib/browser-tests.mjs';

export const name = 'End to end: npm start and its pages in Chromium';

export function run() {
  return runPageTests('end-to-end tests', 'test/e2e/**/*.test.ts', ['test/e2e/start.test.ts']);
}
