// The service worker of the bench: the server of a house as the browser runs it, which answers any page, and is asked to do
// things that only a worker can do. It is never built into Holdfast.
import { createPds, EventFeed, HOUSE_METHODS } from '../../../src/pds/index.ts';
import { createP256Signer, datetimeFromMs, formatDidKey, generateP256Key, parseDid, sha256Ready } from '../../../src/protocol/index.ts';
import { Tally, verifyRepository } from '../../../src/repo/index.ts';
import { openHouse } from '../../../src/storage/idb/index.ts';
import { asStream } from '../../../src/worker/as-stream.ts';
import { seeded } from '../generator.ts';
import { benchSigner, DID } from '../holdfast.ts';
import { engineTimes } from './engine-times.ts';
import type { Ask, Told } from './messages.ts';

declare const self: ServiceWorkerGlobalScope;

const COLLECTION = 'app.holdfast.bench';
const house = openHouse('bench');
const pds = house.then((parts) => createPds({ ...parts, feed: new EventFeed(), version: 'bench', did: parseDid('did:web:bench.test') }, HOUSE_METHODS));

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === '/empty') event.respondWith(Response.json({}));
  else if (pathname.startsWith('/xrpc/')) event.respondWith(answer(event.request).then(asStream));
});
self.addEventListener('message', (event) => {
  const [port] = event.ports;
  // Who has no port only keeps the worker awake.
  if (port === undefined) return;
  event.waitUntil(carryOut(event.data as Ask).then((told) => port.postMessage({ told }), (error: unknown) => port.postMessage({ error: String(error) })));
});

async function answer(request: Request): Promise<Response> {
  await sha256Ready;
  return (await pds).fetch(request, { kind: 'owner' });
}

async function carryOut(ask: Ask): Promise<Told> {
  await sha256Ready;
  switch (ask.ask) {
    case 'engine':
      return engineTimes(ask.records);
    case 'import':
      return { ms: [await timed(() => bringIn(ask.car, ask.verifyOnly === true))] };
    case 'writes':
      return { ms: await writes(ask.count, ask.together) };
    case 'transactions':
      return { ms: await transactions(ask.count) };
    case 'edits':
      return edits(ask.count);
    case 'size': {
      const { blocks, history } = await (await house).store.size(DID);
      return { blocks: [blocks], history: [history], estimate: [(await navigator.storage.estimate()).usage ?? 0] };
    }
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** As a restore does it: verified block by block while it comes, written beside what is there, adopted at the end. */
async function bringIn(car: string, verifyOnly: boolean): Promise<void> {
  const { store } = await house;
  const { body } = await fetch(car);
  const { publicKey } = await benchSigner;
  const packs = verifyOnly ? undefined : await store.packs(DID);
  const tally = new Tally();
  const { commit } = await verifyRepository(body!, {
    key: publicKey, did: DID,
    visitor: {
      record: (path, cid, bytes) => tally.add(path, cid, bytes),
      blocks: async (found) => packs?.add(found),
    },
  });
  if (packs === undefined) return;
  const keys = { signing: await generateP256Key(false), rotation: await generateP256Key(false) };
  // Writes are signed by a key of this browser, which costs the same as the one that signed the file.
  const signingKey = formatDidKey((await createP256Signer(keys.signing)).publicKey);
  await packs.adopt({
    did: DID, status: 'active', origin: 'restored', createdAt: datetimeFromMs(Date.now()), head: commit, collections: tally.collections,
    signingKey, rotationKeys: [signingKey], operations: [],
  }, keys);
}

function create(text: string): Request {
  const body = JSON.stringify({ repo: DID, collection: COLLECTION, record: { $type: COLLECTION, text, createdAt: '2026-11-25T00:00:00.000Z' } });
  const headers = { 'content-type': 'application/json', 'holdfast-request-id': crypto.randomUUID() };
  return new Request(new URL('/xrpc/com.atproto.repo.createRecord', self.location.href), { method: 'POST', headers, body });
}

async function succeed(request: Request): Promise<void> {
  const response = await answer(request);
  if (!response.ok) throw new Error(await response.text());
  await response.text();
}

/** Milliseconds of each write: those that are made together share their time. */
async function writes(count: number, together: number): Promise<number[]> {
  const times: number[] = [];
  for (let made = 0; made < count; made += together) {
    const ms = await timed(() => Promise.all(Array.from({ length: together }, (_, at) => succeed(create(`number ${made + at}`)))));
    times.push(ms / together);
  }
  return times;
}

async function transactions(count: number): Promise<number[]> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('bare', 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore('rows'));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('It did not open.')));
  });
  const row = crypto.getRandomValues(new Uint8Array(8_000));
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    times.push(await timed(() => new Promise<void>((resolve, reject) => {
      const transaction = db.transaction('rows', 'readwrite', { durability: 'strict' });
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('It was aborted.')));
      transaction.objectStore('rows').put(row, index);
    })));
  }
  db.close();
  return times;
}

async function edits(count: number): Promise<Told> {
  const { store } = await house;
  const random = seeded(5);
  const living: string[] = [];
  const record = (): object => ({ $type: COLLECTION, text: 'x'.repeat(Math.floor(random() * 400)), createdAt: '2026-11-25T00:00:00.000Z' });
  let serial = 0;
  const ms = await timed(async () => {
    for (let made = 0; made < count; made += 100) {
      const paths = new Set<string>();
      const list = Array.from({ length: 100 }, () => {
        const at = Math.floor(random() * living.length);
        const old = living[at];
        if (old === undefined || random() < 0.4 || paths.has(old)) {
          const rkey = `n${serial++}`;
          living.push(rkey);
          paths.add(rkey);
          return { $type: 'com.atproto.repo.applyWrites#create', collection: COLLECTION, rkey, value: record() };
        }
        paths.add(old);
        if (random() < 0.6) return { $type: 'com.atproto.repo.applyWrites#update', collection: COLLECTION, rkey: old, value: record() };
        living.splice(at, 1);
        return { $type: 'com.atproto.repo.applyWrites#delete', collection: COLLECTION, rkey: old };
      });
      const body = JSON.stringify({ repo: DID, writes: list });
      const headers = { 'content-type': 'application/json', 'holdfast-request-id': crypto.randomUUID() };
      await succeed(new Request(new URL('/xrpc/com.atproto.repo.applyWrites', self.location.href), { method: 'POST', headers, body }));
    }
  });
  return { ms: [ms], compaction: [await timed(() => store.compact(DID))] };
}
