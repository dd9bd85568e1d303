// A house in a page of a real Chromium, paired with a mirror in a process of its own, and what its page does when.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { buildIfStale, dist } from '../../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../../scripts/lib/static-server.mjs';
import { startDirectory } from '../../../src/street/index.ts';
import { makeAccount, succeed } from '../../e2e/support/house.ts';
import { LOOKS, openPage, startChromium, visit } from '../../e2e/support/page.ts';
import { clockSkew } from './clock.ts';
import { startMirrorProcess } from './mirror-peer.ts';
import { smallPost } from './peer.ts';
import { processorMs } from './server-process.ts';

/** When a write was asked for, and answered: milliseconds of the machine's clock. */
export interface Written {
  readonly started: number;
  readonly answered: number;
}

/** A call of the house, or a frame sent to the mirror, by the page that leads. */
export interface Mark {
  readonly what: string;
  readonly started: number;
  readonly ended: number;
}

export interface PageHouse {
  /** Origin of its mirror. */
  readonly mirror: string;
  readonly browser: string;
  /** Writes posts one after another, each so many milliseconds after the answer to the one before. */
  write(count: number, gapMs: number): Promise<Written[]>;
  /** Milliseconds that the worker takes to refuse a method that does not exist: what any request to it costs at least. */
  emptyTrips(): Promise<number[]>;
  /** What the page did since it was last asked. */
  marks(): Promise<Mark[]>;
  /** Milliseconds of a processor that was used so far: by each kind of process of the browser, and by the mirror. */
  processor(): Promise<Readonly<Record<string, number>>>;
  /** When commits came to the mirror and were told: since it started. */
  mirrorTimes(): Promise<Readonly<Record<'received' | 'told', readonly number[]>>>;
  close(): Promise<void>;
}

export async function startPageHouse(): Promise<PageHouse> {
  await buildIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-page-'));
  const directory = await startDirectory({ port: 0, file: join(folder, 'directory.sqlite') });
  const mirror = await startMirrorProcess({ directory: directory.url, folder: join(folder, 'mirror') });
  const settings = JSON.stringify({ directory: directory.url, mirror: mirror.said['url'], relay: null });
  const pages = await listenOnLocalhost(staticHandler(dist, { '/settings.json': () => settings }), 0);
  const browser = await startChromium();
  const { page } = await openPage(browser, `http://localhost:${pages.port}`, LOOKS['desktop, light']!);
  await page.evaluateOnNewDocument(keepMarks);
  await visit(page, `http://localhost:${pages.port}`);
  const { did, passphrase } = await makeAccount(page);
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
  await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: mirror.said['url'] }, requestId: crypto.randomUUID() });
  const session = await browser.target().createCDPSession();
  return {
    mirror: mirror.said['url']!, browser: await browser.version(),
    write: (count, gapMs) => writeIn(page, did, count, gapMs),
    emptyTrips: () => page.evaluate(async () => {
      const { heldCapability } = globalThis as unknown as { heldCapability: { readonly text: string } };
      const times: number[] = [];
      for (let i = 0; i < 100; i++) {
        const started = performance.now();
        const response = await fetch('/xrpc/app.holdfast.bench.nothing', { headers: { 'holdfast-capability': heldCapability.text } });
        await response.text();
        times.push(performance.now() - started);
      }
      return times;
    }),
    async marks() {
      const skew = await page.evaluate(clockSkew);
      const marks = await page.evaluate(() => (globalThis as unknown as { marks: Mark[] }).marks.splice(0));
      return marks.map(({ what, started, ended }) => ({ what, started: started - skew, ended: ended - skew }));
    },
    async processor() {
      const used: Record<string, number> = { mirror: processorMs(mirror.pid) ?? NaN };
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      for (const { type, cpuTime } of processInfo) used[type] = (used[type] ?? 0) + cpuTime * 1000;
      return used;
    },
    mirrorTimes: () => mirror.ask('times') as never,
    async close() {
      await browser.close();
      await pages.close();
      await mirror.stop();
      await directory.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function writeIn(page: Page, repo: string, count: number, gapMs: number): Promise<Written[]> {
  const records = Array.from({ length: count }, (_, number) => smallPost(number));
  const skew = await page.evaluate(clockSkew);
  const written = await page.evaluate(async (repo, records, gapMs) => {
    // What `call` of test/e2e/support/house.ts was given.
    const { heldCapability } = globalThis as unknown as { heldCapability: { readonly text: string } };
    const now = (): number => performance.timeOrigin + performance.now();
    const written: { started: number; answered: number }[] = [];
    for (const record of records) {
      const headers = {
        'content-type': 'application/json', 'holdfast-capability': heldCapability.text, 'holdfast-request-id': crypto.randomUUID(),
      };
      const body = JSON.stringify({ repo, collection: 'app.bsky.feed.post', record });
      const started = now();
      const response = await fetch('/xrpc/com.atproto.repo.createRecord', { method: 'POST', headers, body });
      const answer = await response.text();
      written.push({ started, answered: now() });
      if (!response.ok) throw new Error(answer);
      if (gapMs > 0) await new Promise((resolve) => {
        setTimeout(resolve, gapMs);
      });
    }
    return written;
  }, repo, records, gapMs);
  return written.map(({ started, answered }) => ({ started: started - skew, answered: answered - skew }));
}

/** In the page: notes when the bridge asks the house, and when it sends. */
function keepMarks(): void {
  const now = (): number => performance.timeOrigin + performance.now();
  const marks: Mark[] = [];
  const ask = globalThis.fetch;
  const send = WebSocket.prototype.send;
  Object.assign(globalThis, {
    marks,
    async fetch(input: string, init?: RequestInit) {
      const started = now();
      const response = await ask(input, init);
      marks.push({ what: String(input).split('?')[0]!.split('.').at(-1)!, started, ended: now() });
      return response;
    },
  });
  WebSocket.prototype.send = function sendAndNote(data) {
    marks.push({ what: 'send', started: now(), ended: now() });
    return send.call(this, data);
  };
}
