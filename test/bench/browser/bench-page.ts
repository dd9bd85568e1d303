// A page of a real browser, and the service worker of the bench behind it.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';
import { build } from 'vite';
import { findBrowsers } from '../../../scripts/browsers.mjs';
import { CHROMIUM_ARGS } from '../../../scripts/lib/browser-args.mjs';
import { noEval } from '../../../scripts/lib/no-eval.mjs';
import { ProcessWatch } from '../../../scripts/lib/process-watch.mjs';
import { slimAge } from '../../../scripts/lib/slim-age.mjs';
import type { Ask, Told } from './messages.ts';

export type BrowserName = 'chromium' | 'firefox';

const PATIENCE_MS = 900_000;

/** The worker as one file, built as the product's is. */
export async function buildBenchWorker(): Promise<string> {
  const built = await build({
    configFile: false, logLevel: 'error', publicDir: false, plugins: [slimAge(), noEval()],
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['browser', 'production', 'module', 'import', 'default'] },
    build: {
      write: false, target: 'es2022', modulePreload: false,
      rollupOptions: {
        input: fileURLToPath(new URL('bench-worker.ts', import.meta.url)), external: ['@atproto/crypto'],
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((result) => ('output' in result ? result.output : []));
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('The worker of the bench was not built.');
  return chunk.code;
}

export class BenchPage {
  readonly version: string;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #close: () => void;

  private constructor(browser: Browser, page: Page, version: string, close: () => void) {
    this.#browser = browser;
    this.#page = page;
    this.version = version;
    this.#close = close;
  }

  /** @param cars bytes by the path at which the worker finds them */
  static async open(name: BrowserName, worker: string, cars: Readonly<Record<string, Uint8Array>>): Promise<BenchPage> {
    const server = createServer(({ url = '/' }, response) => {
      const car = cars[url];
      if (url === '/sw.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
      else if (car !== undefined) Readable.from(parts(car)).pipe(response.writeHead(200, { 'content-type': 'application/vnd.ipld.car' }));
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>bench</title>');
    }).listen(0, 'localhost');
    const { path, reason } = findBrowsers()[name];
    if (path === undefined) throw new Error(`No ${name}: ${reason}`);
    const browser = await puppeteer.launch(name === 'firefox'
      ? { browser: 'firefox', executablePath: path, headless: true, protocolTimeout: PATIENCE_MS }
      : { executablePath: path, headless: true, args: [...CHROMIUM_ARGS], protocolTimeout: PATIENCE_MS });
    const page = await browser.newPage();
    const address = server.address();
    await page.goto(`http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/sw.js', { type: 'module' });
      while (navigator.serviceWorker.controller === null) await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    });
    return new BenchPage(browser, page, await browser.version(), () => server.close());
  }

  /** Asks the worker. */
  async ask(ask: Ask): Promise<Told> {
    const { told, error } = await this.#page.evaluate((ask) => new Promise<{ told?: Told; error?: string }>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', ({ data }) => resolve(data as { told: Told }));
      port1.start();
      navigator.serviceWorker.controller!.postMessage(ask, [port2]);
      // Nobody else keeps the worker alive so long.
      const awake = setInterval(() => navigator.serviceWorker.controller!.postMessage({ ask: 'awake' }), 10_000);
      port1.addEventListener('message', () => clearInterval(awake));
    }), ask);
    if (told === undefined) throw new Error(`The worker failed: ${error ?? 'it does not say why'}`);
    return told;
  }

  /** How far the memory of the whole browser rose while `work` went on, in MB. */
  async memoryOf(work: () => Promise<unknown>): Promise<number> {
    const watch = new ProcessWatch(this.#browser.process()!.pid!);
    await work();
    const { memory } = watch.take();
    watch.end();
    return Math.max(0, memory ?? NaN) / 1_000_000;
  }

  /** Milliseconds of requests that the page makes: createRecord, or what the worker answers at once; so many together. */
  requests(what: 'create' | 'empty', did: string, count: number, together = 1): Promise<number[]> {
    return this.#page.evaluate(async (what, repo, count, together) => {
      const one = async (): Promise<void> => {
        const response = await (what === 'empty'
          ? fetch('/empty', { method: 'POST', body: '{}' })
          : fetch('/xrpc/com.atproto.repo.createRecord', {
            method: 'POST', headers: { 'content-type': 'application/json', 'holdfast-request-id': crypto.randomUUID() },
            body: JSON.stringify({
              repo, collection: 'app.bsky.feed.post',
              record: { $type: 'app.bsky.feed.post', text: 'A post as people write them.', createdAt: '2026-11-25T00:00:00.000Z' },
            }),
          }));
        const text = await response.text();
        if (!response.ok) throw new Error(text);
      };
      const times: number[] = [];
      for (let made = 0; made < count; made += together) {
        const start = performance.now();
        await Promise.all(Array.from({ length: together }, one));
        times.push((performance.now() - start) / together);
      }
      return times;
    }, what, did, count, together);
  }

  /** Reads the whole repository through a fetch: bytes, and megabytes a second. */
  exported(did: string): Promise<{ readonly bytes: number; readonly rate: number }> {
    return this.#page.evaluate(async (did) => {
      const start = performance.now();
      const { body } = await fetch(`/xrpc/com.atproto.sync.getRepo?did=${did}`);
      const reader = body!.getReader();
      let bytes = 0;
      for (let step = await reader.read(); step.done !== true; step = await reader.read()) bytes += step.value.length;
      return { bytes, rate: bytes / 1000 / (performance.now() - start) };
    }, did);
  }

  /** Stops the worker, then makes one request, again and again: milliseconds. Chromium only. */
  async cold(what: 'create' | 'read', did: string, path: string, times: number): Promise<number[]> {
    const session = await this.#page.createCDPSession();
    await session.send('ServiceWorker.enable');
    const took: number[] = [];
    for (let index = 0; index < times; index++) {
      await session.send('ServiceWorker.stopAllWorkers');
      const [collection, rkey] = path.split('/') as [string, string];
      took.push(what === 'create' ? (await this.requests('create', did, 1))[0]! : await this.#page.evaluate(async (query) => {
        const start = performance.now();
        const response = await fetch(`/xrpc/com.atproto.repo.getRecord?${query}`);
        if (!response.ok) throw new Error(await response.text());
        await response.text();
        return performance.now() - start;
      }, new URLSearchParams({ repo: did, collection, rkey }).toString()));
    }
    await session.detach();
    return took;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#close();
  }
}

function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
