import { MAX_FRAME_BYTES } from '../protocol/index.ts';
import { ChannelError } from './ports/channel.ts';
import type { Channel } from './ports/channel.ts';

/** What waits unread before whoever sends has to wait, in bytes. */
const ROOM_BYTES = 1024 * 1024;

/** What a frame costs besides its bytes, so that empty ones are no way around the room. */
const COST_OF_A_FRAME = 64;

/** Frames on their way from one side to the other, for adapters of Channel: bounded, in order, read once, ended once. */
export class FrameQueue implements AsyncIterable<Uint8Array> {
  readonly #room: number;
  readonly #onChange: () => void;
  readonly #frames: Uint8Array[] = [];
  /** How many of them were read. */
  #read = 0;
  readonly #waiting = new Set<() => void>();
  #cost = 0;
  #end: { readonly fault: ChannelError | undefined } | undefined;

  /** @param onChange called when a frame came or went, and at the end */
  constructor({ roomBytes = ROOM_BYTES, onChange }: { readonly roomBytes?: number; readonly onChange?: () => void } = {}) {
    this.#room = roomBytes;
    this.#onChange = onChange ?? (() => undefined);
  }

  /** How many frames wait. */
  get size(): number {
    return this.#frames.length - this.#read;
  }

  /** What waits, in bytes and a little for each frame. */
  get cost(): number {
    return this.#cost;
  }

  get full(): boolean {
    return this.#cost > this.#room;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Takes a frame, even when it is full: wait for `room` after it.
   * @throws ChannelError Closed, Lost, or whatever it has ended with; BadFrame where the frame is too large
   */
  put(frame: Uint8Array): void {
    this.#throwIfEnded();
    if (frame.length > MAX_FRAME_BYTES) {
      throw new ChannelError('BadFrame', `A frame of ${frame.length} bytes is larger than the ${MAX_FRAME_BYTES} that may be sent.`);
    }
    this.#frames.push(frame);
    this.#cost += frame.length + COST_OF_A_FRAME;
    this.#changed();
  }

  /** Resolves when more may be put. @throws ChannelError if it ends before */
  async room(): Promise<void> {
    while (this.full) {
      this.#throwIfEnded();
      await this.#change();
    }
  }

  /** Takes frames out, in order: one at least if there is one, then as many as fit, and no more than `most`. */
  drain(bytes: number, most = Infinity): Uint8Array[] {
    const begin = this.#read;
    let end = begin;
    for (let sum = 0; end < this.#frames.length && end - begin < most; end++) {
      sum += this.#frames[end]!.length;
      if (end > begin && sum > bytes) break;
    }
    const frames = this.#frames.slice(begin, end);
    for (const { length } of frames) this.#cost -= length + COST_OF_A_FRAME;
    this.#read = end;
    // To move all that waits for each frame would take its time, where they are small and many.
    if (this.#read * 2 > this.#frames.length) {
      this.#frames.splice(0, this.#read);
      this.#read = 0;
    }
    if (frames.length > 0) this.#changed();
    return frames;
  }

  /** What has come is still read; then the reader is told of the fault, or that it was closed. Only the first end counts. */
  end(fault?: ChannelError): void {
    if (this.#end !== undefined) return;
    this.#end = { fault };
    this.#changed();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const [frame] = this.drain(0, 1);
      if (frame !== undefined) yield frame;
      else if (this.#end === undefined) await this.#change();
      else if (this.#end.fault === undefined) return;
      else throw this.#end.fault;
    }
  }

  #throwIfEnded(): void {
    if (this.#end !== undefined) throw this.#end.fault ?? new ChannelError('Closed', 'This channel was closed.');
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
    this.#onChange();
  }
}

/** One side of a channel, over the frames that come and those that go. */
export function channelOver(incoming: FrameQueue, outgoing: FrameQueue): Channel {
  return {
    frames: incoming,
    async send(frame) {
      outgoing.put(frame);
      await outgoing.room();
    },
    close() {
      outgoing.end();
      incoming.end();
    },
  };
}
