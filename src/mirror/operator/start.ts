import { getRequestListener } from '@hono/node-server';
import { listen, refuseUpgrade } from '../http/listen.ts';
import type { Listening } from '../http/listen.ts';
import type { OperatorSettings } from '../settings.ts';
import { OperatorFront } from './operator-front.ts';
import type { OperatorHost } from './operator-host.ts';

const REQUEST_MS = 30_000;
const MOST_CONNECTIONS = 100;

/** Listens for the operator, on a port of its own. @throws the system's error, such as EADDRINUSE */
export async function startOperator(host: OperatorHost, settings: OperatorSettings): Promise<Listening> {
  const front = new OperatorFront(host, settings);
  const stop = host.metrics.watchDelays();
  const { port, close } = await listen({
    port: settings.port, address: settings.address, requestMs: REQUEST_MS, mostConnections: MOST_CONNECTIONS,
    onRequest: getRequestListener((request) => front.answer(request), { overrideGlobalObjects: false }),
    onUpgrade: (_request, socket) => refuseUpgrade(socket, 'HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  }).catch((error: unknown) => {
    stop();
    throw error;
  });
  return {
    port,
    close: () => {
      stop();
      return close();
    },
  };
}
