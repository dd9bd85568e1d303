import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on localhost. */
export interface Listening {
  readonly port: number;
  /** One for each address of localhost. */
  readonly servers: readonly Server[];
  /** Ends it with all its connections. Twice is as good as once. */
  close(): Promise<void>;
}

/**
 * Listens on localhost only, which is two addresses on most machines; a client may ask either.
 * @param port 0 for any free one
 * @throws the system's error, such as EADDRINUSE; nothing is left listening then
 */
export async function listenOnLocalhost(handler: RequestListener, port: number): Promise<Listening> {
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    })));
  };
  const listen = async (host: string, at: number): Promise<number> => {
    const server = createServer(handler).listen({ host, port: at });
    await once(server, 'listening');
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };

  const bound = await listen('127.0.0.1', port);
  try {
    await listen('::1', bound);
  } catch (error) {
    if (!hasNoIpv6(error)) {
      await close();
      throw error;
    }
  }
  return { port: bound, servers, close };
}

function hasNoIpv6(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
