import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { HttpSessions, openHttpChannel } from '../../src/bridge/http/index.ts';
import type { HttpSessionsOptions } from '../../src/bridge/http/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { ChannelPair } from '../../src/testing/index.ts';

/** A server of channels over HTTP, as the mirror has one. */
export class SessionServer {
  readonly sessions: HttpSessions;
  readonly #http = createAdaptorServer({ fetch: (request) => this.sessions.answer(request) });
  #next: ((channel: Channel) => void) | undefined;

  constructor(options: Omit<HttpSessionsOptions, 'accept'> = {}) {
    this.sessions = new HttpSessions({ ...options, accept: (channel) => this.#next?.(channel) });
  }

  async listen(): Promise<void> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The next channel that is opened to it. */
  accepted(): Promise<Channel> {
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  /** A fresh channel, both ends of it. */
  async pair(): Promise<ChannelPair> {
    const accepted = this.accepted();
    const house = await openHttpChannel(this.url);
    return { house, mirror: await accepted, cut: () => this.cut() };
  }

  /** Every connection is gone, and so is every session. */
  cut(): void {
    if ('closeAllConnections' in this.#http) this.#http.closeAllConnections();
    this.sessions.close();
  }

  async close(): Promise<void> {
    this.cut();
    this.#http.close();
    await once(this.#http, 'close');
  }
}
