import { encodeErrorFrame, encodeFrame } from '../protocol/index.ts';
import { Bell } from './bell.ts';
import type { EventFrame, EventLog, StoredEvent } from './ports/event-log.ts';

/** Where a subscriber's frames go. */
export interface FirehoseSink {
  /** Hands over frames in their order; those of one call may leave together. */
  send(frames: readonly Uint8Array[]): void;
  /** Bytes that were handed over and have not left this process. */
  readonly waiting: number;
  /** Ends it, after what was sent. Twice is as good as once. */
  close(): void;
}

/** What a firehose is made with; all but the log has a default. */
export interface FirehoseOptions {
  readonly log: Pick<EventLog, 'lastSeq' | 'prunedSeq' | 'frames'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** A subscriber is too slow when, while it takes nothing more, so many events come, */
  readonly maxWaitingFrames?: number;
  /** or events of so many bytes, */
  readonly maxWaitingBytes?: number;
  /** or when nothing leaves for so many milliseconds. */
  readonly maxStandstillMs?: number;
  /**
   * Events are read and handed over in pages of so many bytes. A sink where more than that waits is given no more for now; so memory is
   * bounded, whatever a subscriber does.
   */
  readonly pageBytes?: number;
  /** Resolves when the runtime has done what else waits for it; after a millisecond by default. */
  readonly nextTurn?: () => Promise<void>;
}

const PAGE_EVENTS = 500;
/** Pages that are kept for who comes after: many who begin at one place drift apart, by what lies in their sockets. */
const MOST_PAGES = 24;
/** So long, in milliseconds, a page is given to others: what leaves the log is not told here. */
const PAGE_MS = 10_000;
/** It is looked again whether a full sink has emptied after 1 ms, then more and more seldom. */
const LONGEST_PAUSE_MS = 16;

interface Page {
  readonly events: Promise<readonly EventFrame[]>;
  /** By `performance.now()`. */
  readonly since: number;
  /** It has events, behind which there may be more by now; of one that has none that would be lost. */
  stands: boolean;
}

/**
 * Serves the events of a log to subscribers (`com.atproto.sync.subscribeRepos`), old ones and then new ones, without gap or
 * repetition: everybody reads the log at their own place, and waits at its end. So all get the same frames in the same
 * order, nobody waits for another, and nothing is kept for the slow. Those near each other share what was read.
 */
export class Firehose {
  readonly #log: FirehoseOptions['log'];
  readonly #now: () => number;
  readonly #maxFrames: number;
  readonly #maxBytes: number;
  readonly #maxStandstillMs: number;
  readonly #pageBytes: number;
  readonly #nextTurn: () => Promise<void>;
  /** Announced since the start. */
  #frames = 0;
  #bytes = 0;
  #isEnding = false;
  readonly #news = new Bell();
  /** By the event that they follow, the oldest first. */
  readonly #pages = new Map<number, Page>();

  constructor({ log, now = Date.now, maxWaitingFrames = 500, maxWaitingBytes = 8_000_000, maxStandstillMs = 30_000, pageBytes = 262_144, nextTurn = () => pause(0) }: FirehoseOptions) {
    this.#log = log;
    this.#now = now;
    this.#maxFrames = maxWaitingFrames;
    this.#maxBytes = maxWaitingBytes;
    this.#maxStandstillMs = maxStandstillMs;
    this.#pageBytes = pageBytes;
    this.#nextTurn = nextTurn;
  }

  /** There is more in the log: these events, told in any order. They are read from there. */
  announce(events: readonly StoredEvent[]): void {
    this.#frames += events.length;
    for (const { frame } of events) this.#bytes += frame.length;
    // With what else is told of an account, its commits may have left the log.
    this.#forget(events.every(({ type }) => type === '#commit'));
    this.#news.ring();
  }

  /** Ends every subscriber when it has all that there is; those that come later get no more than that. */
  end(): void {
    this.#isEnding = true;
    // What is in the log by now may not have been announced.
    this.#forget();
    this.#news.ring();
  }

  /**
   * Serves a subscriber; resolves when that has ended, and the sink is closed.
   * @param cursor `seq` of the last event that it has, 0 for all that are kept, undefined for new ones only
   * @throws what the log throws
   */
  async subscribe(cursor: number | undefined, sink: FirehoseSink, signal: AbortSignal): Promise<void> {
    try {
      const after = await this.#placeOf(cursor, sink);
      if (after !== undefined) await this.#serve(after, sink, signal);
    } finally {
      sink.close();
    }
  }

  /** Event numbers are microseconds, so a cursor up to now may come from an event that a restored backup has lost. */
  async #placeOf(cursor: number | undefined, sink: FirehoseSink): Promise<number | undefined> {
    const last = await this.#log.lastSeq();
    if (cursor === undefined) return last;
    if (cursor > Math.max(last, this.#now() * 1000)) {
      sink.send([encodeErrorFrame('FutureCursor', 'The cursor lies in the future of this host.')]);
      return undefined;
    }
    if (cursor > 0 && cursor < await this.#log.prunedSeq()) {
      sink.send([encodeFrame('#info', { name: 'OutdatedCursor', message: 'Events after this cursor are no longer kept; the earliest that are follow.' })]);
    }
    return cursor;
  }

  async #serve(place: number, sink: FirehoseSink, signal: AbortSignal): Promise<void> {
    let after = place;
    let isLive = false;
    // Once for each that goes all others look up in vain: that is less than to listen to `signal` for each event.
    signal.addEventListener('abort', () => this.#news.ring(), { once: true });
    while (await this.#hasRoom(sink, isLive, signal)) {
      const news = this.#news.next;
      const page = this.#read(after);
      const events = await page.events;
      if (signal.aborted) return;
      if (events.length === 0) {
        if (this.#isEnding) return;
        isLive = true;
        await news;
        continue;
      }
      page.stands = true;
      sink.send(events.map(({ frame }) => frame));
      after = events.at(-1)!.seq;
      // What was handed over leaves between two turns of the event loop.
      if (!isLive) await this.#nextTurn();
    }
  }

  /** The page after an event; who asks at the same place gets the same. */
  #read(after: number): Page {
    const known = this.#pages.get(after);
    if (known !== undefined && performance.now() - known.since < PAGE_MS) return known;
    const page = { events: this.#log.frames(after, { limit: PAGE_EVENTS, bytes: this.#pageBytes }), since: performance.now(), stands: false };
    this.#pages.delete(after);
    this.#pages.set(after, page);
    const [oldest = after] = this.#pages.keys();
    if (this.#pages.size > MOST_PAGES) this.#pages.delete(oldest);
    page.events.catch(() => {
      if (this.#pages.get(after) === page) this.#pages.delete(after);
    });
    return page;
  }

  #forget(butThoseThatStand = false): void {
    for (const [after, { stands }] of this.#pages) if (!stands || !butThoseThatStand) this.#pages.delete(after);
  }

  /** Waits while the sink is full; false when there is nobody to wait for any more. */
  async #hasRoom(sink: FirehoseSink, isLive: boolean, signal: AbortSignal): Promise<boolean> {
    const frames = this.#frames;
    const bytes = this.#bytes;
    let least = sink.waiting;
    let moved = performance.now();
    for (let ms = 1; !signal.aborted && sink.waiting > this.#pageBytes; ms = Math.min(2 * ms, LONGEST_PAUSE_MS)) {
      await pause(ms);
      if (sink.waiting < least) {
        least = sink.waiting;
        moved = performance.now();
      }
      // Who still reads what is old is as far behind as that is long, and may be.
      const isBehind = isLive && (this.#frames - frames > this.#maxFrames || this.#bytes - bytes > this.#maxBytes);
      if (!isBehind && performance.now() - moved < this.#maxStandstillMs) continue;
      sink.send([encodeErrorFrame('ConsumerTooSlow', 'Events come faster than they are taken; come back with the cursor of the last.')]);
      return false;
    }
    return !signal.aborted;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
