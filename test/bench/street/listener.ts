import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { nowMs } from './clock.ts';

/** A subscriber that notes when each `#commit` came, and reads no more of it than its header. */
export class Listener {
  /** Of each `#commit`. @see nowMs */
  readonly times: number[] = [];
  /** Of all frames. */
  bytes = 0;
  readonly #socket: WebSocket;
  #wanted = Infinity;
  #enough = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const now = nowMs();
      this.bytes += data.length;
      if (!data.subarray(0, 32).includes('#commit')) return;
      this.times.push(now);
      if (this.times.length >= this.#wanted) this.#enough.resolve();
    });
    socket.on('close', () => this.#enough.reject(new Error(`The stream ended after ${this.times.length} commits.`)));
    this.#enough.promise.catch(() => undefined);
  }

  /** @param cursor left out for what is new only */
  static async open(url: string, cursor?: number): Promise<Listener> {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos${query}`, { perMessageDeflate: false });
    const listener = new Listener(socket);
    await once(socket, 'open');
    return listener;
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
    this.#socket.close();
  }
}
