import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { channelOf, openWebSocket } from '../../src/bridge/websocket/index.ts';
import { MAX_FRAME_BYTES } from '../../src/protocol/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { ChannelPair } from '../../src/testing/index.ts';

/** A server of WebSockets as the mirror has one, whose sockets become channels. */
export class SocketServer {
  readonly #http = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  #next: ((channel: Channel) => void) | undefined;

  async listen(): Promise<number> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (connected) => {
        this.#next?.(channelOf(connected));
      });
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return this.port;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** The next channel that is opened to it. */
  accepted(): Promise<Channel> {
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  /** A fresh channel, both ends of it. */
  async pair(port = this.port): Promise<ChannelPair> {
    const accepted = this.accepted();
    const house = await openWebSocket(`ws://127.0.0.1:${port}/`);
    return { house, mirror: await accepted, cut: () => this.cut() };
  }

  /** Every connection is gone, without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#http.close();
    await once(this.#http, 'close');
  }
}
