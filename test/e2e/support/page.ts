import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { CHROMIUM_ARGS } from '../../../scripts/lib/browser-args.mjs';
import type { Browser, Page } from 'puppeteer-core';

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  /** The setting of the system; without motion, colours do not pass through others on their way. */
  readonly reducedMotion?: boolean;
}

export const LOOKS: Readonly<Record<string, Look>> = {
  'desktop, light': { width: 1280, height: 900, scheme: 'light' },
  'desktop, dark': { width: 1280, height: 900, scheme: 'dark' },
  'phone, light': { width: 360, height: 740, scheme: 'light' },
  'phone, dark': { width: 360, height: 740, scheme: 'dark' },
};

/** Each width and each scheme once, by name: what differs between the others is the theme, which every screen shares. */
export const EACH_ONCE: readonly (readonly [name: string, look: Look])[] = Object.entries(LOOKS)
  .filter(([name]) => name === 'desktop, light' || name === 'phone, dark');

/** A page and everything on it that must never happen. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, violations of the policy, failed requests, requests elsewhere. */
  readonly troubles: string[];
}

/** Chromium, headless, with a profile of its own. @param userDataDir that profile, else an empty one */
export async function startChromium(userDataDir?: string): Promise<Browser> {
  const { chromium } = findBrowsers();
  if (chromium.path === undefined) throw new Error(`No Chromium: ${chromium.reason}`);
  return puppeteer.launch({ executablePath: chromium.path, headless: true, args: [...CHROMIUM_ARGS], ...(userDataDir !== undefined && { userDataDir }) });
}

/** Firefox, headless, over WebDriver BiDi. */
export async function startFirefox(): Promise<Browser> {
  const { firefox } = findBrowsers();
  if (firefox.path === undefined) throw new Error(`No Firefox: ${firefox.reason}`);
  return puppeteer.launch({ browser: 'firefox', executablePath: firefox.path, headless: true });
}

/** What a page asks the mirror of its account for when a WebSocket takes its time: another line. */
const LINES = /^http:\/\/localhost:\d+\/xrpc\/app\.holdfast\.mirror\.(describe|connect)$/;

/** A fresh page of a fresh profile, not yet anywhere. */
export async function openPage(browser: Browser, origin: string, look: Look): Promise<WatchedPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) troubles.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`uncaught: ${String(error)}`));
  page.on('requestfailed', (request) => troubles.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    const url = request.url().replace(/^blob:/, '');
    if (!url.startsWith(`${origin}/`) && !LINES.test(url)) troubles.push(`asks elsewhere: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => troubles.push(`policy: ${text}`));
  await page.evaluateOnNewDocument(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = globalThis as unknown as { reportViolation(text: string): void };
      reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
    // A page makes its policy once, and a test may have put something in the place of its workers.
    type Policies = { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
    const { trustedTypes, Worker } = globalThis as { trustedTypes?: Policies } & typeof globalThis;
    const make = trustedTypes?.createPolicy.bind(trustedTypes);
    if (trustedTypes === undefined || make === undefined) return;
    trustedTypes.createPolicy = (name, rules) => {
      const policy = make(name, rules);
      const startWorker = (url: string) => new Worker(policy.createScriptURL(url), { type: 'module' });
      if (name === 'holdfast') Object.assign(globalThis, { startWorker });
      return policy;
    };
  });
  await show(page, look);
  return { page, troubles };
}

/** Gives the window the size and the system the settings of a look. */
export async function show(page: Page, look: Look): Promise<void> {
  await page.setViewport({ width: look.width, height: look.height, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: look.scheme },
    { name: 'prefers-reduced-motion', value: look.reducedMotion ? 'reduce' : 'no-preference' },
  ]);
}

/** Closes every page that `openPage` opened, with its profile: what is open keeps a house awake. */
export async function closePages(browser: Browser): Promise<void> {
  const own = browser.defaultBrowserContext();
  for (const context of browser.browserContexts()) if (context !== own) await context.close();
}

/** Goes to the page and waits until it shows. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
  await find(page, 'h1');
}

/** What has to come in the end is waited for so long: a browser that shares its machine with others has its slow moments. */
export const PATIENCE_MS = 25_000;

/** Waits until the condition holds; what the browser reports reaches us a moment after it happened. */
export async function eventually(condition: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !await condition(); await pause(20)) {
    if (Date.now() > deadline) throw new Error(otherwise());
  }
}

/** The one element that the selector finds, through shadow roots. Waits for it. */
export async function find(page: Page, selector: string) {
  const element = await page.waitForSelector(`>>> ${selector}`, { timeout: PATIENCE_MS });
  if (element === null) throw new Error(`There is no ${selector}`);
  return element;
}

/** Waits until the selector, which is as for `find`, finds nothing. What is only hidden is there. */
export async function absent(page: Page, selector: string): Promise<void> {
  await eventually(async () => await page.$(`>>> ${selector}`) === null, () => `${selector} is still there`);
}

/** Does something, and waits until the element that stood there is gone: what is found then is not the outcome of before. */
export async function renewing(page: Page, selector: string, act: () => Promise<void>): Promise<void> {
  const before = await page.$(`>>> ${selector}`);
  await act();
  await eventually(async () => before === null || !await before.evaluate((element) => element.isConnected), () => `${selector} is as it was`);
}

/** Presses the button of the self-check and waits for the phase. */
export async function runSelfCheck(page: Page, phase: 'passed' | 'failed' | 'running'): Promise<void> {
  await (await find(page, 'holdfast-self-check >>> button.primary')).click();
  await find(page, `holdfast-self-check >>> section[data-phase=${phase}]`);
}

/** What an element says, spaces in one. */
export async function textOf(page: Page, selector: string): Promise<string> {
  const element = await find(page, selector);
  return element.evaluate((node) => (node.textContent ?? '').replaceAll(/\s+/g, ' ').trim());
}

/** Stands in for the jobs worker: `undefined` never answers, a text is the worker's script, `gone` is a 404. */
export async function replaceJobs(page: Page, script: string | undefined | 'gone'): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.startsWith('/assets/jobs-')) return void request.continue();
    if (script === undefined) return;
    if (script === 'gone') return void request.respond({ status: 404, contentType: 'text/plain', body: 'gone' });
    void request.respond({ status: 200, contentType: 'text/javascript', body: script });
  });
}

/** Keeps the page from ending a worker that does not end by itself: the moment between lasts. */
export async function waitForEver(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const after = globalThis.setTimeout;
    const patient = (run: () => void, ms?: number) => (ms === 1_000 ? 0 : after(run, ms));
    Object.assign(globalThis, { setTimeout: patient });
  });
}

/** What the page shows of a run, read at every change: the bar from 0 to 1, and the word of the running step. */
export interface Glimpse {
  readonly bar: number;
  readonly word: string;
}

/** Presses the button and watches until the run ends; `cancelAt` presses Cancel while that word is shown. */
export async function watchSelfCheck(page: Page, cancelAt?: RegExp): Promise<Glimpse[]> {
  const panel = await find(page, 'holdfast-self-check');
  return panel.evaluate(async (element, pattern) => {
    const root = element.shadowRoot;
    if (root === null) throw new Error('no shadow root');
    const seen: { bar: number; word: string }[] = [];
    const ended = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        const bar = root.querySelector('progress');
        if (bar === null) return;
        const word = (root.querySelector('li[data-state=running]')?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
        seen.push({ bar: bar.value / bar.max, word });
        const phase = root.querySelector('section')?.dataset.phase ?? '';
        if (phase === 'running' && pattern !== null && new RegExp(pattern).test(word)) root.querySelector<HTMLElement>('#cancel')?.click();
        if (!['passed', 'failed', 'cancelled'].includes(phase)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    root.querySelector<HTMLElement>('button.primary')?.click();
    await ended;
    return seen;
  }, cancelAt?.source ?? null);
}

/** A worker in which the second step fails. */
export const FAILING_JOBS = `
  const titles = ['Hash bytes with SHA-256', 'Write and read DAG-CBOR', 'Name blocks by their CID'];
  const states = ['passed', 'failed', 'waiting'];
  const steps = titles.map((title, i) => ({ id: 's' + i, title, state: states[i] }));
  Object.assign(steps[0], { ms: 12, finding: '3 known answers' });
  const error = { code: 'CheckFailed', message: 'a float was accepted', details: { offset: 1 } };
  onmessage = () => postMessage({ type: 'failed', steps, error });
`;

/** A worker that stays in the middle of its second step and hears nothing more. */
export const STUCK_JOBS = `
  const titles = ['Hash bytes with SHA-256', 'Write and read DAG-CBOR', 'Name blocks by their CID'];
  const states = ['passed', 'running', 'waiting'];
  const steps = titles.map((title, i) => ({ id: 's' + i, title, state: states[i] }));
  Object.assign(steps[0], { ms: 1234, finding: '3 known answers' });
  steps[1].progress = 0.408;
  onmessage = () => postMessage({ type: 'progress', steps });
`;
