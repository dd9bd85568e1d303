// `npm start` as a person meets it: the process, and its pages in Chromium; what matters most in Firefox too.
import { findBrowsers } from '../browsers.mjs';
import { runPageTests } from '../lib/browser-tests.mjs';

export const name = 'End to end: npm start and its pages in Chromium and Firefox';

const IN_FIREFOX = 'test/e2e/firefox/*.test.ts';

export async function run() {
  const { firefox } = findBrowsers();
  const isThere = 'path' in firefox;
  const counts = await runPageTests('end-to-end tests', 'test/e2e/**/*.test.ts', ['test/e2e/start.test.ts'], isThere ? [] : [IN_FIREFOX]);
  return isThere ? counts : { ...counts, notRun: [...counts.notRun, `coming back in Firefox: ${firefox.reason}`] };
}
