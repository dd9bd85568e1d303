// A browser with a profile of its own, and the real service worker in it.
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { CHROMIUM_ARGS } from '../../../scripts/lib/browser-args.mjs';
import { visit } from '../../e2e/support/page.ts';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import type { Counted, Reached } from './standing-still.ts';

/** Of what a page is that asks for nothing by itself. */
const STILL_PAGE = '/manifest.webmanifest';

/** Far beyond what any takes. */
const LATE_MS = 60_000;

/** How often a worker is looked at that is to come to rest, and how often it must have been found at rest. */
const LOOK_MS = 30;
const LOOKS = 3;

/** A house in a browser that can be killed and started again. */
export class RealHouse {
  readonly #url: string;
  readonly #profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  readonly #isCopy: boolean;
  #browser: Browser | undefined;
  #page: Page | undefined;
  #session: CDPSession | undefined;
  #onReached: ((reached: Reached) => void) | undefined;

  /** With a copy of a profile that another has left by `quit`, if one is given. */
  constructor(url: string, profile?: string) {
    this.#url = url;
    this.#isCopy = profile !== undefined;
    if (profile !== undefined) cpSync(profile, this.#profile, { recursive: true });
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('the browser does not run');
    return this.#page;
  }

  get profile(): string {
    return this.#profile;
  }

  /** Starts the browser on what it left, with a page that is quiet and that the worker serves. */
  async start(): Promise<void> {
    const { path } = findBrowsers().chromium;
    if (path === undefined) throw new Error('There is no Chromium');
    const isFirst = this.#browser === undefined && !this.#isCopy;
    this.#browser = await puppeteer.launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS], userDataDir: this.#profile, protocolTimeout: LATE_MS });
    const [page = await this.#browser.newPage()] = await this.#browser.pages();
    this.#page = page;
    if (isFirst) {
      await visit(page, this.#url);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    }
    await page.goto(this.#url + STILL_PAGE);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.exposeFunction('onReached', (reached: Reached) => this.#onReached?.(reached));
    await page.evaluate(() => {
      const { onReached } = globalThis as unknown as { onReached(data: unknown): void };
      new BroadcastChannel('fault-points').addEventListener('message', ({ data }) => onReached(data));
    });
    this.#session = await page.createCDPSession();
    await this.#session.send('ServiceWorker.enable');
  }

  /** By SIGKILL. */
  async kill(): Promise<void> {
    const main = this.#browser!.process()!;
    main.kill('SIGKILL');
    if (main.exitCode === null && main.signalCode === null) await once(main, 'exit');
    this.#page = undefined;
  }

  /** As an owner closes it: all is in the profile. */
  async quit(): Promise<void> {
    await this.#browser!.close();
    this.#page = undefined;
  }

  /** Has the browser stop the worker, as it does with one that it needs no more. */
  async stopWorker(): Promise<void> {
    await this.#session!.send('ServiceWorker.stopAllWorkers');
  }

  async end(): Promise<void> {
    if (this.#page !== undefined) await this.kill();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Resolves when a worker stands still, which is told once. To be asked for before it can. */
  reached(): Promise<Reached> {
    const late = Promise.withResolvers<Reached>();
    const timer = setTimeout(() => late.reject(new Error('the point was not reached')), LATE_MS);
    this.#onReached = late.resolve;
    late.promise.catch(() => undefined);
    return late.promise.finally(() => clearTimeout(timer));
  }

  /** The service worker, without or from now on counting, to stand still at one point; 0 is none. */
  async points(at?: number): Promise<Counted> {
    return this.page.evaluate((at) => new Promise<Counted>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', ({ data }) => resolve(data as Counted), { once: true });
      port1.start();
      navigator.serviceWorker.controller!.postMessage({ faultPoints: at === undefined ? {} : { at } }, [port2]);
    }), at);
  }

  /** Waits until nobody holds or waits for a lock of the house, and the worker asks for nothing. */
  async rest(): Promise<void> {
    for (let calm = 0, before = -1; calm < LOOKS;) {
      const isBusy = await this.page.evaluate(async () => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return [...held, ...pending].some(({ name = '' }) => /^(?:repo|maintain|blobs|packs|job):/.test(name));
      });
      const { count } = await this.points();
      calm = isBusy || count !== before ? 0 : calm + 1;
      before = count;
      await pause(LOOK_MS);
    }
  }
}
