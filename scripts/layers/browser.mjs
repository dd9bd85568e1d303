// Tests in the browsers themselves, by @web/test-runner: test/browser/**, each browser counted.
import { defaultReporter, startTestRunner } from '@web/test-runner';
import { BROWSER_NAMES, findBrowsers } from '../browsers.mjs';
import config from '../../web-test-runner.config.mjs';

export const name = 'In browsers: Chromium, Firefox, WebKit';

/** @returns {Promise<{ passed: number, failed: number, notRun: string[] }>} a test counts once in each browser */
export async function run() {
  const notRun = Object.entries(findBrowsers())
    .filter(([, found]) => 'reason' in found)
    .map(([browser, { reason }]) => `browser tests in ${BROWSER_NAMES[browser]}: ${reason}`);
  if (config.browsers.length === 0) return { passed: 0, failed: 0, notRun };

  const sessions = await finishedSessions(config);
  const counts = { passed: 0, failed: 0, notRun };
  for (const launcher of config.browsers) {
    const own = sessions.filter(({ browser }) => browser === launcher);
    const { passed, failed, skipped } = countSessions(own);
    counts.passed += passed;
    counts.failed += failed;
    counts.notRun.push(...skipped.map((title) => `browser test “${title}” in ${launcher.label}: marked as skipped`));
    console.log(`${launcher.label.padEnd(9)} ${passed} passed, ${failed} failed`);
  }
  return counts;
}

/** Runs everything once. The runner reports, and its sessions are what is counted. */
export async function finishedSessions(config) {
  let sessions = [];
  const collector = { onTestRunFinished: (run) => (sessions = run.sessions) };
  const reporters = [defaultReporter({ reportTestProgress: false }), collector];
  const runner = await startTestRunner({
    config: { ...config, reporters, staticLogging: true },
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
  });
  await new Promise((resolve) => {
    runner.on('stopped', resolve);
  });
  return sessions;
}

/** Counts of one browser. A file that did not load or has no test, or a browser without any, is a failure. */
export function countSessions(sessions) {
  const counts = { passed: 0, failed: 0, skipped: [] };
  for (const session of sessions) {
    const tests = session.testResults ? allTests(session.testResults) : [];
    for (const test of tests) {
      if (test.skipped) counts.skipped.push(test.name);
      else if (test.passed) counts.passed++;
      else counts.failed++;
    }
    const fileFailed = !session.passed && tests.every(({ passed, skipped }) => passed || skipped);
    if (fileFailed || tests.length === 0) counts.failed++;
  }
  if (counts.passed + counts.failed === 0) counts.failed++;
  return counts;
}

const allTests = ({ tests, suites }) => [...tests, ...suites.flatMap(allTests)];
