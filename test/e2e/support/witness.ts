import type { CDPSession, Page } from 'puppeteer-core';

/** Where something was seen, and what. */
export type Seen = ReadonlyMap<string, Buffer>;

/**
 * Sees what a page and its workers say and send: consoles, messages to workers and channels, and requests with their bodies. To be
 * called before the page is visited. What it saw grows; nothing is forgotten.
 */
export class Witness {
  readonly #page: Page;
  readonly #said: { readonly where: string; readonly bytes: Buffer }[] = [];
  readonly #watched = new Set<CDPSession>();

  private constructor(page: Page) {
    this.#page = page;
  }

  static async of(page: Page): Promise<Witness> {
    const witness = new Witness(page);
    await page.exposeFunction('witnessed', (where: string, text: string) => witness.#say(where, Buffer.from(text, 'latin1')));
    await page.evaluateOnNewDocument(listen);
    await witness.#watch('page', await page.createCDPSession());
    page.on('workercreated', (worker) => void witness.#watch('jobs worker', worker.client).catch(() => undefined));
    const context = page.browserContext();
    context.on('targetcreated', (target) => {
      if (target.type() === 'service_worker') void target.createCDPSession().then((session) => witness.#watch('service worker', session)).catch(() => undefined);
    });
    return witness;
  }

  /** Everything so far: what was said and sent, and what is stored now. */
  async look(): Promise<Seen> {
    const seen = new Map<string, Buffer>();
    for (const { where, bytes } of this.#said) seen.set(where, Buffer.concat([seen.get(where) ?? Buffer.alloc(0), Buffer.from('\n'), bytes]));
    const stored = await this.#page.evaluate(readStores);
    for (const [where, base64] of Object.entries(stored)) seen.set(where, Buffer.from(base64, 'base64'));
    return seen;
  }

  #say(where: string, bytes: Buffer): void {
    this.#said.push({ where, bytes });
  }

  async #watch(who: string, session: CDPSession): Promise<void> {
    if (this.#watched.has(session)) return;
    this.#watched.add(session);
    session.on('Runtime.consoleAPICalled', ({ args }) => this.#say(`console of the ${who}`, Buffer.from(JSON.stringify(args))));
    session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => this.#say(`console of the ${who}`, Buffer.from(JSON.stringify(exceptionDetails))));
    session.on('Network.requestWillBeSent', ({ requestId, request }) => {
      const { url, headers, postData, hasPostData } = request;
      this.#say(`requests of the ${who}`, Buffer.from(JSON.stringify({ url, headers, postData }), 'latin1'));
      if (hasPostData !== true || postData !== undefined) return;
      void session.send('Network.getRequestPostData', { requestId })
        .then(({ postData: body }) => this.#say(`requests of the ${who}`, Buffer.from(body, 'latin1'))).catch(() => undefined);
    });
    session.on('Network.webSocketFrameSent', ({ response: { opcode, payloadData } }) => {
      this.#say(`frames of the ${who}`, Buffer.from(payloadData, opcode === 2 ? 'base64' : 'utf8'));
    });
    await Promise.all([session.send('Runtime.enable'), session.send('Network.enable')]);
  }
}

/** In the page: tells what goes to a worker or a channel, and what comes from one. */
function listen(): void {
  const { witnessed } = globalThis as unknown as { witnessed(where: string, text: string): void };
  const lettersOf = (bytes: Uint8Array): string => {
    let letters = '';
    for (let at = 0; at < bytes.length; at += 0x2000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
    return letters;
  };
  const textOf = (value: unknown, depth = 0): string => {
    if (value instanceof ArrayBuffer) return lettersOf(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return lettersOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (typeof value !== 'object' || value === null || depth > 6) return String(value);
    return Object.entries(value).map(([name, each]) => `${name}=${textOf(each, depth + 1)}`).join(' ');
  };
  for (const { prototype } of [Worker, BroadcastChannel, MessagePort, ServiceWorker] as { prototype: { postMessage(...given: unknown[]): void } }[]) {
    const post = prototype.postMessage;
    prototype.postMessage = function (this: unknown, ...given: unknown[]) {
      witnessed('messages of the page', textOf(given[0]));
      return post.apply(this, given);
    };
  }
  const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')!;
  Object.defineProperty(MessageEvent.prototype, 'data', {
    get(this: MessageEvent) {
      const data: unknown = get!.call(this);
      witnessed('messages to the page', textOf(data));
      return data;
    },
  });
}

/** In the page: everything that the origin stores, by where it is, as base64. */
async function readStores(): Promise<Record<string, string>> {
  const parts = new Map<string, Uint8Array[]>();
  const put = (where: string, bytes: Uint8Array): void => void parts.set(where, [...parts.get(where) ?? [], bytes, Uint8Array.of(10)]);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const walk = async (where: string, value: unknown): Promise<void> => {
    if (value instanceof CryptoKey) {
      if (value.extractable && value.type !== 'public') put(where, new Uint8Array(await crypto.subtle.exportKey(value.type === 'private' ? 'pkcs8' : 'raw', value)));
    } else if (value instanceof Blob) put(where, new Uint8Array(await value.arrayBuffer()));
    else if (value instanceof ArrayBuffer) put(where, new Uint8Array(value));
    else if (ArrayBuffer.isView(value)) put(where, new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer));
    else if (typeof value === 'object' && value !== null) for (const each of value instanceof Map ? [...value].flat() : Object.values(value)) await walk(where, each);
    else put(where, text(String(value)));
  };
  const done = <Result>(request: IDBRequest<Result>): Promise<Result> => new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('a request failed')));
  });
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      const [keys, rows] = await Promise.all([done(store.getAllKeys()), done(store.getAll() as IDBRequest<unknown[]>)]);
      for (const [index, row] of rows.entries()) {
        await walk(`table ${table}`, keys[index]);
        await walk(`table ${table}`, row);
      }
    }
    database.close();
  }
  const files = async (folder: FileSystemDirectoryHandle): Promise<void> => {
    for await (const [name, handle] of folder.entries()) {
      put('files', text(name));
      // One that is being written cannot be read now.
      if (handle.kind === 'file') await handle.getFile().then(async (file) => put('files', new Uint8Array(await file.arrayBuffer())), () => undefined);
      else await files(handle as FileSystemDirectoryHandle);
    }
  };
  await files(await navigator.storage.getDirectory());
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      put('caches', text(request.url));
      // What the app is made of is as large as it is, and the same for everybody.
      if (!/^\/(?:assets\/|sw\.js)/.test(new URL(request.url).pathname)) put('caches', new Uint8Array(await (await cache.match(request))!.arrayBuffer()));
    }
  }
  for (const [where, storage] of [['local storage', localStorage], ['session storage', sessionStorage]] as const) put(where, text(JSON.stringify(Object.entries(storage))));
  const base64 = (pieces: readonly Uint8Array[]): string => {
    let binary = '';
    for (const piece of pieces) for (let at = 0; at < piece.length; at += 0x2000) binary += String.fromCharCode(...piece.subarray(at, at + 0x2000));
    return btoa(binary);
  };
  return Object.fromEntries([...parts].map(([where, pieces]) => [where, base64(pieces)]));
}
