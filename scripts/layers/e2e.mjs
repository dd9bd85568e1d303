// `npm start` as a person meets it: the process, and its pages in Chromium; what matters most in Firefox too.
import { findBrowsers } from '../browsers.mjs';
import { runPageTests } from '../lib/browser-tests.mjs';
import { findDirectNetwork } from '../lib/webrtc.mjs';

export const name = 'End to end: npm start and its pages in Chromium and Firefox';

const IN_FIREFOX = 'test/e2e/firefox/*.test.ts';
const DIRECT = 'test/e2e/{,firefox/}webrtc*.test.ts';

export async function run() {
  const { firefox } = findBrowsers();
  const missing = [
    { files: IN_FIREFOX, what: 'coming back in Firefox', found: firefox },
    { files: DIRECT, what: 'direct connections over WebRTC', found: await findDirectNetwork() },
  ].filter(({ found }) => !('path' in found));
  const counts = await runPageTests('end-to-end tests', 'test/e2e/**/*.test.ts', ['test/e2e/start.test.ts'], missing.map(({ files }) => files));
  return { ...counts, notRun: [...counts.notRun, ...missing.map(({ what, found }) => `${what}: ${found.reason}`)] };
}
