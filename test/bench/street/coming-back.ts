// A repository that comes back in a page, is paired, and reaches the relay: how long each step takes, and what memory each
// process needs for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildIfStale, dist } from '../../../scripts/build.mjs';
import { ProcessWatch } from '../../../scripts/lib/process-watch.mjs';
import { listenOnLocalhost, staticHandler } from '../../../scripts/lib/static-server.mjs';
import { startDirectory } from '../../../src/street/index.ts';
import { makeRestorable } from '../../support/restorable.ts';
import { choose, fileOf, press } from '../../e2e/support/backups.ts';
import { succeed } from '../../e2e/support/house.ts';
import { find, LOOKS, openPage, startChromium, visit } from '../../e2e/support/page.ts';
import { timed } from '../measure.ts';
import { startMirrorProcess } from './mirror-peer.ts';
import { startServer } from './server-process.ts';

/** Lines of a table, one for each step. */
export async function measureComingBack(records: number): Promise<string[]> {
  await buildIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-back-'));
  const directory = await startDirectory({ port: 0, file: join(folder, 'directory.sqlite') });
  const relay = await startServer(fileURLToPath(new URL('relay-child.ts', import.meta.url)), [join(folder, 'relay.sqlite'), directory.url]);
  const mirror = await startMirrorProcess({ directory: directory.url, folder: join(folder, 'mirror'), relays: [relay.said['url']!] });
  const settings = JSON.stringify({ directory: directory.url, mirror: mirror.said['url'], relay: relay.said['url'] });
  const pages = await listenOnLocalhost(staticHandler(dist, { '/settings.json': () => settings }), 0);
  const browser = await startChromium();
  const watches = { browser: browser.process()!.pid!, mirror: mirror.pid, relay: relay.pid };
  try {
    const { did, rev, car, kit, passphrase } = await makeRestorable({ records, seed: 9 });
    const { page } = await openPage(browser, `http://localhost:${pages.port}`, LOOKS['desktop, light']!);
    await visit(page, `http://localhost:${pages.port}/restore`);
    await choose(page, 'holdfast-restore >>> #car', fileOf('back.car', new Uint8Array(await car.arrayBuffer())));
    await choose(page, 'holdfast-restore >>> #kit', fileOf('back.age', new Uint8Array(await kit.arrayBuffer())));
    await (await find(page, 'holdfast-restore >>> #passphrase')).type(passphrase);
    await pause(2_000);
    const asked = (method: string): Promise<Response> => fetch(`${relay.said['url']}/xrpc/com.atproto.sync.${method}?did=${did}`);
    return [
      await step(watches, `restore ${records.toLocaleString('en')} records`, async () => {
        await press(page, 'holdfast-restore >>> #start');
        await page.waitForSelector('>>> holdfast-restored >>> #back', { timeout: 120_000 });
      }),
      await step(watches, 'pair: hand over, name, activate', () => (
        succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: mirror.said['url'] }, requestId: crypto.randomUUID() }))),
      await step(watches, 'until the relay has fetched it', async () => {
        while ((await (await asked('getLatestCommit')).json() as { rev?: string }).rev !== rev) await pause(20);
      }),
      await step(watches, 'getRepo of the mirror, whole', async () => {
        await (await fetch(`${mirror.said['url']}/xrpc/com.atproto.sync.getRepo?did=${did}`)).arrayBuffer();
      }),
    ];
  } finally {
    await browser.close();
    await pages.close();
    await mirror.stop();
    await relay.stop();
    await directory.close();
    rmSync(folder, { recursive: true });
  }
}

async function step(pids: Readonly<Record<string, number>>, what: string, work: () => Promise<unknown>): Promise<string> {
  const watches = Object.entries(pids).map(([name, pid]) => [name, new ProcessWatch(pid)] as const);
  const ms = await timed(work);
  const used = watches.map(([name, watch]) => {
    const { memory, seconds } = watch.take();
    watch.end();
    return `${name} +${megabytes(memory)} MB, ${(seconds ?? NaN).toFixed(1)} s of a processor`;
  });
  return `${what.padEnd(34)}${(ms / 1000).toFixed(1).padStart(6)} s   ${used.join('; ')}`;
}

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '?' : Math.max(0, bytes / 1_000_000).toFixed(0));
