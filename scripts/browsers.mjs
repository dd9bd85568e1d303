// The browsers of this machine: `node scripts/browsers.mjs` lists them and installs what it can.
import { fileURLToPath } from 'node:url';
import { findChromium, findFirefox, findWebkit } from './lib/browser-find.mjs';
import { browsersFromDebian, chromiumFromNpm } from './lib/browser-install.mjs';
import { canInstallFromDebian } from './lib/debian.mjs';

const FINDERS = { chromium: findChromium, firefox: findFirefox, webkit: findWebkit };
const OVERRIDES = { chromium: 'HOLDFAST_CHROMIUM', firefox: 'HOLDFAST_FIREFOX', webkit: 'HOLDFAST_WEBKIT_DRIVER' };

/** Names for people. */
export const BROWSER_NAMES = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

let known;

/**
 * Chromium, Firefox and WebKit, each as `{ path }` or `{ reason }` why it cannot be had. What is missing is installed
 * once per process, unless `HOLDFAST_INSTALL_BROWSERS=0` or a setting names another place.
 */
export function findBrowsers() {
  return (known ??= find());
}

function find() {
  const browsers = look();
  if (process.env.HOLDFAST_INSTALL_BROWSERS === '0') return browsers;
  const missing = Object.keys(FINDERS).filter((name) => 'reason' in browsers[name] && !process.env[OVERRIDES[name]]);
  if (missing.length === 0) return browsers;

  if (canInstallFromDebian()) {
    const failure = browsersFromDebian(missing);
    const after = look();
    if (failure === undefined) return after;
    for (const name of missing) if ('reason' in after[name]) after[name].reason += `; ${failure}`;
    return withNpm(after, missing);
  }
  for (const name of missing) browsers[name].reason += '; installing it needs root on Debian';
  return withNpm(browsers, missing);
}

const look = () => Object.fromEntries(Object.entries(FINDERS).map(([name, finder]) => [name, finder()]));

function withNpm(browsers, missing) {
  if (!missing.includes('chromium') || 'path' in browsers.chromium) return browsers;
  return { ...browsers, chromium: chromiumFromNpm() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, found] of Object.entries(findBrowsers())) {
    console.log(`${BROWSER_NAMES[name].padEnd(9)} ${found.path ?? `none: ${found.reason}`}`);
  }
}
