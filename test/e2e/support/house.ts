import type { Page } from 'puppeteer-core';

/** An answer of the house, as a page got it. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  readonly input?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  /** Of its own, instead of the one the worker gave; null for none. */
  readonly capability?: string | null;
}

/** What the worker of long jobs answers, since it seals a kit or opens one. */
const KIT_METHODS: readonly string[] = ['app.holdfast.account.create', 'app.holdfast.kit.prove'];

/** Asks the house from inside the page, in the way of any client of it. */
export function call(page: Page, nsid: string, options: CallOptions = {}): Promise<Answer> {
  return KIT_METHODS.includes(nsid) ? callKit(page, nsid, options) : callWorker(page, nsid, options);
}

/** Has a worker of long jobs answer: started as `openPage` has arranged, or from a frame, which may make a policy of its own. */
async function callKit(page: Page, nsid: string, { input, requestId = crypto.randomUUID() }: CallOptions): Promise<Answer> {
  return page.evaluate(async (nsid, input, requestId) => {
    type Said = { readonly type: 'done'; readonly result: Answer } | { readonly type: 'failed'; readonly error: object };
    type Scope = typeof globalThis & { readonly trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } };
    const { startWorker } = globalThis as { startWorker?: (url: string) => Worker };
    const fromFrame = (url: string): Worker => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const { trustedTypes, Worker } = frame.contentWindow as unknown as Scope;
      return new Worker(trustedTypes?.createPolicy('holdfast', { createScriptURL: (text: string) => text }).createScriptURL(url) ?? url, { type: 'module' });
    };
    const [name] = /assets\/jobs-[\w-]+\.js/.exec(await (await fetch('/sw.js')).text()) ?? [];
    for (let tries = 0; tries < 5; tries++) {
      const worker = (startWorker ?? fromFrame)(`/${name}`);
      const said = await new Promise<Said | undefined>((resolve) => {
        worker.addEventListener('message', ({ data }: MessageEvent<Said>) => resolve(data));
        // To a frame that was made this moment the browser may refuse the script.
        worker.addEventListener('error', () => resolve(undefined));
        worker.postMessage({ type: 'start', job: 'kit', nsid, input, requestId });
      });
      worker.terminate();
      if (said !== undefined) return said.type === 'done' ? said.result : { status: 0, body: { ...said.error } };
    }
    throw new Error('no worker of long jobs could be started');
  }, nsid, input as never, requestId);
}

/** Asks the service worker with the capability that it gives out. */
async function callWorker(page: Page, nsid: string, options: CallOptions): Promise<Answer> {
  return page.evaluate(async (nsid, { input, params, requestId, capability }: CallOptions) => {
    const { serviceWorker } = navigator;
    for (let tries = 0; serviceWorker.controller === null && tries < 400; tries++) {
      await new Promise((resolve) => {
        setTimeout(resolve, 25);
      });
    }
    const worker = serviceWorker.controller;
    if (worker === null) throw new Error('the page is not controlled');
    // A client asks its worker once, and holds back while a new version takes over.
    const known = globalThis as { heldCapability?: { readonly worker: ServiceWorker; readonly text: string }; pause?: Promise<void>; channel?: BroadcastChannel };
    if (known.channel === undefined) {
      known.channel = new BroadcastChannel('holdfast-pages');
      known.channel.addEventListener('message', () => {
        known.pause = new Promise((resolve) => {
          serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
          setTimeout(resolve, 20_000);
        });
      });
    }
    await known.pause;
    if (capability === undefined && known.heldCapability?.worker !== worker) {
      const text = await new Promise<string>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', ({ data }) => resolve(data as string), { once: true });
        port1.start();
        worker.postMessage({ type: 'capability' }, [port2]);
      });
      known.heldCapability = { worker, text };
    }
    const given = capability === undefined ? known.heldCapability?.text ?? null : capability;
    const headers: Record<string, string> = {};
    if (given !== null) headers['holdfast-capability'] = given;
    if (requestId !== undefined) headers['holdfast-request-id'] = requestId;
    if (input !== undefined) headers['content-type'] = 'application/json';
    const isQuery = input === undefined && requestId === undefined;
    const query = params === undefined ? '' : `?${new URLSearchParams(params).toString()}`;
    const response = await fetch(`/xrpc/${nsid}${query}`, {
      headers, method: isQuery ? 'GET' : 'POST', ...(input !== undefined && { body: JSON.stringify(input) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  }, nsid, options as never);
}

/** The answer's body, where the call must succeed. */
export async function succeed(page: Page, nsid: string, options: CallOptions = {}): Promise<Answer['body']> {
  const { status, body } = await call(page, nsid, options);
  if (status !== 200) throw new Error(`${nsid} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Makes an account, with a handle or on a domain; the passphrase opens its kit. */
export async function makeAccount(page: Page, name?: string | { readonly domain: string }): Promise<{ readonly did: string; readonly passphrase: string }> {
  const { passphrase } = await succeed(page, 'app.holdfast.kit.generatePassphrase', { requestId: crypto.randomUUID() });
  const { account } = await succeed(page, 'app.holdfast.account.create', { input: { passphrase, ...(typeof name === 'string' ? { handle: name } : name) }, requestId: crypto.randomUUID() });
  return { did: (account as { did: string }).did, passphrase: passphrase as string };
}

/** Proves the kit of an account and pairs it with the mirror. @returns the kit, armored */
export async function proveAndPair(page: Page, { did, passphrase }: { readonly did: string; readonly passphrase: string }, mirror: string): Promise<string> {
  const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
  await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: mirror }, requestId: crypto.randomUUID() });
  return armored as string;
}

/** The input of a createRecord of a small post. */
export const post = (repo: string, text: string) => ({
  repo, collection: 'app.bsky.feed.post', record: { $type: 'app.bsky.feed.post', text, createdAt: '2026-11-25T00:00:00.000Z' },
});

/** The texts of all posts, oldest first. */
export async function postTexts(page: Page, repo: string): Promise<string[]> {
  const texts: string[] = [];
  let cursor: string | undefined;
  do {
    const params = { repo, collection: 'app.bsky.feed.post', limit: '100', reverse: 'true', ...(cursor !== undefined && { cursor }) };
    const body = await succeed(page, 'com.atproto.repo.listRecords', { params });
    for (const { value } of body.records as { value: { text: string } }[]) texts.push(value.text);
    cursor = body.cursor as string | undefined;
  } while (cursor !== undefined);
  return texts;
}

/** The repository as the house streams it to a page that has called before. */
export async function exportRepo(page: Page, did: string): Promise<Uint8Array> {
  const base64 = await page.evaluate(async (did) => {
    const given = (globalThis as { heldCapability?: { readonly text: string } }).heldCapability?.text ?? '';
    const response = await fetch(`/xrpc/com.atproto.sync.getRepo?did=${did}`, { headers: { 'holdfast-capability': given } });
    if (!response.ok) throw new Error(await response.text());
    const bytes = new Uint8Array(await response.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCodePoint(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }, did);
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
