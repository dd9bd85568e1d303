import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ListenOptions {
  readonly onRequest: RequestListener;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** 0 for any free one. */
  readonly port: number;
  /** Both addresses of localhost where it is left out. */
  readonly address?: string;
  /** How long a request may take to come in, in milliseconds. */
  readonly requestMs?: number;
  readonly mostConnections?: number;
}

export interface Listening {
  readonly port: number;
  /** Takes no more requests, gives those that run a moment, and ends. */
  close(): Promise<void>;
}

const HEADERS_MS = 10_000;
/** A connection on which nothing moves for so long is closed. */
const IDLE_MS = 120_000;
/** A large repository over a slow line takes its time. */
const REQUEST_MS = 3_600_000;
const MOST_CONNECTIONS = 10_000;
const GRACE_MS = 5_000;
const LOOK_MS = 20;
const MOST_TRIES = 10;

/** @throws the system's error, such as EADDRINUSE; nothing is left listening then */
export async function listen(
  { onRequest, onUpgrade, port, address, requestMs = REQUEST_MS, mostConnections = MOST_CONNECTIONS }: ListenOptions,
): Promise<Listening> {
  const servers: Server[] = [];
  const open = async (host: string, at: number): Promise<number> => {
    const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: requestMs, keepAliveTimeout: 65_000 }, onRequest);
    server.timeout = IDLE_MS;
    server.maxConnections = mostConnections;
    server.on('upgrade', (request, socket, head) => {
      // Node has taken its own listener off; a reset without one ends the process.
      socket.on('error', () => socket.destroy());
      onUpgrade(request, socket, head);
    });
    server.listen({ host, port: at });
    await once(server, 'listening');
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise<void>((done) => {
      server.close(() => done());
    }));
    // Those that are answered become idle one after another.
    const idle = setInterval(() => servers.forEach((server) => server.closeIdleConnections()), LOOK_MS);
    const cut = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), GRACE_MS);
    await Promise.all(closed);
    clearTimeout(cut);
    clearInterval(idle);
  };
  if (address !== undefined) return { port: await open(address, port), close };
  for (let left = MOST_TRIES; ; left--) {
    const bound = await open('127.0.0.1', port);
    try {
      await open('::1', bound);
      return { port: bound, close };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return { port: bound, close };
      await close();
      servers.length = 0;
      // Where any port will do, one that is free at one address may be taken at the other.
      if (port !== 0 || code !== 'EADDRINUSE' || left === 1) throw error;
    }
  }
}

/** Answers who asked for another protocol in vain, and lets the connection go, also where the other end is held open. */
export function refuseUpgrade(socket: Duplex, answer: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(answer);
}
