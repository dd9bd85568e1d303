import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Firehose } from '../../mirroring/index.ts';

const PATH = '/xrpc/com.atproto.sync.subscribeRepos';
const MOST_SUBSCRIBERS = 500;
/** Subscribers have nothing to say. */
const MOST_BYTES_IN = 1_024;
const PING_MS = 30_000;
/** How long a subscriber may take to end a stream that is over. */
const CLOSE_MS = 5_000;

/** Serves a firehose over WebSockets. */
export class FirehoseSockets {
  readonly #firehose: Firehose;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_BYTES_IN });

  constructor(firehose: Firehose) {
    this.#firehose = firehose;
  }

  /** For `upgrade` of a server. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Who goes away while being answered is gone.
    socket.on('error', () => undefined);
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const cursor = url?.searchParams.get('cursor') ?? undefined;
    if (url?.pathname !== PATH) return refuse(socket, 404);
    if (cursor !== undefined && !(/^\d{1,16}$/.test(cursor) && Number.isSafeInteger(Number(cursor)))) return refuse(socket, 400);
    if (this.#server.clients.size >= MOST_SUBSCRIBERS) return refuse(socket, 503);
    this.#server.handleUpgrade(request, socket, head, (client) => void this.#serve(client, cursor === undefined ? undefined : Number(cursor)));
  };

  /** Ends all streams. */
  close(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  async #serve(client: WebSocket, cursor: number | undefined): Promise<void> {
    const gone = new AbortController();
    let isAlive = true;
    const pings = setInterval(() => {
      if (!isAlive) client.terminate();
      isAlive = false;
      client.ping();
    }, PING_MS);
    client.on('pong', () => (isAlive = true));
    client.on('error', () => client.terminate());
    client.on('close', () => {
      clearInterval(pings);
      gone.abort();
    });
    const sink = {
      send: (frames: readonly Uint8Array[]): void => {
        for (const frame of frames) client.send(frame);
      },
      get waiting(): number {
        return client.bufferedAmount;
      },
      close: (): void => {
        client.close(1000);
        setTimeout(() => client.terminate(), CLOSE_MS).unref();
      },
    };
    await this.#firehose.subscribe(cursor, sink, gone.signal).catch((error: unknown) => {
      if (!gone.signal.aborted) console.error(error);
    });
  }
}

function refuse(socket: Duplex, status: number): void {
  // The other end may be held open.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
