import { ChannelError, FrameQueue } from '../../mirroring/index.ts';
import type { Channel } from '../../mirroring/index.ts';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import { numberOf, numberPart, PART, PartReader, partsOf } from './parts.ts';
import type { DataChannel, Peer } from './peer.ts';

export interface DataChannelOptions {
  /** Closes it. */
  readonly signal?: AbortSignal;
  /** How often the other side is asked whether it is there, in milliseconds; one that has said nothing by the next time is lost. */
  readonly pingMs?: number;
}

const PING_MS = 15_000;

/** What may be sent that the other side has not read, in bytes, before another frame has to wait. */
const WINDOW_BYTES = 1024 * 1024;

/** What a frame counts besides its bytes, so that empty ones are no way around the window. */
const COST_OF_A_FRAME = 64;

/** So much is read before the other side is told, in bytes. */
const TELL_BYTES = WINDOW_BYTES / 4;

/** What keeps to the window has no more than this unread: the window, and the frame that was begun before it was full. */
const MOST_UNREAD_BYTES = WINDOW_BYTES + MAX_FRAME_BYTES + 2 * COST_OF_A_FRAME;

/** What is handed over and not on its way yet before the next part waits, in bytes; and when it goes on. */
const BUFFERED_BYTES = 1024 * 1024;
const LOW_BYTES = BUFFERED_BYTES / 4;

/** How long last words may be on their way, in milliseconds. */
const FAREWELL_MS = 5_000;

/** A channel over an open data channel, the only one of its peer connection: it owns both from then on. */
export function channelOf(peer: Peer, channel: DataChannel, options: DataChannelOptions = {}): Channel {
  return new PeerChannel(peer, channel, options);
}

class PeerChannel implements Channel {
  readonly frames: FrameQueue;
  readonly #peer: Peer;
  readonly #channel: DataChannel;
  readonly #reader = new PartReader();
  readonly #waiting = new Set<() => void>();
  readonly #signal: AbortSignal | undefined;
  readonly #stop = (): void => this.close();
  readonly #ping: ReturnType<typeof setInterval>;
  #end: ChannelError | undefined;
  /** Whether nothing can be sent any more, not even last words. */
  #isGone = false;
  /** Frames go one after another. */
  #sending: Promise<void> = Promise.resolve();
  #unread = 0;
  #taken = 0;
  #told = 0;
  #heard = true;

  constructor(peer: Peer, channel: DataChannel, { pingMs = PING_MS, signal }: DataChannelOptions) {
    this.#peer = peer;
    this.#signal = signal;
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = LOW_BYTES;
    this.frames = new FrameQueue({ onChange: () => this.#tellRead() });
    channel.addEventListener('message', ({ data }) => this.#hear(data));
    channel.addEventListener('bufferedamountlow', () => this.#ring());
    channel.addEventListener('close', () => this.#leave(lost()));
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') this.#leave(lost());
    });
    this.#ping = setInterval(() => this.#look(), pingMs);
    signal?.addEventListener('abort', this.#stop);
    if (channel.readyState !== 'open') this.#leave(lost());
  }

  async send(frame: Uint8Array): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    if (frame.length > MAX_FRAME_BYTES) {
      throw new ChannelError('BadFrame', `A frame of ${frame.length} bytes is larger than the ${MAX_FRAME_BYTES} that may be sent.`);
    }
    const sent = this.#sending.then(() => this.#write(frame));
    this.#sending = sent.catch(() => undefined);
    await sent;
    while (this.#isFull) {
      if (this.#end !== undefined) throw this.#end;
      await this.#change();
    }
  }

  close(): void {
    if (this.#end !== undefined) return;
    this.#finish(closed());
    const late = setTimeout(() => this.#leave(closed()), FAREWELL_MS);
    void this.#sending.then(async () => {
      this.#post(Uint8Array.of(PART.bye));
      // The other side leaves when it has read that.
      while (!this.#isGone) await this.#change();
      clearTimeout(late);
    });
  }

  get #isFull(): boolean {
    return this.#unread > WINDOW_BYTES;
  }

  async #write(frame: Uint8Array): Promise<void> {
    while (this.#isFull && !this.#isGone) await this.#change();
    this.#unread += frame.length + COST_OF_A_FRAME;
    for (const part of partsOf(frame)) {
      while (this.#channel.bufferedAmount > BUFFERED_BYTES && !this.#isGone) await this.#change();
      if (this.#isGone) throw this.#end ?? lost();
      this.#post(part);
    }
  }

  #post(part: Uint8Array<ArrayBuffer>): void {
    if (this.#isGone) return;
    try {
      this.#channel.send(part);
    } catch {
      // It has ended, and nobody has told yet.
      this.#leave(lost());
    }
  }

  #hear(data: unknown): void {
    if (this.#isGone) return;
    this.#heard = true;
    try {
      this.#take(data);
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.#leave(error);
    }
  }

  #take(data: unknown): void {
    if (!(data instanceof ArrayBuffer)) throw new ChannelError('BadFrame', 'The other side sent text, which no frame is.');
    const part = new Uint8Array(data);
    switch (part[0]) {
      case PART.begin:
      case PART.more: {
        const frame = this.#reader.take(part);
        if (this.frames.cost + this.#reader.pending > MOST_UNREAD_BYTES) throw new ChannelError('BadFrame', 'The other side sent more than it was asked for.');
        if (frame !== undefined) this.#took(frame);
        return;
      }
      case PART.read:
        this.#unread = Math.max(0, this.#unread - numberOf(part));
        return this.#ring();
      case PART.bye:
        return this.#leave(closed());
      case PART.ping:
        // Whoever takes nothing of what waits here hears no answer either.
        return this.#channel.bufferedAmount > BUFFERED_BYTES ? undefined : this.#post(Uint8Array.of(PART.pong));
      case PART.pong:
        return;
      default:
        throw new ChannelError('BadFrame', 'The other side sent what is no message of this version.');
    }
  }

  #took(frame: Uint8Array): void {
    this.#taken += frame.length + COST_OF_A_FRAME;
    // Who has closed reads no more, and the other side may still get rid of what it has.
    if (this.#end === undefined) this.frames.put(frame);
    else this.#tellRead();
  }

  #tellRead(): void {
    const waits = this.#end === undefined ? this.frames.cost : 0;
    const read = this.#taken - waits - this.#told;
    if (read < TELL_BYTES) return;
    this.#told += read;
    this.#post(numberPart(PART.read, read));
  }

  #look(): void {
    if (!this.#heard) return this.#leave(lost());
    this.#heard = false;
    this.#post(Uint8Array.of(PART.ping));
  }

  /** Ends it for whoever sends and reads here. */
  #finish(end: ChannelError): void {
    if (this.#end === undefined) {
      this.#end = end;
      this.frames.end(end.code === 'Closed' ? undefined : end);
    }
    this.#ring();
  }

  /** Ends it, and the connection with it. */
  #leave(end: ChannelError): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearInterval(this.#ping);
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#finish(end);
    this.#channel.close();
    this.#peer.close();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  #ring(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

function closed(): ChannelError {
  return new ChannelError('Closed', 'This channel was closed.');
}

function lost(): ChannelError {
  return new ChannelError('Lost', 'The connection was lost.');
}
