import type { Page } from 'puppeteer-core';

/** How a method of the bridge ends in a page whose mirror is played: with this output, this error, or not at all. */
export type Played = object | { readonly error: string; readonly message: string } | 'stuck';

/** What the played house answers, by the last part of the NSID (`describe`, `preview`, `pair`). */
export type Answers = Readonly<Record<string, Played>>;

/** What a mirror says of itself, and offers by an invitation. */
export const PREVIEW = {
  terms: {
    repoBytes: 1_000_000_000, mostRepoBytes: 1_100_000_000, allBlobBytes: 5_000_000_000, mostAllBlobBytes: 5_500_000_000, blobBytes: 50_000_000, writesPerHour: 500,
    days: 365, warnPercent: 90, noticeDays: 14, graceDays: 14, invitation: 'open', usableUntil: '2026-12-24T00:00:00.000Z',
  },
  url: 'https://mirror.example.com',
  mirror: {
    did: 'did:web:mirror.example.com', version: 'holdfast-mirror/0.1.0', handleDomains: ['.mirror.example.com', '.people.example.net'],
    inviteRequired: true, email: 'operator@example.com',
    privacyPolicy: 'https://mirror.example.com/privacy', termsOfService: 'https://mirror.example.com/terms', clockAheadMs: 0,
  },
};

const ALARM_MESSAGE = 'Your data is safe in this browser. The mirror shows the state of yesterday, though it has signed a receipt for a later one.';

/** An account's mirror; `rev` is the one it has confirmed. */
export const mirrorOf = (did: string, rev: string, change: object = {}) => ({
  did, url: 'https://mirror.example.com', mirrorDid: 'did:web:mirror.example.com', handle: 'ada.mirror.example.com', state: 'active',
  pairedAt: '2026-11-25T06:00:00.000Z', words: ['lusab', 'babad', 'gutih', 'tugad'], waiting: 0, waitingBytes: 0, missingBlobs: 0,
  acked: { commit: 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy', rev, seq: 1_764_057_600_000_042, time: '2026-11-25T08:00:00.000Z' },
  relay: { url: 'https://relay.example.net', rev, time: '2026-11-25T08:00:01.000Z' },
  ...change,
});

/** An alarm, as the house tells it. */
export const alarm = (code: string) => ({ code, message: ALARM_MESSAGE, time: '2026-11-25T08:10:00.000Z' });

/**
 * Plays the methods of the bridge in this page, from its next load on. `pair` tells four of its steps on the feed before
 * it ends; `feed` of the page lets a test tell more.
 */
export async function playMirror(page: Page, answers: Answers): Promise<void> {
  await page.evaluateOnNewDocument((answers: Readonly<Record<string, unknown>>) => {
    const real = globalThis.fetch;
    // A page that does not lead talks to no mirror.
    void navigator.locks?.request('bridge', () => new Promise(() => undefined));
    const playing = globalThis as unknown as { played: Record<string, unknown>; tellHouse(event: object): void };
    playing.played = { getAlerts: { alerts: { ways: [], kinds: ['webhook', 'email'], most: 3 } }, ...answers };
    const told = new Set<(event: object) => void>();
    playing.tellHouse = (event) => told.forEach((tell) => tell(event));
    const json = (body: unknown, status = 200): Response => Response.json(body, { status });

    const feed = async (response: Response): Promise<Response> => {
      const encoder = new TextEncoder();
      const reader = response.body?.getReader();
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          told.add((event) => controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`)));
        },
        async pull(controller) {
          const { done, value } = await reader?.read() ?? { done: true, value: undefined };
          if (value !== undefined) controller.enqueue(value);
          if (done) controller.close();
        },
      });
      return new Response(stream, { headers: response.headers });
    };

    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input), location.href);
      if (url.pathname === '/xrpc/app.holdfast.events.subscribe') return feed(await real(input, init));
      const [, method] = /^\/xrpc\/app\.holdfast\.bridge\.(\w+)$/.exec(url.pathname) ?? [];
      if (method === undefined) return real(input, init);
      const answer = playing.played[method] ?? (method === 'describe' ? {} : { error: 'MirrorUnreachable', message: 'The mirror did not answer.' });
      if (method === 'pair') {
        const request = new Headers(init?.headers).get('holdfast-request-id') ?? '';
        for (const step of ['mirror', 'directory', 'enroll']) playing.tellHouse({ type: 'step', request, step, state: 'done', ms: 340 });
        playing.tellHouse({ type: 'step', request, step: 'hand-over', state: 'running' });
      }
      if (answer === 'stuck') {
        return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError'))));
      }
      return json(answer, typeof answer === 'object' && answer !== null && 'error' in answer ? 400 : 200);
    };
  }, answers as Record<string, unknown>);
}
