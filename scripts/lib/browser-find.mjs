// Where browsers are on this machine. Looks only; installs nothing.
import { globSync } from 'node:fs';
import { isExecutable, onPath } from './debian.mjs';

/** A browser that tests can drive, or the reason why there is none. */
/** @typedef {{ path: string, miniBrowser?: string, xvfbRun?: string } | { reason: string }} Found */

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const CHROMIUM_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const FIREFOX = ['firefox-esr', 'firefox'];
const FIREFOX_APPS = ['/Applications/Firefox.app/Contents/MacOS/firefox'];
const MINI_BROWSERS = [
  '/usr/lib/*/webkit2gtk-4.1/MiniBrowser',
  '/usr/lib/*/webkitgtk-6.0/MiniBrowser',
  '/usr/libexec/webkit2gtk-4.1/MiniBrowser',
  '/usr/libexec/webkitgtk-6.0/MiniBrowser',
];

/** @returns {Found} `HOLDFAST_CHROMIUM` names one that is elsewhere */
export function findChromium() {
  return overridden('HOLDFAST_CHROMIUM') ?? first('Chromium', [...CHROMIUM.map(onPath), ...CHROMIUM_APPS]);
}

/** @returns {Found} `HOLDFAST_FIREFOX` names one that is elsewhere */
export function findFirefox() {
  return overridden('HOLDFAST_FIREFOX') ?? first('Firefox', [...FIREFOX.map(onPath), ...FIREFOX_APPS]);
}

/**
 * WebKit is three programs: the driver, the browser it drives, and a display where there is none.
 * `HOLDFAST_WEBKIT_DRIVER` and `HOLDFAST_MINIBROWSER` name the first two where they are elsewhere.
 * @returns {Found}
 */
export function findWebkit() {
  if (process.platform !== 'linux') return { reason: 'WebKit is driven through WebKitGTK, which is made for Linux' };
  const driver = overridden('HOLDFAST_WEBKIT_DRIVER') ?? first('WebKitWebDriver', [onPath('WebKitWebDriver')]);
  if ('reason' in driver) return driver;
  const mini = overridden('HOLDFAST_MINIBROWSER') ?? first('MiniBrowser of WebKitGTK', globSync(MINI_BROWSERS));
  if ('reason' in mini) return mini;
  const xvfbRun = onPath('xvfb-run');
  // Which ends at once where there is no xauth: Debian only recommends it.
  if (xvfbRun && onPath('xauth')) return { path: driver.path, miniBrowser: mini.path, xvfbRun };
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return { path: driver.path, miniBrowser: mini.path };
  return { reason: 'WebKit has no headless mode, and there is neither xvfb-run with xauth nor a display' };
}

// A setting that names nothing is an answer too: falling back to another browser would hide the mistake.
function overridden(variable) {
  const path = process.env[variable];
  if (!path) return undefined;
  return isExecutable(path) ? { path } : { reason: `${variable} is ${path}, which is not a program` };
}

function first(name, paths) {
  const path = paths.find((candidate) => candidate !== undefined && isExecutable(candidate));
  return path === undefined ? { reason: `no ${name} on this machine` } : { path };
}
