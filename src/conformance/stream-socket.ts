import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from '../protocol/index.ts';
import { busyBy, Finding } from './check.ts';

const HANDSHAKE_MS = 5_000;
/** What is held of a stream at most; then its reader has seen enough. */
const MOST_FRAMES = 5_000;
const MOST_BYTES = 64_000_000;

/** A stream that was read. */
export interface Reading {
  /** Bytes, or text where the server sent that. */
  readonly frames: readonly (Uint8Array | string)[];
  /** Whether all was read that there was: it fell quiet before the reader had enough. */
  readonly isWhole: boolean;
  readonly isClosed: boolean;
}

/** A connection to `com.atproto.sync.subscribeRepos`, which keeps what comes. */
export class StreamSocket {
  readonly frames: (Uint8Array | string)[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #bytes = 0;
  /** The code with which it was closed, as soon as it is: 1006 where the other end only went away. */
  closed: number | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.frames.push(isBinary ? new Uint8Array(data) : data.toString());
      this.#bytes += data.length;
      // More is not wanted; what the server then holds back is its own affair.
      if (this.isFull) socket.pause();
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  /** @param cursor as it stands in the query @throws Finding NoStream, with the status where there is one; NotSeen */
  static async open(origin: string, cursor?: number | string): Promise<StreamSocket> {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos${query}`, {
      handshakeTimeout: HANDSHAKE_MS, maxPayload: 2 * MAX_FRAME_BYTES, perMessageDeflate: false, headers: { 'user-agent': 'Holdfast check' },
    });
    // It may be told as soon as it is open, so it is listened to before.
    const stream = new StreamSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (request, { statusCode = 0 }) => {
        request.destroy();
        reject(busyBy(statusCode) ?? new Finding('NoStream', `The firehose was refused with ${statusCode}`, { status: statusCode }));
      });
      socket.once('error', (cause) => reject(new Finding('NoStream', `The firehose does not open: ${cause.message}`, {}, cause)));
    });
    return stream;
  }

  get isFull(): boolean {
    return this.frames.length >= MOST_FRAMES || this.#bytes >= MOST_BYTES;
  }

  /** Resolves when nothing has come for `quietMs`, when it has ended, when enough was read, or after `ms`. */
  async untilQuiet(quietMs: number, ms: number): Promise<Reading> {
    const end = performance.now() + ms;
    let isQuiet = false;
    while (!isQuiet && this.closed === undefined && !this.isFull && performance.now() < end) {
      const before = this.frames.length;
      await this.#change(quietMs);
      isQuiet = this.frames.length === before;
    }
    return { frames: [...this.frames], isWhole: (isQuiet || this.closed !== undefined) && !this.isFull, isClosed: this.closed !== undefined };
  }

  /** Resolves when so many frames are there, when it has ended, or after `ms`. */
  async until(frames: number, ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.frames.length < frames && this.closed === undefined && performance.now() < end) await this.#change(end - performance.now());
  }

  /** Whether a ping is answered within `ms`. */
  ping(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#socket.once('pong', () => {
        clearTimeout(timer);
        resolve(true);
      });
      this.#socket.ping();
    });
  }

  /** Asks for the end, and gives the code that the other end gave; 1006 where it gave none within `ms`. */
  async close(ms = 2_000): Promise<number> {
    this.#socket.resume();
    this.#socket.close(1000);
    const end = performance.now() + ms;
    while (this.closed === undefined && performance.now() < end) await this.#change(end - performance.now());
    if (this.closed === undefined) this.#socket.terminate();
    return this.closed ?? 1006;
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(ms, 0));
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
