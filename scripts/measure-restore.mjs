// `npm run measure:restore -- <file.car> <facts.json> [chromium] [firefox]`: drives the built app through restoring and
// saving a repository, and says how long it took, how much memory and processor time it needed, and whether the page stayed responsive.
// The facts are JSON with `did`, `didKey`, `privateKeyHex`, `genesis` and `rev`; a kit is made of them. Never a key that is in use.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { readOperation, signedBytes } from '../src/identity/index.ts';
import { generatePassphrase, sealKit, Secret } from '../src/keys/index.ts';
import { datetimeFromMs, parseDidKey } from '../src/protocol/index.ts';
import { startApp } from '../test/e2e/support/app.ts';
import { BROWSER_NAMES, findBrowsers } from './browsers.mjs';
import { buildIfStale } from './build.mjs';
import { CHROMIUM_ARGS } from './lib/browser-args.mjs';
import { ProcessWatch } from './lib/process-watch.mjs';

const [car, facts, ...names] = process.argv.slice(2);
if (car === undefined || facts === undefined) {
  console.error('Usage: npm run measure:restore -- <file.car> <facts.json> [chromium] [firefox]');
  process.exit(1);
}
/** Slow machines are measured too. */
const PATIENCE = { timeout: 600_000 };

const folder = mkdtempSync(join(tmpdir(), 'holdfast-measure-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
await buildIfStale();
const { kit, passphrase } = await makeKit();
const app = await startApp();
try {
  for (const name of names.length > 0 ? names : ['chromium', 'firefox']) report(name, await measure(name));
} finally {
  await app.stop();
}

async function makeKit() {
  const { did, didKey, privateKeyHex, genesis, rev } = JSON.parse(readFileSync(facts, 'utf8'));
  const key = () => ({ publicKey: parseDidKey(didKey), secret: new Secret(new Uint8Array(Buffer.from(privateKeyHex, 'hex'))) });
  const passphrase = generatePassphrase();
  const file = await sealKit({
    did, rev, createdAt: datetimeFromMs(Date.now()), genesis: signedBytes(readOperation(genesis)), recovery: key(), signing: key(),
  }, passphrase);
  const kit = join(folder, 'kit.age');
  writeFileSync(kit, file);
  return { kit, passphrase };
}

async function measure(name) {
  const downloads = mkdtempSync(join(folder, `${name}-`));
  const browser = await launch(name, downloads);
  try {
    const page = await browser.newPage();
    // Nobody is there to choose a place; the app then lets the browser put the file into its downloads.
    await page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
    await page.goto(`${app.url}/restore`);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null, PATIENCE);
    await upload(page, '#kit', kit);
    await pause(3_000);
    const watch = new ProcessWatch(browser.process().pid);
    const test = await timed(async () => {
      await upload(page, '#car', resolve(car));
      await found(page, 'holdfast-restore >>> holdfast-file-contents');
    });
    await (await found(page, 'holdfast-restore >>> #passphrase')).type(passphrase);
    const testing = watch.take();
    // What one part needed is given back before the next.
    await pause(3_000);
    watch.take();
    await page.evaluate(watchPage);
    const restore = await timed(async () => {
      await (await found(page, 'holdfast-restore >>> #start')).click();
      await found(page, 'holdfast-restored >>> #back');
    });
    const restoring = { ...await page.evaluate(() => globalThis.measured()), ...watch.take() };
    await page.goto(`${app.url}/backups`);
    await pause(3_000);
    watch.take();
    const button = await found(page, 'holdfast-save-card >>> #start');
    await page.evaluate(watchPage);
    const save = await timed(async () => {
      await button.click();
      await found(page, 'holdfast-save-card >>> .note.good');
    });
    const saving = { ...await page.evaluate(() => globalThis.measured()), ...watch.take() };
    watch.end();
    const isSame = await hashOf(await downloaded(downloads)) === await hashOf(car);
    return { version: await browser.version(), test, restore, save, testing, restoring, saving, isSame };
  } finally {
    await browser.close();
  }
}

async function launch(name, downloads) {
  const { path, reason } = findBrowsers()[name];
  if (path === undefined) throw new Error(`No ${BROWSER_NAMES[name]}: ${reason}`);
  if (name === 'firefox') {
    return puppeteer.launch({
      browser: 'firefox', executablePath: path, headless: true, protocolTimeout: PATIENCE.timeout,
      extraPrefsFirefox: {
        'browser.download.dir': downloads, 'browser.download.folderList': 2, 'browser.download.useDownloadDir': true,
        'browser.download.always_ask_before_handling_new_types': false,
      },
    });
  }
  const browser = await puppeteer.launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS], protocolTimeout: PATIENCE.timeout });
  const session = await browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  return browser;
}

function found(page, selector) {
  return page.waitForSelector(`>>> ${selector}`, PATIENCE);
}

async function upload(page, place, file) {
  await (await found(page, `holdfast-restore >>> ${place} >>> input[type=file]`)).uploadFile(file);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** In the page: how late a timer of 20 ms comes at worst, and the values that a progress bar shows. */
function watchPage() {
  let last = performance.now();
  let worst = 0;
  const values = new Set();
  const bars = (root) => [...root.querySelectorAll('*')].flatMap((element) => [
    ...(element.localName === 'wa-progress-bar' ? [element] : []), ...(element.shadowRoot ? bars(element.shadowRoot) : []),
  ]);
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 20);
    last = now;
  }, 20);
  const looking = setInterval(() => {
    for (const bar of bars(document)) if (!bar.hasAttribute('indeterminate')) values.add(bar.getAttribute('value'));
  }, 100);
  globalThis.measured = () => {
    clearInterval(timer);
    clearInterval(looking);
    return { worst, steps: values.size };
  };
}

/** The one file in the folder, when the browser has finished it. */
async function downloaded(folder) {
  for (let size = -1; ; await pause(500)) {
    const [name] = readdirSync(folder).filter((name) => name.endsWith('.car'));
    if (name === undefined || readdirSync(folder).length > 1) continue;
    const path = join(folder, name);
    if (existsSync(path) && statSync(path).size === size) return path;
    size = existsSync(path) ? statSync(path).size : -1;
  }
}

async function hashOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function report(name, { version, test, restore, save, testing, restoring, saving, isSame }) {
  const took = (ms, { seconds, memory }) =>
    `${(ms / 1000).toFixed(1)} s, ${seconds?.toFixed(1) ?? '?'} s of a processor, memory +${memory === undefined ? '?' : Math.round(memory / 1e6)} MB`;
  const shown = ({ worst, steps }) => `page late by ${Math.round(worst)} ms at most, ${steps} values of the bar`;
  console.log([
    `${BROWSER_NAMES[name]} (${version}), ${basename(car)}, ${(statSync(car).size / 1e6).toFixed(1)} MB; load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`,
    `  test of the file: ${took(test, testing)}`,
    `  restore: ${took(restore, restoring)}; ${shown(restoring)}`,
    `  save and read back: ${took(save, saving)}; ${shown(saving)}`,
    `  the saved file is ${isSame ? 'the same, byte for byte' : 'NOT THE SAME'}`,
  ].join('\n'));
  if (!isSame) process.exitCode = 1;
}
