import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { nowMs } from './clock.ts';

/** The length of a frame that fits no single byte follows in two, or in eight. */
const [IN_TWO, IN_EIGHT] = [126, 127];
const [BINARY, PING] = [2, 9];
/** An empty answer to a ping: last part, pong; masked, by nothing, as a client has to. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/**
 * A subscriber that notes when each `#commit` came, and reads no more of it than its header. It takes the frames off the socket by
 * itself: a whole client would take longer for one than a server does, and measure itself.
 */
export class Listener {
  /** Of each `#commit`. @see nowMs */
  readonly times: number[] = [];
  /** Of all frames. */
  bytes = 0;
  readonly #socket: Socket;
  #rest: Buffer;
  #wanted = Infinity;
  #enough = Promise.withResolvers<void>();

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    this.#rest = rest;
    socket.on('data', (data) => this.#take(this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data])));
    socket.on('close', () => this.#enough.reject(new Error(`The stream ended after ${this.times.length} commits.`)));
    this.#enough.promise.catch(() => undefined);
  }

  /** @param cursor left out for what is new only */
  static async open(url: string, cursor?: number): Promise<Listener> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    socket.write(
      `GET /xrpc/com.atproto.sync.subscribeRepos${query} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    let answer = Buffer.alloc(0);
    for (let end = -1; end < 0; end = answer.indexOf('\r\n\r\n')) {
      const [data] = await once(socket, 'data') as [Buffer];
      answer = Buffer.concat([answer, data]);
    }
    if (!answer.subarray(0, 13).includes(' 101')) throw new Error(answer.toString());
    socket.pause();
    const listener = new Listener(socket, Buffer.alloc(0));
    listener.#take(answer.subarray(answer.indexOf('\r\n\r\n') + 4));
    socket.resume();
    return listener;
  }

  /** Whole frames out of what came; what is left waits for more. A server masks nothing. */
  #take(data: Buffer): void {
    const now = nowMs();
    let at = 0;
    while (data.length >= at + 2) {
      const short = data[at + 1]!;
      const head = short === IN_EIGHT ? 10 : short === IN_TWO ? 4 : 2;
      if (data.length < at + head) break;
      const length = short === IN_EIGHT ? Number(data.readBigUInt64BE(at + 2)) : short === IN_TWO ? data.readUInt16BE(at + 2) : short;
      const start = at + head;
      if (data.length < start + length) break;
      const kind = data[at]! & 15;
      if (kind === PING) this.#socket.write(PONG);
      if (kind === BINARY) this.#note(data.subarray(start, start + Math.min(length, 32)), length, now);
      at = start + length;
    }
    this.#rest = data.subarray(at);
  }

  #note(header: Buffer, length: number, now: number): void {
    this.bytes += length;
    if (!header.includes('#commit')) return;
    this.times.push(now);
    if (this.times.length >= this.#wanted) this.#enough.resolve();
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
