import { decodeFrame, HoldfastError, sha256 } from '../protocol/index.ts';
import type { Frame } from '../protocol/index.ts';
import type { Accounts } from './accounts.ts';
import { Finding, shown } from './check.ts';
import { EventAudit } from './event-audit.ts';
import { StreamSocket } from './stream-socket.ts';
import type { Reading } from './stream-socket.ts';

/** How long a replay may take, and the checking of it; and what is new on a server where something happens all the time. Milliseconds. */
const REPLAY_MS = 60_000;
const AUDIT_MS = 60_000;
const NEW_MS = 10_000;

/** An event by its place and a hash of its bytes, which is all that it takes to compare. */
export interface Told {
  readonly seq: number | undefined;
  readonly hash: string;
}

/** Everything that a firehose told from its beginning, and what our verifiers say of it. */
export interface Replay {
  readonly told: readonly Told[];
  readonly isWhole: boolean;
  readonly audit: EventAudit;
}

export interface FirehoseOptions {
  readonly origin: string;
  readonly accounts: Accounts;
  /** A stream on which nothing comes for so long has told all that there was, in milliseconds. */
  readonly quietMs: number;
  /** How long to wait for something to happen, in milliseconds. */
  readonly waitMs: number;
}

/** The firehose of the server: one connection for what is new, and others for what was. */
export class FirehoseSeen {
  readonly #options: FirehoseOptions;
  #live: Promise<StreamSocket> | undefined;
  #replay: Promise<Replay> | undefined;
  #waited: Promise<void> | undefined;

  constructor(options: FirehoseOptions) {
    this.#options = options;
  }

  get waitMs(): number {
    return this.#options.waitMs;
  }

  /** Everything that has come without a cursor by now; at first it is waited for something to come. @throws Finding */
  async liveFrames(): Promise<StreamSocket['frames']> {
    const { waitMs } = this.#options;
    const socket = await this.live();
    if (waitMs === 0 && socket.frames.length === 0) return [];
    await (this.#waited ??= socket.until(1, waitMs));
    await socket.untilQuiet(this.#options.quietMs, NEW_MS);
    return socket.frames;
  }

  /** The connection without a cursor, opened when it is first asked for. @throws Finding */
  live(): Promise<StreamSocket> {
    return (this.#live ??= StreamSocket.open(this.#options.origin));
  }

  /** @throws Finding */
  replay(): Promise<Replay> {
    return (this.#replay ??= this.#read());
  }

  open(cursor?: number | string): Promise<StreamSocket> {
    return StreamSocket.open(this.#options.origin, cursor);
  }

  /** What the server tells from a cursor on, until it falls quiet, or has told `most` frames. @throws Finding */
  async from(cursor: number | undefined, most?: number): Promise<Reading> {
    const socket = await this.open(cursor);
    if (most !== undefined) await socket.until(most, REPLAY_MS);
    const reading = await socket.untilQuiet(this.#options.quietMs, cursor === undefined || most !== undefined ? NEW_MS : REPLAY_MS);
    await socket.close();
    return reading;
  }

  /** Of events that follow nothing that was told before. */
  newAudit(): EventAudit {
    return new EventAudit(this.#options.accounts, this.#options.origin);
  }

  async close(): Promise<void> {
    const live = await this.#live?.catch(() => undefined);
    await live?.close();
  }

  /** What it tells from its beginning. One that fell quiet may only have paused: then it has more to tell after its last event. */
  async #everything(): Promise<Reading> {
    const reading = await this.from(0);
    const last = Math.max(...reading.frames.map((frame) => told(frame).seq ?? 0));
    if (!reading.isWhole || reading.isClosed || last <= 0) return reading;
    const more = await this.from(last).catch(() => undefined);
    const next = more?.frames.findIndex((frame) => (told(frame).seq ?? 0) > last) ?? -1;
    return more === undefined || next < 0 ? reading : { ...more, frames: [...reading.frames, ...more.frames.slice(next)] };
  }

  async #read(): Promise<Replay> {
    const { frames, isWhole, isClosed } = await this.#everything();
    if (isClosed && frames.length === 0) throw new Finding('StreamEnded', 'The firehose ended without a frame');
    const audit = this.newAudit();
    const end = performance.now() + AUDIT_MS;
    for (const [index, frame] of frames.entries()) {
      if (performance.now() > end) return { told: frames.slice(0, index).map(told), isWhole: false, audit };
      await audit.take(frame);
    }
    return { told: frames.map(told), isWhole, audit };
  }
}

/** An event as it is compared. */
export function told(frame: Uint8Array | string): Told {
  const bytes = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
  const seq = eventOf(frame)?.body['seq'];
  return { seq: typeof seq === 'number' ? seq : undefined, hash: Buffer.from(sha256(bytes)).toString('base64') };
}

/** A frame, undefined where it cannot be read. */
export function frameOf(frame: Uint8Array | string): Frame | undefined {
  if (typeof frame === 'string') return undefined;
  try {
    return decodeFrame(frame);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

/** An event, undefined where it is none or cannot be read. */
export function eventOf(frame: Uint8Array | string): Extract<Frame, { readonly kind: 'message' }> | undefined {
  const read = frameOf(frame);
  return read?.kind === 'message' ? read : undefined;
}

/** @throws Finding where what was told again is not what was told before, as far as both go */
export function mustBeSame(before: readonly Told[], again: readonly Told[], what: string, isEnd = true): void {
  for (const [index, { seq, hash }] of before.entries()) {
    const other = again[index];
    if (other === undefined) {
      if (!isEnd) return;
      throw new Finding('Missing', `${what} ends before the event with seq ${shown(seq)}`);
    }
    if (other.seq !== seq) throw new Finding('OtherEvent', `${what} has seq ${shown(other.seq)} where seq ${shown(seq)} was due`);
    if (other.hash !== hash) throw new Finding('OtherBytes', `${what} has other bytes for the event with seq ${shown(seq)}`);
  }
}
