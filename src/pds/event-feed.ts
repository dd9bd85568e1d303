import { toJson } from '../protocol/index.ts';
import type { HouseEvent } from './ports/events.ts';
import type { OutboxEntry } from './ports/house-store.ts';
import { operationView } from './views.ts';

/** A listener that has left so many lines unread has gone, or will not catch up: its feed is closed. */
const MAX_WAITING = 1_000;

/** What is longer is asked for by the one page that needs it. */
const MAX_MESSAGE_BYTES = 65_536;

const utf8 = new TextEncoder();

type Line = HouseEvent | { readonly type: 'hello'; readonly version: string } | { readonly type: 'ending' };

/** The feed of a house (`app.holdfast.events.subscribe`): lines of JSON to everyone who listens. */
export class EventFeed {
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** A response that goes on until its reader cancels it, or the feed ends. */
  open(version: string): Response {
    let listener: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        listener = controller;
        this.#listeners.add(controller);
        controller.enqueue(lineOf({ type: 'hello', version }));
      },
      cancel: () => {
        this.#listeners.delete(listener);
      },
    });
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } });
  }

  /** Tells everyone, and never throws. Call it when what it tells has become durable. */
  announce(event: HouseEvent): void {
    const line = lineOf(event);
    for (const listener of this.#listeners) {
      listener.enqueue(line);
      if ((listener.desiredSize ?? 0) < -MAX_WAITING) this.#close(listener);
    }
  }

  /** Says that the feed ends, and ends it. An open feed keeps a new version of the worker waiting. */
  end(): void {
    const line = lineOf({ type: 'ending' });
    for (const listener of this.#listeners) {
      listener.enqueue(line);
      this.#close(listener);
    }
  }

  #close(listener: ReadableStreamDefaultController<Uint8Array>): void {
    this.#listeners.delete(listener);
    listener.close();
  }
}

function lineOf(line: Line): Uint8Array {
  return utf8.encode(`${JSON.stringify(line.type === 'commit' ? commitView(line) : line)}\n`);
}

function commitView({ cid, operations, outgoing, ...rest }: Line & { readonly type: 'commit' }): object {
  const isShort = outgoing !== undefined && outgoing.message.length <= MAX_MESSAGE_BYTES;
  return { ...rest, cid: cid.toString(), operations: operations.map(operationView), ...(isShort && { outgoing: outgoingView(outgoing) }) };
}

function outgoingView({ blobs, message }: OutboxEntry): object {
  return { blobs: blobs.map((blob) => blob.toString()), message: toJson(message) };
}
