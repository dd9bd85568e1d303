// A browser with a profile of its own, and the real service worker in it, which stands still at a point that is asked for.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { CHROMIUM_ARGS } from '../../../scripts/lib/browser-args.mjs';
import { visit } from '../../e2e/support/page.ts';
import type { Browser, CDPSession, Page } from 'puppeteer-core';

/** Of what a page is that asks for nothing by itself. */
const STILL_PAGE = '/manifest.webmanifest';

/** Far beyond what any takes. */
const LATE_MS = 60_000;

interface Counter {
  count: number;
  at: number;
}

/** A house in a browser that can be killed and started again. */
export class RealHouse {
  readonly #url: string;
  readonly #profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  #browser: Browser | undefined;
  #page: Page | undefined;
  #session: CDPSession | undefined;
  /** With the debugger of the worker. */
  #worker: CDPSession | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('the browser does not run');
    return this.#page;
  }

  /** Starts the browser on what it left, with a page that is quiet and that the worker serves. */
  async start(): Promise<void> {
    const { path } = findBrowsers().chromium;
    if (path === undefined) throw new Error('There is no Chromium');
    this.#browser = await puppeteer.launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS], userDataDir: this.#profile, protocolTimeout: 60_000 });
    this.#page = await this.#browser.newPage();
    await visit(this.#page, this.#url);
    await this.#page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await this.#page.goto(this.#url + STILL_PAGE);
    this.#session = await this.#page.createCDPSession();
    await this.#session.send('ServiceWorker.enable');
  }

  async kill(): Promise<void> {
    const main = this.#browser!.process()!;
    main.kill('SIGKILL');
    if (main.exitCode === null && main.signalCode === null) await once(main, 'exit');
    this.#worker = undefined;
    await pause(100);
  }

  /** Stops the worker that stands still. */
  async stopWorker(): Promise<void> {
    const worker = this.#worker!;
    this.#worker = undefined;
    await this.#session!.send('ServiceWorker.stopAllWorkers');
    // A worker that stands still for the debugger may not hear of it before the debugger has gone.
    await worker.detach().catch(() => undefined);
  }

  async end(): Promise<void> {
    if (this.#browser !== undefined) await this.kill();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** From now on the worker's points are counted; at this one it stands still. @returns resolves when it does */
  async arm(at: number): Promise<{ readonly reached: Promise<void> }> {
    const worker = this.#worker ?? await this.#find();
    await inWorker(worker, `(${countPoints})(${at})`);
    const reached = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`point ${at} was not reached`)), LATE_MS);
      if (at === 0) clearTimeout(late);
      worker.once('Debugger.paused', () => {
        clearTimeout(late);
        resolve();
      });
    });
    reached.catch(() => undefined);
    return { reached };
  }

  /** How many points there were since `arm`. */
  async count(): Promise<number> {
    return await inWorker(this.#worker!, 'faultPoints.count') as number;
  }

  /** A worker that starts again keeps its target, of which the browser's list of workers has nothing more to say: it is attached anew. */
  async #find(tries = 40): Promise<CDPSession> {
    const connection = this.#session!.connection()!;
    const { targetInfos } = await connection.send('Target.getTargets');
    for (const target of targetInfos.filter(({ type, url }) => type === 'service_worker' && url.startsWith(this.#url)).reverse()) {
      try {
        const worker = await connection.createSession(target);
        await worker.send('Debugger.enable');
        return (this.#worker = worker);
      } catch (error) {
        if (!(error instanceof Error && error.name === 'TargetCloseError')) throw error;
      }
    }
    if (tries === 0) throw new Error('the service worker cannot be reached');
    await pause(250);
    return this.#find(tries - 1);
  }
}

async function inWorker(worker: CDPSession, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await worker.send('Runtime.evaluate', { expression, returnByValue: true });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** Runs in the worker: counts what is asked of IndexedDB, and stands still at one point, before it is asked. */
function countPoints(at: number): void {
  const scope = globalThis as unknown as { faultPoints?: Counter };
  const known = scope.faultPoints;
  if (known !== undefined) {
    known.count = 0;
    known.at = at;
    return;
  }
  const counter: Counter = { count: 0, at };
  scope.faultPoints = counter;
  const pass = (): void => {
    counter.count++;
    // oxlint-disable-next-line no-debugger -- whoever listens to the debugger ends the worker here
    if (counter.count === counter.at) debugger;
  };
  const watch = (prototype: object, names: readonly string[]): void => {
    const methods = prototype as Record<string, (this: unknown, ...args: unknown[]) => unknown>;
    for (const name of names) {
      const method = methods[name]!;
      methods[name] = function (this: unknown, ...args: unknown[]) {
        pass();
        const given = method.apply(this, args);
        // It is durable, and nobody has heard of it yet.
        if (name === 'transaction') (given as IDBTransaction).addEventListener('complete', pass);
        return given;
      };
    }
  };
  watch(IDBDatabase.prototype, ['transaction']);
  watch(IDBObjectStore.prototype, ['put', 'add', 'delete', 'clear', 'get', 'getAll', 'getAllKeys', 'getKey', 'count', 'openCursor', 'openKeyCursor']);
  watch(IDBIndex.prototype, ['get', 'getAll', 'getAllKeys', 'getKey', 'count', 'openCursor', 'openKeyCursor']);
}
