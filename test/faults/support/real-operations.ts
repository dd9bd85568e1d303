// What a real house is asked to do while it is hurt, and what it is like before.
import { bundled } from '../../../scripts/lib/faults-desk.mjs';
import { call, makeAccount, succeed } from '../../e2e/support/house.ts';
import { makeRestorable } from '../../support/restorable.ts';
import type { Page } from 'puppeteer-core';
import type { Answer } from '../../e2e/support/house.ts';
import type { RealHouse } from './real-house.ts';
import type { StandingSite } from './standing-still.ts';

/** A house as it is made ready, and what is known of it. */
export interface Scene {
  readonly house: RealHouse;
  readonly did: string;
  readonly passphrase: string;
  readonly site: StandingSite;
}

export interface RealOperation {
  readonly name: string;
  /** Which worker does it. */
  readonly worker: 'service' | 'jobs';
  /** Whether what is folded may be anywhere on its way afterwards. */
  readonly folds?: true;
  /** Whether nobody may have asked for the house before. */
  readonly isCold?: true;
  /** @returns the account that it is about, where it is another */
  prepare?(scene: Scene): Promise<string | void>;
  /** Does it, or asks again with the same id; its worker stands still at that point, or nowhere. */
  ask(scene: Scene, at: number): Promise<Answer>;
}

const NOTE = 'app.holdfast.note';
const REQUEST = 'the-request-that-is-hurt';
const LARGE = 'x'.repeat(16_000);
/** So many large ones are more than the mebibyte at which a tail is folded. */
const MANY = 80;
const BLOB = 'p'.repeat(3_000);

const repo = (method: string): string => `com.atproto.repo.${method}`;
const one = (did: string, rkey: string, text?: string, more: object = {}) => ({ repo: did, collection: NOTE, rkey, ...(text !== undefined && { record: { $type: NOTE, text, ...more } }) });
const keys = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}-${index}`);
const creates = (name: string, count: number, text: string) => keys(name, count).map((rkey) => ({ $type: `${repo('applyWrites')}#create`, collection: NOTE, rkey, value: { $type: NOTE, text: text + rkey } }));
const deletes = (name: string, count: number) => keys(name, count).map((rkey) => ({ $type: `${repo('applyWrites')}#delete`, collection: NOTE, rkey }));
const done = ({ house }: Scene, method: string, input: unknown): Promise<unknown> => succeed(house.page, repo(method), { input, requestId: crypto.randomUUID() });

/** Asks the service worker. */
function asks(method: string, input: (scene: Scene) => unknown): RealOperation['ask'] {
  return async (scene, at) => {
    await scene.house.points(at);
    return call(scene.house.page, method, { input: input(scene), requestId: REQUEST });
  };
}

export const REAL_OPERATIONS: readonly RealOperation[] = [
  { name: 'create', worker: 'service', ask: asks(repo('createRecord'), ({ did }) => one(did, 'made', 'made')) },
  {
    name: 'update', worker: 'service', prepare: async (scene) => void await done(scene, 'putRecord', one(scene.did, 'changed', 'before')),
    ask: asks(repo('putRecord'), ({ did }) => one(did, 'changed', 'after')),
  },
  {
    name: 'delete', worker: 'service', prepare: async (scene) => void await done(scene, 'putRecord', one(scene.did, 'gone', 'before')),
    ask: asks(repo('deleteRecord'), ({ did }) => one(did, 'gone')),
  },
  { name: 'applyWrites of 200', worker: 'service', ask: asks(repo('applyWrites'), ({ did }) => ({ repo: did, writes: creates('many', 200, 'many') })) },
  { name: 'blob upload', worker: 'service', ask: upload },
  {
    name: 'blob reference', worker: 'service', prepare: async (scene) => void await upload(scene, 0),
    ask: async (scene, at) => {
      // Uploaded again it is the same, and this says what to write in the record.
      const { blob } = (await upload(scene, 0)).body;
      return asks(repo('createRecord'), ({ did }) => one(did, 'pictured', 'pictured', { picture: blob }))(scene, at);
    },
  },
  { name: 'account creation', worker: 'jobs', ask: create },
  {
    name: 'write that folds', worker: 'service', folds: true, prepare: (scene) => unfolded(scene, () => fill(scene, 'large')),
    ask: asks(repo('createRecord'), ({ did }) => one(did, 'made', 'made')),
  },
  {
    name: 'write that compacts', worker: 'service', folds: true,
    prepare: async (scene) => {
      await unfolded(scene, () => fill(scene, 'large'));
      await done(scene, 'createRecord', one(scene.did, 'folds', 'this'));
      await scene.house.rest();
      await unfolded(scene, async () => {
        await done(scene, 'applyWrites', { repo: scene.did, writes: deletes('large', MANY) });
        await fill(scene, 'later');
      });
    },
    ask: asks(repo('createRecord'), ({ did }) => one(did, 'made', 'made')),
  },
  { name: 'restore', worker: 'jobs', ask: restore },
  {
    name: 'schema upgrade', worker: 'service', isCold: true, prepare: firstVersion,
    ask: async (scene, at) => {
      await scene.house.points(at);
      return call(scene.house.page, 'app.holdfast.account.describe', { params: { did: scene.did } });
    },
  },
];

/** An account with a few records in a house of its own. */
export async function settle(house: RealHouse, site: StandingSite): Promise<Scene> {
  const { did, passphrase } = await makeAccount(house.page);
  const scene = { house, did, passphrase, site };
  await done(scene, 'applyWrites', { repo: did, writes: creates('first', 20, 'first') });
  return scene;
}

async function fill(scene: Scene, name: string): Promise<void> {
  const writes = creates(name, MANY, LARGE);
  for (let at = 0; at < MANY; at += 30) await done(scene, 'applyWrites', { repo: scene.did, writes: writes.slice(at, at + 30) });
}

/** Works while nobody folds beside it: who holds this lock folds. */
async function unfolded({ house: { page }, did }: Scene, work: () => Promise<void>): Promise<void> {
  await page.evaluate((did) => new Promise<void>((held) => {
    void navigator.locks.request(`maintain:${did}`, () => new Promise<void>((release) => {
      Object.assign(globalThis, { release });
      held();
    }));
  }), did);
  await work();
  // What follows on a write looks for the lock a moment later, and finds it taken.
  await page.evaluate(() => new Promise<void>((resolve) => {
    setTimeout(() => {
      (globalThis as unknown as { release(): void }).release();
      resolve();
    }, 200);
  }));
}

async function upload({ house, did }: Scene, at: number): Promise<Answer> {
  // It asks for the capability.
  await call(house.page, 'app.holdfast.account.describe', { params: { did } });
  await house.points(at);
  return house.page.evaluate(async (did, id, bytes) => {
    const given = (globalThis as { heldCapability?: { readonly text: string } }).heldCapability?.text ?? '';
    const headers = { 'holdfast-capability': given, 'holdfast-request-id': id, 'holdfast-account': did, 'content-type': 'image/png' };
    const response = await fetch('/xrpc/com.atproto.repo.uploadBlob', { method: 'POST', body: bytes, headers });
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  }, did, `${REQUEST}-with-a-blob`, BLOB);
}

/** Puts a database in the place of this one, as the first version of the schema made it. */
async function firstVersion({ house, site }: Scene): Promise<string> {
  site.add('first-house.js', await bundled('test/faults/support/first-house.ts', []));
  await house.stopWorker();
  return house.page.evaluate(async (url) => {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('holdfast');
      request.addEventListener('success', resolve);
      request.addEventListener('error', reject);
    });
    await import(url);
    return (await (globalThis as unknown as { makeFirstHouse(name: string): Promise<{ did: string }> }).makeFirstHouse('holdfast')).did;
  }, '/first-house.js');
}

let restorable: Promise<{ readonly kit: string; readonly car: string; readonly passphrase: string }> | undefined;

async function files(): Promise<{ readonly kit: string; readonly car: string; readonly passphrase: string }> {
  // More than one batch of rows, so that there is something half-way.
  const items = keys('large', 40).map((rkey) => ({ path: `${NOTE}/${rkey}`, record: { $type: NOTE, text: `${rkey} ${'y'.repeat(120_000)}` } }));
  const { kit, car, passphrase } = await makeRestorable({ items });
  const [kitText, carText] = await Promise.all([kit, car].map(async (blob) => Buffer.from(await blob.arrayBuffer()).toString('base64')));
  return { kit: kitText!, car: carText!, passphrase };
}

async function restore(scene: Scene, at: number): Promise<Answer> {
  restorable ??= files();
  const { kit, car, passphrase } = await restorable;
  return job(scene, at, { job: 'restore', id: 'the-restore-that-is-hurt', passphrase }, { kit, car });
}

async function create(scene: Scene, at: number): Promise<Answer> {
  const { passphrase } = scene;
  return job(scene, at, { job: 'kit', nsid: 'app.holdfast.account.create', input: { passphrase }, requestId: REQUEST });
}

/** Has the worker of long jobs do it, as a page does; `blobs` in base64. */
async function job({ house, site: { jobs } }: Scene, at: number, start: object, blobs: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return house.page.evaluate(async (url, name, start, blobs) => {
    const blob = (text: string): Blob => new Blob([Uint8Array.from(atob(text), (letter) => letter.codePointAt(0)!)]);
    const { trustedTypes } = globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } };
    const known = globalThis as { policy?: { createScriptURL(url: string): string }; worker?: Worker };
    known.policy ??= trustedTypes.createPolicy('holdfast', { createScriptURL: (text: string) => text });
    const worker = new Worker(known.policy.createScriptURL(url), { type: 'module', name });
    known.worker = worker;
    type Said = { readonly type: string; readonly error?: Answer['body']; readonly result?: { readonly status?: number; readonly body?: Answer['body'] } };
    const said = await new Promise<Said>((resolve) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Said>) => data.type !== 'progress' && resolve(data));
      worker.postMessage({ type: 'start', ...start, ...Object.fromEntries(Object.entries(blobs).map(([name, text]) => [name, blob(text)])) });
    });
    const count = await new Promise<number>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', ({ data }: MessageEvent<{ count: number }>) => resolve(data.count), { once: true });
      port1.start();
      worker.postMessage({ faultPoints: {} }, [port2]);
    });
    worker.terminate();
    return { status: said.type === 'done' ? said.result?.status ?? 200 : 500, body: { ...said.error, ...said.result?.body, count } };
  }, jobs, `stand still at ${at}`, start as Record<string, never>, blobs);
}

/** Ends the worker of long jobs, as a page does that is closed. */
export async function endJobs(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as { worker?: Worker }).worker?.terminate());
}
