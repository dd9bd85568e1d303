// Consumers written by others: @atproto/sync reads firehoses, @atproto/identity resolves.
import { request } from 'node:http';
import { IdResolver } from '@atproto/identity';
import { Firehose } from '@atproto/sync';
import type { Event } from '@atproto/sync';

/** The resolver of the reference, with a local directory, and with a mirror in the place of all hosts of handles. */
export function resolverOf({ directory, mirror }: { readonly directory: string; readonly mirror: string }): IdResolver {
  return new IdResolver({ plcUrl: directory, fetch: (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.protocol === 'https:' ? asHost(mirror, url) : fetch(input, init);
  } });
}

/** Asks the mirror as if its address were that of the host. */
function asHost(mirror: string, { hostname, pathname }: URL): Promise<Response> {
  return new Promise((resolve, reject) => {
    request(new URL(pathname, mirror), { headers: { host: hostname } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 500 })));
    }).on('error', reject).end();
  });
}

/** What a Firehose of @atproto/sync has made of a stream, every signature and proof checked. */
export interface Consumer {
  readonly events: readonly Event[];
  /** What it could not accept. */
  readonly errors: readonly Error[];
  /** Resolves with the first event that fits, of those that came and those to come. */
  until(fits: (event: Event) => boolean, what: string, ms?: number): Promise<Event>;
  close(): Promise<void>;
}

/** Subscribes to a host, from the beginning. */
export function consume(host: string, idResolver: IdResolver): Consumer {
  const events: Event[] = [];
  const errors: Error[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  const firehose = new Firehose({
    idResolver, service: host.replace(/^http/, 'ws'), getCursor: () => events.at(-1)?.seq ?? 0, subscriptionReconnectDelay: 200,
    handleEvent: (event) => {
      events.push(event);
      wake();
    },
    onError: (error) => {
      errors.push(error);
      wake();
    },
  });
  const running = firehose.start();
  return {
    events, errors,
    until: (fits, what, ms = 20_000) => new Promise((resolve, reject) => {
      const told = (): string => `${events.length} events: ${events.map(({ event }) => event).join(', ')}; errors: ${errors.map(String).join('; ')}`;
      const timer = setTimeout(() => done(() => reject(new Error(`no ${what} in ${ms} ms. ${told()}`))), ms);
      const done = (end: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        end();
      };
      const look = (): void => {
        const event = events.find(fits);
        if (event !== undefined) done(() => resolve(event));
      };
      waiting.add(look);
      look();
    }),
    close: async () => {
      await firehose.destroy();
      await running;
    },
  };
}
