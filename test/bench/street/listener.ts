import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { nowMs } from './clock.ts';

/** The length of a frame that fits no single byte follows in two, or in eight. */
const [IN_TWO, IN_EIGHT] = [126, 127];
const [BINARY, PING] = [2, 9];
/** An empty answer to a ping: last part, pong; masked, by nothing, as a client has to. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** So many bytes of a frame say what it is. */
const HEADER = 32;
const CHUNK_BYTES = 65_536;

/**
 * A subscriber that notes when each `#commit` came, and reads no more of it than its header. It takes the frames off the socket by
 * itself, always into the same memory: a whole client would take longer for one than a server does, and measure itself.
 */
export class Listener {
  /** Of each `#commit`. @see nowMs */
  readonly times: number[] = [];
  /** Of all frames. */
  bytes = 0;
  readonly #socket: Socket;
  readonly #opened = Promise.withResolvers<void>();
  #isOpen = false;
  /** What has come and is not enough to say what it is. */
  #rest = Buffer.alloc(0);
  /** What is to come of the frame that has begun. */
  #left = 0;
  #isCommit = false;
  #wanted = Infinity;
  #enough = Promise.withResolvers<void>();

  private constructor(url: string, cursor: number | undefined) {
    const { hostname, port, host } = new URL(url);
    this.#socket = connect({
      host: hostname, port: Number(port),
      onread: {
        buffer: Buffer.allocUnsafe(CHUNK_BYTES),
        callback: (length, buffer) => {
          const data = Buffer.from(buffer.buffer, buffer.byteOffset, length);
          this.#take(this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]));
          return true;
        },
      },
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      const ended = new Error(`The stream ended after ${this.times.length} commits.`);
      this.#opened.reject(ended);
      this.#enough.reject(ended);
    });
    this.#enough.promise.catch(() => undefined);
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    this.#socket.write(
      `GET /xrpc/com.atproto.sync.subscribeRepos${query} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
  }

  /** @param cursor left out for what is new only */
  static async open(url: string, cursor?: number): Promise<Listener> {
    const listener = new Listener(url, cursor);
    await listener.#opened.promise;
    return listener;
  }

  #take(data: Buffer): void {
    const at = this.#isOpen ? 0 : this.#answer(data);
    // The memory is written over with what comes next.
    this.#rest = Buffer.from(data.subarray(this.#frames(data, at)));
  }

  /** Where what follows the answer to the handshake begins. */
  #answer(data: Buffer): number {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    if (!data.subarray(0, 13).includes(' 101')) {
      this.#opened.reject(new Error(data.toString()));
      return data.length;
    }
    this.#isOpen = true;
    this.#opened.resolve();
    return end + 4;
  }

  /** Goes through frames; where what is not yet enough begins. A server masks nothing. */
  #frames(data: Buffer, from: number): number {
    if (!this.#isOpen) return from;
    const now = nowMs();
    let at = this.#pass(from, data.length - from, now);
    while (data.length >= at + 2) {
      const short = data[at + 1]!;
      const head = short === IN_EIGHT ? 10 : short === IN_TWO ? 4 : 2;
      if (data.length < at + head) break;
      const length = short === IN_EIGHT ? Number(data.readBigUInt64BE(at + 2)) : short === IN_TWO ? data.readUInt16BE(at + 2) : short;
      const start = at + head;
      const seen = start + Math.min(length, HEADER);
      if (data.length < seen) break;
      const kind = data[at]! & 15;
      if (kind === PING) this.#socket.write(PONG);
      this.#isCommit = kind === BINARY && data.subarray(start, seen).includes('#commit');
      if (kind === BINARY) this.bytes += length;
      this.#left = length;
      at = this.#pass(start, data.length - start, now);
    }
    return at;
  }

  /** Passes by what has come of a frame. */
  #pass(at: number, length: number, now: number): number {
    const some = Math.min(this.#left, length);
    this.#left -= some;
    if (this.#left > 0 || !this.#isCommit) return at + some;
    this.#isCommit = false;
    this.times.push(now);
    if (this.times.length >= this.#wanted) this.#enough.resolve();
    return at + some;
  }

  /** Resolves when so many commits have come since it was opened. @throws Error when the stream has ended, or stands still */
  async until(count: number): Promise<void> {
    if (this.times.length >= count) return;
    this.#wanted = count;
    this.#enough = Promise.withResolvers();
    const timer = setTimeout(() => this.#enough.reject(new Error(`${this.times.length} of ${count} commits after two minutes.`)), 120_000);
    try {
      await this.#enough.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when nothing has come for a second, and forgets what came: what went before may still be on its way. */
  async quiet(): Promise<void> {
    for (let count = -1; count !== this.times.length; await pause(1_000)) count = this.times.length;
    this.times.length = 0;
  }

  close(): void {
    this.#socket.destroy();
  }
}
