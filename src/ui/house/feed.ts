import { house } from './client.ts';
import type { lexicons } from '../../protocol/index.ts';

/** What the feed tells (`app.holdfast.events.subscribe`); `hello` whenever it begins: what was known may be old. */
export type FeedEvent =
  | { readonly type: 'accounts' | 'jobs' | 'ending' }
  | { readonly type: 'hello'; readonly version: string }
  | (lexicons.AppHoldfastEventsSubscribe.Commit & { readonly type: 'commit' })
  | (lexicons.AppHoldfastEventsSubscribe.Sending & { readonly type: 'sending' })
  | (lexicons.AppHoldfastEventsSubscribe.Step & { readonly type: 'step' })
  | (lexicons.AppHoldfastEventsSubscribe.Mirrors & { readonly type: 'mirrors' });

type Listener = (event: FeedEvent) => void;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** So long what a page shows waits after what happened, in milliseconds: the change itself is on its way to the mirror meanwhile. */
const SHOW_AFTER_MS = 40;

/** Who shows what happened. */
const listeners = new Set<Listener>();
/** Who carries it on. */
const carriers = new Set<Listener>();
const untold: FeedEvent[] = [];
let running = false;

/** The one feed of this page. It is open while somebody listens, keeps the worker warm, and opens again when it ends. */
export const houseEvents = {
  /** Calls `listener` with what happens from now on, a moment later, until the returned function is called. */
  subscribe: (listener: Listener): (() => void) => join(listeners, listener),
};

/** The same feed, told at once: for the bridge. */
export const promptEvents = {
  subscribe: (listener: Listener): (() => void) => join(carriers, listener),
};

function join(group: Set<Listener>, listener: Listener): () => void {
  group.add(listener);
  if (!running) void run();
  return () => {
    group.delete(listener);
  };
}

function tell(event: FeedEvent): void {
  for (const carrier of carriers) carrier(event);
  if (untold.push(event) > 1) return;
  setTimeout(() => {
    for (const told of untold.splice(0)) for (const listener of listeners) listener(told);
  }, SHOW_AFTER_MS);
}

async function run(): Promise<void> {
  running = true;
  for (let pause = FIRST_PAUSE_MS; listeners.size + carriers.size > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    // What comes while a page is frozen is lost to it, and in Chromium whatever would come later through the same stream.
    const frozen = new AbortController();
    const freeze = (): void => frozen.abort();
    document.addEventListener('freeze', freeze, { once: true });
    try {
      const { body } = await house.stream('app.holdfast.events.subscribe', {}, frozen.signal);
      if (body !== null) {
        pause = FIRST_PAUSE_MS;
        await readLines(body);
      }
    } catch {
      // It is opened again, whatever ended it.
    }
    document.removeEventListener('freeze', freeze);
    await new Promise((resolve) => {
      setTimeout(resolve, pause);
    });
  }
  running = false;
}

async function readLines(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (text + decoder.decode(value, { stream: true })).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) tell(JSON.parse(line) as FeedEvent);
  }
}
