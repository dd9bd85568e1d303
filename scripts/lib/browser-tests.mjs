// What the layers share that look at the built pages from tests in Node.
import { buildIfStale } from '../build.mjs';
import { findBrowsers } from '../browsers.mjs';
import { runNodeTests } from './node-tests.mjs';

/**
 * Runs test files on the build.
 * @param {string[]} files patterns
 * @param {string[]} except patterns of those among them that are not run
 * @returns {Promise<{ passed: number, failed: number, failures?: string[], notRun: string[] }>}
 */
export async function runBuildTests(files, except = []) {
  try {
    // Once and first: test files run side by side, and each would build.
    await buildIfStale();
  } catch (error) {
    console.error(`The pages could not be built: ${error.message}`);
    return { passed: 0, failed: 1, notRun: [] };
  }
  const counts = await runNodeTests(files, undefined, except);
  return { ...counts, failed: counts.passed + counts.failed === 0 ? 1 : counts.failed };
}

/**
 * Runs test files that open pages in Chromium. Without one they are named as not run, but for those that need none.
 * @param {string} what the layer, for the list of what was not run
 * @param {string} files pattern of every test file of the layer
 * @param {string[]} withoutBrowser patterns of those among them that need no browser
 * @param {string[]} except patterns of those among them that are not run
 * @returns {Promise<{ passed: number, failed: number, failures?: string[], notRun: string[] }>}
 */
export async function runPageTests(what, files, withoutBrowser = [], except = []) {
  const { chromium } = findBrowsers();
  if ('path' in chromium) {
    // The test processes need not look, and install nothing.
    process.env.HOLDFAST_CHROMIUM = chromium.path;
    return runBuildTests([files], except);
  }
  const notRun = [`${what} in Chromium: ${chromium.reason}`];
  if (withoutBrowser.length === 0) return { passed: 0, failed: 0, notRun };
  return { ...(await runBuildTests(withoutBrowser)), notRun };
}
