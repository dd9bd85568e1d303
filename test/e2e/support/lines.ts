// A house whose lines to the mirror are not all there: what carries its commits then, and what the Mirror screen says of it.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { makeAccount, post, proveAndPair, succeed } from './house.ts';
import { mirrored } from './journey.ts';
import { says } from './owner.ts';
import { find, visit } from './page.ts';
import type { Page } from 'puppeteer-core';
import type { App } from './app.ts';

/** What of a page's lines does not work. */
export interface Broken {
  /** No WebSocket opens. */
  readonly sockets?: boolean;
  /** There are no peer connections. */
  readonly peers?: boolean;
  /** Somebody on the way puts another fingerprint into what the mirror answers, while `globalThis.isHonest` is not set. */
  readonly fingerprints?: boolean;
}

/** Has every document of the page begin so. */
export async function breakLines(page: Page, broken: Broken): Promise<void> {
  await page.evaluateOnNewDocument((what: Broken) => {
    const scope = globalThis as unknown as { WebSocket: typeof WebSocket; RTCPeerConnection?: unknown; fetch: typeof fetch; isHonest?: boolean; swapped?: number; told?: number };
    if (what.sockets === true) {
      const Socket = scope.WebSocket;
      // There is no stream there, so no WebSocket is opened.
      scope.WebSocket = class extends Socket {
        constructor(url: string | URL) {
          super(new URL('/xrpc/app.holdfast.none', url));
        }
      };
    }
    if (what.peers === true) delete scope.RTCPeerConnection;
    if (what.fingerprints === true) {
      const honest = scope.fetch;
      const tell = RTCPeerConnection.prototype.setRemoteDescription as (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
      RTCPeerConnection.prototype.setRemoteDescription = function told(description: RTCSessionDescriptionInit): Promise<void> {
        scope.told = (scope.told ?? 0) + 1;
        return tell.call(this, description);
      };
      scope.fetch = async (...args: Parameters<typeof fetch>) => {
        const response = await honest(...args);
        if (scope.isHonest === true || !String(args[0]).endsWith('app.holdfast.mirror.connect')) return response;
        const answer = await response.json() as { sdp: string };
        scope.swapped = (scope.swapped ?? 0) + 1;
        return Response.json({ ...answer, sdp: answer.sdp.replace(/(a=fingerprint:sha-256 )\S+/, `$1${Array.from({ length: 32 }, () => 'AB').join(':')}`) });
      };
    }
  }, broken);
}

/** An account of this house that is paired, and a record of it. */
export async function pairedPage(page: Page, app: Pick<App, 'url' | 'mirror'>): Promise<string> {
  await visit(page, app.url);
  const made = await makeAccount(page);
  await proveAndPair(page, made, app.mirror);
  return made.did;
}

export const write = (page: Page, did: string, text: string): Promise<unknown> =>
  succeed(page, 'com.atproto.repo.createRecord', { input: post(did, text), requestId: crypto.randomUUID() });

/** Writes, sees it at the mirror, and reads on the screen what has carried it. */
export async function carriedBy(page: Page, app: Pick<App, 'url' | 'mirror'>, did: string, line: RegExp): Promise<void> {
  await visit(page, `${app.url}/mirror`);
  await says(page, 'holdfast-mirror >>> #line', line);
  await write(page, did, 'over the line that there is');
  await mirrored(page, did);
  const latest = await (await fetch(`${app.mirror}/xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).json() as { rev: string };
  const { mirror } = await succeed(page, 'app.holdfast.bridge.describe', { params: { did } }) as { mirror: { acked: { rev: string } } };
  assert.equal(mirror.acked.rev, latest.rev);
  await says(page, 'holdfast-mirror >>> #line', line);
}

/** Somebody swaps the fingerprint: nothing is sent over that line; when they stop, it carries. */
export async function refusedThenCarried(page: Page, app: Pick<App, 'url' | 'mirror'>, did: string): Promise<void> {
  await visit(page, `${app.url}/mirror`);
  await find(page, 'holdfast-mirror >>> #pause');
  await write(page, did, 'not for a thief');
  const swapped = (): Promise<number> => page.evaluate(() => (globalThis as { swapped?: number }).swapped ?? 0);
  for (const end = Date.now() + 60_000; await swapped() < 2; await pause(100)) assert.ok(Date.now() < end, 'no fingerprint was swapped');
  const { mirror } = await succeed(page, 'app.holdfast.bridge.describe', { params: { did } }) as { mirror: { waiting: number } };
  assert.ok(mirror.waiting > 0, 'somebody has taken it');
  const told = (): Promise<number> => page.evaluate(() => (globalThis as { told?: number }).told ?? 0);
  assert.equal(await told(), 0, 'a peer was told of a stranger');
  await page.evaluate(() => {
    (globalThis as { isHonest?: boolean }).isHonest = true;
    globalThis.dispatchEvent(new Event('online'));
  });
  await mirrored(page, did);
  await says(page, 'holdfast-mirror >>> #line', /WebRTC/);
  assert.ok(await told() > 0, 'nothing was counted');
}
