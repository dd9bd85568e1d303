import { createP256Signer, formatDidKey, parseNsid, signServiceAuth } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';
import type { Fetch } from '../identity/index.ts';
import { MAX_BLOB_BYTES } from '../pds/index.ts';
import type { TakenKit } from '../pds/index.ts';
import { JobRefusal } from './errors.ts';
import type { JobContext } from './job-context.ts';
import { namedMirror } from './restored-mirror.ts';

/** What the page says, which has the connection (`src/bridge/lent-line.ts`); it is code of ours. */
type PageSays =
  | { readonly type: 'sign'; readonly fingerprints: readonly string[] }
  | { readonly type: 'open' | 'failed' }
  | { readonly type: 'end'; readonly mimeType?: string }
  | { readonly type: 'part'; readonly bytes: Uint8Array<ArrayBuffer> };

const CALL = parseNsid('app.holdfast.mirror.call');
const SYNC = '/xrpc/com.atproto.sync.';
/** Without an answer of another house for so many milliseconds there is none. */
const SILENCE_MS = 45_000;

/**
 * Connects with another house of the account that is open now, over a page of this browser: the mirror that the DID names passes on
 * what both say until they have found each other, and both sign with the key of the account.
 * @param port to that page
 * @returns fetches the repository and blobs from that house; everything else, and blobs that it does not have, as before
 * @throws JobRefusal NoMirror, NoHouseOpen; the reason of the signal
 */
export async function openHouse(port: MessagePort, kit: TakenKit, context: JobContext): Promise<{ readonly fetch: Fetch; close(): void }> {
  const mirror = await namedMirror(kit, context);
  if (mirror === undefined) {
    throw new JobRefusal('NoMirror', 'Nothing in this house was changed. The mirror of this account, by which two houses find each other, does not answer. Restore it from a file.');
  }
  const line = new Line(port, context.signal);
  const { url, mirrorDid, clockAheadMs = 0 } = mirror;
  // That of a browser is nobody's method.
  const { fetch } = context;
  const signer = await createP256Signer(kit.keys.signing);
  line.say({ type: 'call', did: kit.did, key: formatDidKey(kit.key), url, mirrorDid, clockAheadMs });
  for (let heard = await line.next(); heard.type !== 'open'; heard = await line.next()) {
    if (heard.type !== 'sign') throw noHouse(line);
    line.say({ type: 'token', token: await passFor(signer, kit, mirrorDid, heard.fingerprints, context.now() - clockAheadMs) });
  }
  return {
    close: () => line.close(),
    fetch: async (input, init) => {
      const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
      const signal = init?.signal ?? undefined;
      if (pathname === `${SYNC}getRepo`) return new Response(streamOf(line, { method: 'getRepo' }, signal));
      if (pathname !== `${SYNC}getBlob`) return fetch(input, init);
      const blob = await line.whole({ method: 'getBlob', cid: searchParams.get('cid') ?? '' }, signal);
      return blob === undefined ? fetch(input, init) : new Response(blob);
    },
  };
}

function passFor(signer: Signer, { did }: TakenKit, aud: string, fingerprints: readonly string[], now: number): Promise<string> {
  return signServiceAuth(signer, { iss: did, aud, lxm: CALL, fingerprints }, now);
}

type Wish = { readonly method: 'getRepo' } | { readonly method: 'getBlob'; readonly cid: string };

/** What is sent to the page, and what it says, one after the other. */
class Line {
  readonly #port: MessagePort;
  readonly #signal: AbortSignal;
  readonly #said: PageSays[] = [];
  #heard: (() => void) | undefined;
  /** One thing is asked for after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(port: MessagePort, signal: AbortSignal) {
    this.#port = port;
    this.#signal = signal;
    port.addEventListener('message', (event: object) => {
      this.#said.push((event as { readonly data: PageSays }).data);
      this.#heard?.();
    });
    port.start();
    signal.addEventListener('abort', () => this.close(), { once: true });
  }

  say(message: object): void {
    this.#port.postMessage(message);
  }

  async next(): Promise<PageSays> {
    const timer = setTimeout(() => this.close(), SILENCE_MS);
    while (this.#said.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    clearTimeout(timer);
    this.#signal.throwIfAborted();
    return this.#said.shift() ?? { type: 'failed' };
  }

  /**
   * The bytes, and in the end the media type of a blob.
   * @param signal of whoever no longer wants them: then nothing more is had from that house, which may still be giving them
   */
  async* get(wish: Wish, signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, string | undefined, void> {
    signal?.throwIfAborted();
    const stop = (): void => this.close();
    signal?.addEventListener('abort', stop);
    try {
      this.say({ type: 'get', wish });
      for (;;) {
        const heard = await this.next();
        if (heard.type === 'end') return heard.mimeType;
        if (heard.type !== 'part') throw brokeOff();
        yield heard.bytes;
        this.say({ type: 'more' });
      }
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Undefined where the house does not have it, or gives more than a blob may have. */
  whole(wish: Wish, signal?: AbortSignal): Promise<Blob | undefined> {
    const asked = this.#turn.then(async () => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let size = 0;
      const coming = this.get(wish, signal);
      let step = await coming.next();
      for (; step.done !== true; step = await coming.next()) {
        size += step.value.length;
        // Nothing comes then any more, so it is not whole.
        if (size > MAX_BLOB_BYTES) this.close();
        parts.push(step.value);
      }
      return new Blob(parts, step.value === undefined ? {} : { type: step.value });
    });
    this.#turn = asked.catch(() => undefined);
    return asked.catch(() => {
      this.#signal.throwIfAborted();
      return undefined;
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.say({ type: 'close' });
    this.#port.close();
    this.#heard?.();
  }
}

function streamOf(line: Line, wish: Wish, signal?: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = line.get(wish, signal);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await parts.return(undefined);
    },
  }, { highWaterMark: 0 });
}

function noHouse(line: Line): JobRefusal {
  line.close();
  return new JobRefusal('NoHouseOpen', 'Nothing in this house was changed. No other browser with this account is open just now, or the two do not find each other. Open it there and try again, or restore from your mirror.');
}

function brokeOff(): JobRefusal {
  return new JobRefusal('HouseUnreachable', 'Nothing in this house was changed. The other browser broke off. Please try again.');
}
