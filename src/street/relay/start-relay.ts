import { getRequestListener } from '@hono/node-server';
import { Firehose } from '../../mirroring/index.ts';
import type { StreetServer } from '../directory.ts';
import { listenOnLocalhost } from '../listen.ts';
import { FirehoseSockets } from './firehose-socket.ts';
import { Relay } from './relay.ts';
import { RelayStore } from './relay-store.ts';
import { relayRoutes } from './routes.ts';

/** Events are kept for so long, as relays have it: three days, in milliseconds. */
const KEEP_MS = 72 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;

/** How a relay is started. */
export interface RelaySettings {
  /** 0 for any free one. */
  readonly port: number;
  readonly file: string;
  readonly directoryUrl: string;
  /** Crawled from the start, without being asked whether they are servers; others by `requestCrawl`. */
  readonly hosts?: readonly string[];
  /** The pause before what failed is tried again, which doubles each time; a second by default, in milliseconds. */
  readonly retryMs?: number;
  /** Takes lines about hosts and refusals. */
  readonly log?: (line: string) => void;
}

/**
 * Starts a strict relay on localhost, which goes on where it stopped.
 * @throws the system's error, such as EADDRINUSE; Refusal InvalidHostname; Error when the file was written by a later version
 */
export async function startRelay(settings: RelaySettings): Promise<StreetServer> {
  const { port, file, directoryUrl, hosts = [], retryMs = 1_000, log = () => undefined } = settings;
  const store = new RelayStore(file);
  store.prune(Date.now() - KEEP_MS);
  const firehose = new Firehose({ log: store });
  const sockets = new FirehoseSockets(firehose);
  const relay = new Relay({ store, directoryUrl, retryMs, log, onEvents: (events) => firehose.announce(events) });
  const pruning = setInterval(() => store.prune(Date.now() - KEEP_MS), PRUNE_EVERY_MS);
  const end = async (): Promise<void> => {
    clearInterval(pruning);
    sockets.close();
    await relay.close();
    store.close();
  };
  try {
    const listening = await listenOnLocalhost(getRequestListener(relayRoutes(relay, store).fetch), port);
    for (const server of listening.servers) server.on('upgrade', sockets.upgrade);
    for (const host of hosts) relay.crawl(host);
    return {
      port: listening.port,
      url: `http://localhost:${listening.port}`,
      async close() {
        sockets.close();
        await listening.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
