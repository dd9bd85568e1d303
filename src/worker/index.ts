import { cleanupOutdatedCaches, precache } from 'workbox-precaching';
import { EventFeed } from '../pds/index.ts';
import { sha256Ready } from '../protocol/index.ts';
import { asStream } from './as-stream.ts';
import { BackgroundSync } from './background-sync.ts';
import { Capabilities } from './capability.ts';
import { refusal } from './guard.ts';
import { lazyPds, VERSION } from './house.ts';
import { isOwnWindow, readMessage } from './messages.ts';
import { readWaking } from './notice.ts';
import { pageOf } from './pages.ts';
import { Takeover } from './takeover.ts';
import { isOfHouse, Wakings } from './waking.ts';
import type { HouseEvent } from '../pds/index.ts';
import type { SyncEvent } from './background-sync.ts';
import type { Place } from './notice.ts';
import type { SubscriptionChange } from './waking.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: Parameters<typeof precache>[0] };

const feed = new EventFeed();
const pds = lazyPds(feed);
const capabilities = new Capabilities();
const takeover = new Takeover(feed);
const backgroundSync = new BackgroundSync(pds);
const wakings = new Wakings(pds);

/** Methods that write records. */
const WRITES = ['/xrpc/com.atproto.repo.', '/xrpc/app.holdfast.history.undo'];

// The pages of this version, so that the house opens without a network. Never skips waiting by itself: it owns writes.
// One that only waits for a mirror keeps none, takes over no page and answers nothing.
const files = self.__WB_MANIFEST;
if (isOfHouse()) {
  precache(files);
  cleanupOutdatedCaches();

  self.addEventListener('activate', (event) => {
    event.waitUntil(self.clients.claim());
  });

  self.addEventListener('fetch', (event) => {
    const { request, clientId } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (url.pathname === '/xrpc' || url.pathname.startsWith('/xrpc/')) {
      const answered = answer(request, clientId).then(asStream);
      const isPost = request.method === 'POST';
      event.respondWith(isPost ? takeover.during(answered) : answered);
      if (isPost && WRITES.some((start) => url.pathname.startsWith(start))) event.waitUntil(answered.then(() => backgroundSync.afterWrite()));
    } else if (request.method === 'GET') {
      event.respondWith(pageOf(request).then((page) => page ?? fetch(request).catch(() => Response.error())));
    }
  });

  self.addEventListener('sync', (event) => {
    const { tag } = event as SyncEvent;
    (event as SyncEvent).waitUntil(backgroundSync.onSync(tag));
  });
}

self.addEventListener('push', (event) => {
  event.waitUntil(wakings.show(event.data?.text()));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(wakings.open(event.notification.data as Place));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as SubscriptionChange).waitUntil(wakings.renew(event as SubscriptionChange));
});

async function answer(request: Request, clientId: string): Promise<Response> {
  try {
    const refused = await refusal(request, clientId, capabilities);
    if (refused !== undefined) return refused;
    await sha256Ready;
    return await (await pds()).fetch(request, { kind: 'owner' });
  } catch (error) {
    console.error('Holdfast:', VERSION, error);
    const message = 'The store of this house could not be opened. Nothing was changed, and what is stored is safe.';
    return Response.json({ error: 'StoreClosed', message }, { status: 503, headers: { 'retry-after': '1', 'cache-control': 'no-store' } });
  }
}

self.addEventListener('message', (event) => {
  const message = readMessage(event.data);
  if (message === undefined || !isOwnWindow(event.source)) return;
  const [port] = event.ports;
  if (message === 'capability') event.waitUntil(capabilities.of(event.source.id).then((text) => port?.postMessage(text)));
  if (message === 'claim') event.waitUntil(self.clients.claim());
  if (message === 'prepare-update') backgroundSync.hurry();
  if (message === 'prepare-update') event.waitUntil(takeover.prepare().then(() => port?.postMessage('ready')));
  const waking = message === 'waking' ? readWaking(event.data) : undefined;
  if (waking !== undefined) event.waitUntil(wakings.keep(waking).then(() => port?.postMessage('kept')));
  if (message === 'forget-waking') event.waitUntil(wakings.forget().then(() => port?.postMessage('forgotten')));
  if (message === 'skip-waiting') event.waitUntil(self.skipWaiting());
});

// The worker of long jobs, and other workers of this house, tell what they have changed.
new BroadcastChannel('holdfast').addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isJobsEvent(data)) feed.announce(data);
});

function isJobsEvent(data: unknown): data is Extract<HouseEvent, { type: 'accounts' | 'jobs' | 'mirrors' | 'step' }> {
  return typeof data === 'object' && data !== null && 'type' in data && ['accounts', 'jobs', 'mirrors', 'step'].includes(data.type as string);
}
