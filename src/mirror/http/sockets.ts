import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { channelOf } from '../../bridge/websocket/index.ts';
import type { Channel } from '../../mirroring/index.ts';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import type { Outlets } from '../outlets.ts';
import { withinLimit } from '../work.ts';
import { callerAddress } from './caller-address.ts';
import { refuseUpgrade } from './listen.ts';
import { PackedFrames } from './packed-frames.ts';

export interface SocketsOptions {
  /** The firehose of the name that is asked for is read. */
  readonly streams: Pick<Outlets, 'asked' | 'end'>;
  /** Gets the mirror's end of a conversation. */
  readonly accept: (channel: Channel) => void;
  /** Whether a proxy before us says who calls. */
  readonly isPublic: boolean;
  /** A subscriber was sent away, by nobody's wish but ours. */
  readonly onDropped?: () => void;
  readonly onError: (error: unknown) => void;
}

const SUBSCRIBE = '/xrpc/com.atproto.sync.subscribeRepos';
const CONVERSE = '/xrpc/app.holdfast.mirror.converse';
/** Subscribers say nothing but pongs. */
const MOST_FROM_SUBSCRIBER = 4_096;
const MOST_SOCKETS = 5_000;
const MOST_OF_ONE_CALLER = 100;
const PING_MS = 30_000;
const CLOSING_MS = 1_500;
/** Of RFC 6455: come back later. */
const GOING_AWAY = 1001;
/** One that was too slow may still take what was sent, and read why it ends. */
const SLOW_MS = 30_000;

/** The WebSockets of a mirror: its firehose, and conversations with houses. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #subscribers = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_FROM_SUBSCRIBER });
  readonly #houses = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
  readonly #callers = new Map<string, number>();
  readonly #serving = new Set<Promise<void>>();
  readonly #packs = new PackedFrames();
  #isEnding = false;

  constructor(options: SocketsOptions) {
    this.#options = options;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (url?.pathname !== SUBSCRIBE && url?.pathname !== CONVERSE) return refuse(socket, 501, 'MethodNotImplemented', 'There is no stream here.');
    const cursor = url.searchParams.get('cursor');
    if (cursor !== null && !(/^\d{1,16}$/.test(cursor) && Number.isSafeInteger(Number(cursor)))) {
      return refuse(socket, 400, 'InvalidRequest', 'A cursor is the seq of an event, a whole number.');
    }
    if (this.#isEnding) return refuse(socket, 503, 'NotEnoughResources', 'The mirror is being started anew; please come back in a moment.');
    const caller = callerAddress(request, this.#options.isPublic);
    if (!this.#hasRoom(caller)) return refuse(socket, 429, 'RateLimitExceeded', 'There are too many streams open.');
    const server = url.pathname === SUBSCRIBE ? this.#subscribers : this.#houses;
    server.handleUpgrade(request, socket, head, (client) => {
      this.#count(caller, client);
      if (server === this.#houses) this.#options.accept(channelOf(client));
      else this.#subscribe(client, request, cursor === null ? undefined : Number(cursor));
    });
  }

  /** How many read the firehose. */
  get subscribers(): number {
    return this.#subscribers.clients.size;
  }

  /** How many houses talk. */
  get houses(): number {
    return this.#houses.clients.size;
  }

  /** Gives those who read the firehose what there is, and ends them; resolves then, or after so many milliseconds. */
  async finish(ms: number): Promise<void> {
    this.#isEnding = true;
    this.#options.streams.end();
    await withinLimit(Promise.allSettled(this.#serving), ms);
  }

  /** Ends all of them, as a server does that goes away. */
  close(): void {
    for (const server of [this.#subscribers, this.#houses]) {
      for (const client of server.clients) {
        closeSoon(client, GOING_AWAY, CLOSING_MS);
      }
    }
  }

  #hasRoom(caller: string): boolean {
    const all = this.#subscribers.clients.size + this.#houses.clients.size;
    // To a mirror of this machine all callers are one.
    return all < MOST_SOCKETS && (!this.#options.isPublic || (this.#callers.get(caller) ?? 0) < MOST_OF_ONE_CALLER);
  }

  #count(caller: string, client: WebSocket): void {
    this.#callers.set(caller, (this.#callers.get(caller) ?? 0) + 1);
    client.once('close', () => {
      const left = this.#callers.get(caller)! - 1;
      if (left > 0) this.#callers.set(caller, left);
      else this.#callers.delete(caller);
    });
  }

  #subscribe(client: WebSocket, { socket, headers }: IncomingMessage, cursor: number | undefined): void {
    const gone = new AbortController();
    client.once('close', () => gone.abort());
    // What a subscriber sends is not read; what is against the protocol ends it.
    client.on('error', () => client.terminate());
    watch(client);
    const sink = {
      send: (frames: readonly Uint8Array[]) => {
        if (client.readyState === client.OPEN) socket.write(this.#packs.of(frames));
      },
      get waiting() {
        return client.bufferedAmount;
      },
      close: () => {
        if (this.#isEnding) return closeSoon(client, GOING_AWAY, CLOSING_MS);
        if (client.readyState === client.OPEN) this.#options.onDropped?.();
        closeSoon(client, 1000, SLOW_MS);
      },
    };
    const serving = this.#options.streams.asked(headers.host).firehose.subscribe(cursor, sink, gone.signal).catch(this.#options.onError).finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }
}

/** Ends a connection, also where the other end does not take part in it within `ms`. */
function closeSoon(client: WebSocket, code: number, ms: number): void {
  if (client.readyState === client.CLOSED) return;
  client.close(code);
  const timer = setTimeout(() => client.terminate(), ms);
  client.once('close', () => clearTimeout(timer));
}

/** Ends a connection at whose other end is nobody. */
function watch(client: WebSocket): void {
  let isThere = true;
  client.on('pong', () => isThere = true);
  const timer = setInterval(() => {
    if (!isThere) return client.terminate();
    isThere = false;
    client.ping();
  }, PING_MS);
  client.once('close', () => clearInterval(timer));
}

function refuse(socket: Duplex, status: number, error: string, message: string): void {
  const body = JSON.stringify({ error, message });
  refuseUpgrade(
    socket, `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\n`
    + `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
