import { channelOver, FrameQueue } from '../../mirroring/index.ts';
import { TURN_BYTES } from './turn.ts';
import type { Channel, ChannelError } from '../../mirroring/index.ts';

/** What the mirror says in a turn. */
export interface Answer {
  readonly frames: readonly Uint8Array[];
  /** There is no session after it. */
  readonly ended: boolean;
}

/** The mirror's end of a channel over HTTP. */
export class Session {
  readonly channel: Channel;
  readonly #incoming = new FrameQueue();
  readonly #outgoing: FrameQueue;
  /** Turns that came before their turn, or are being answered. */
  readonly #here = new Map<number, () => void>();
  #next = 0;
  /** Ends the waiting of the turn that waits for something to say. */
  #say: () => void = () => undefined;

  constructor() {
    this.#outgoing = new FrameQueue({ onChange: () => this.#say() });
    this.channel = channelOver(this.#incoming, this.#outgoing);
  }

  /** Whether there is something to say that no turn has fetched yet. */
  get hasMore(): boolean {
    return this.#outgoing.size > 0;
  }

  get ended(): boolean {
    return this.#outgoing.ended && this.#outgoing.size === 0;
  }

  /**
   * Takes the frames of a turn when all before it have been answered, and answers.
   * @param last the house closes the channel
   * @param holdMs how long the answer may wait for something to say, in milliseconds
   * @returns undefined for a turn that has been, or is too early
   */
  async turn(number: number, frames: readonly Uint8Array[], last: boolean, holdMs: number): Promise<Answer | undefined> {
    if (number < this.#next || number > this.#next + 1 || this.#here.has(number)) return undefined;
    await this.#myTurn(number);
    try {
      for (const frame of frames) {
        if (this.#incoming.ended) break;
        this.#incoming.put(frame);
        await this.#incoming.room().catch(() => undefined);
      }
      if (last) this.channel.close();
      else await this.#somethingToSay(number, holdMs);
      return { frames: this.#outgoing.drain(TURN_BYTES), ended: this.ended };
    } finally {
      this.#here.delete(number);
      this.#next = number + 1;
      this.#here.get(this.#next)?.();
    }
  }

  /** Ends it, when the house is not heard of any more or says what it may not. */
  fail(error: ChannelError): void {
    this.#incoming.end(error);
    this.#outgoing.end(error);
    for (const go of this.#here.values()) go();
  }

  async #myTurn(number: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#here.set(number, resolve);
      if (number === this.#next) resolve();
      // The one before need not wait any longer.
      else this.#say();
    });
  }

  async #somethingToSay(number: number, holdMs: number): Promise<void> {
    if (number === 0 || this.#outgoing.size > 0 || this.#outgoing.ended || this.#here.has(number + 1)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, holdMs);
      this.#say = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#say = () => undefined;
  }
}
