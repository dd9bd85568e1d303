import { esbuildPlugin } from '@web/dev-server-esbuild';
import { findBrowsers } from './scripts/browsers.mjs';
import { subpathImports } from './scripts/lib/browser-imports.mjs';
import { launchersFor } from './scripts/lib/browser-launchers.mjs';
import { faultsDesk } from './scripts/lib/faults-desk.mjs';

/**
 * Every test of test/browser, in every browser that is there. `scripts/layers/browser.mjs` runs it and counts. Faults at every
 * request take hours: `npm run faults` has them (`scripts/layers/browser-faults.mjs`).
 */
export default {
  files: ['test/browser/**/*.test.ts', '!test/browser/faults/**'],
  nodeResolve: { browser: true, exportConditions: ['browser', 'development'] },
  plugins: [subpathImports(), esbuildPlugin({ ts: true, target: 'es2022' })],
  middleware: [faultsDesk],
  browsers: launchersFor(findBrowsers()),
  concurrency: 1,
  // WebKit without a display is several times slower than a browser with one.
  testFramework: { config: { timeout: 30_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
};
