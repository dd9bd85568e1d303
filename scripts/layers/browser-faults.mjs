// Faults at every point of IndexedDB, in the browsers themselves: test/browser/faults/**, and the table of docs/faults.md.
// HOLDFAST_FAULTS_IN names one browser where not all are wanted, HOLDFAST_FAULTS_FILES some files: `faults`, `tabs`, `damage`.
import config from '../../web-test-runner.config.mjs';
import { printTable } from '../lib/faults-desk.mjs';
import { seed } from '../lib/faults-settings.mjs';
import { countSessions, finishedSessions } from './browser.mjs';

export const name = 'Faults at every request of IndexedDB: Chromium, Firefox, WebKit';

const HOURS_MS = 24 * 60 * 60 * 1000;

export async function run() {
  const only = process.env.HOLDFAST_FAULTS_IN;
  const browsers = config.browsers.filter(({ label }) => only === undefined || label === only);
  const files = (process.env.HOLDFAST_FAULTS_FILES ?? '*').split(',').map((file) => `test/browser/faults/${file}.test.ts`);
  const counts = { passed: 0, failed: 0, notRun: [] };
  for (const browser of browsers) {
    // One after the other: each needs the whole machine.
    const own = { ...config, files, browsers: [browser], testsFinishTimeout: HOURS_MS };
    const { passed, failed, skipped } = countSessions(await finishedSessions(own));
    counts.passed += passed;
    counts.failed += failed;
    counts.notRun.push(...skipped);
  }
  console.log(`\nfaults in browsers, seed ${seed}\n`);
  printTable();
  return counts;
}
