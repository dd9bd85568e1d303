import { datetimeFromMs } from '../protocol/index.ts';
import type { Datetime, Did, Tid } from '../protocol/index.ts';
import { decodeHouseMessage, encodeMirrorMessage } from './codec.ts';
import type { HouseMessage, MirrorMessage } from './messages.ts';
import { MirrorRefusal } from './mirror-refusal.ts';
import { ChannelError } from './ports/channel.ts';
import type { Channel } from './ports/channel.ts';
import type { MirrorDesk } from './ports/desks.ts';
import { TIMERS } from './timers.ts';
import type { Timers } from './timers.ts';

export interface MirrorConversationOptions {
  /** Milliseconds in which a house has to say who it is. */
  readonly helloMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly timers?: Timers;
}

const HELLO_MS = 10_000;

/**
 * The mirror's side of a conversation. Messages are looked at one after another, and the next frame is taken only when the
 * answer to the one before has gone: what a house sends ahead waits in the channel, which has limits of its own.
 */
export class MirrorConversation {
  readonly #channel: Channel;
  readonly #desk: MirrorDesk;
  readonly #helloMs: number;
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #welcomed = Promise.withResolvers<void>();
  /** The commit that this house has sent last. */
  #taking: Tid | undefined;
  #hasMoved = false;

  constructor(channel: Channel, desk: MirrorDesk, { helloMs = HELLO_MS, now = Date.now, timers = TIMERS }: MirrorConversationOptions = {}) {
    this.#channel = channel;
    this.#desk = desk;
    this.#helloMs = helloMs;
    this.#now = now;
    this.#timers = timers;
  }

  /**
   * Talks until the channel ends; then it is closed. Whatever goes wrong, the house is told so first.
   * @throws ChannelError Lost, BadFrame; what the desk throws that is no MirrorRefusal
   */
  async run(): Promise<void> {
    try {
      await this.#talk();
    } catch (error) {
      if (error instanceof ChannelError && error.code === 'Closed') return;
      await this.#say(lastWord(error, this.#time())).catch(() => undefined);
      // A house that was turned away was answered: nothing is wrong here.
      if (!(error instanceof MirrorRefusal)) throw error;
    } finally {
      this.#channel.close();
    }
  }

  async #talk(): Promise<void> {
    const frames = this.#channel.frames[Symbol.asyncIterator]();
    const hello = await this.#hello(frames);
    if (hello === undefined) return;
    // Before the head is looked up, or a commit in between would be told to nobody.
    const stop = this.#desk.follow(hello.did, (rev) => this.#moved(rev));
    let leave: (() => void) | undefined;
    try {
      await this.#say(await this.#desk.hello(hello));
      this.#welcomed.resolve();
      leave = this.#desk.calls?.join(hello.did, (call) => this.#say({ type: '#ring', ...call }).catch(() => undefined));
      for (let step = await frames.next(); step.done !== true; step = await frames.next()) {
        const answer = await this.#answer(hello.did, decodeHouseMessage(step.value));
        if (answer !== undefined) await this.#say(answer);
      }
    } finally {
      stop();
      leave?.();
    }
  }

  /** Once is enough: the house begins anew. */
  #moved(rev: Tid): void {
    if (this.#hasMoved || rev === this.#taking) return;
    this.#hasMoved = true;
    void this.#welcomed.promise.then(() => this.#say({ type: '#moved' })).catch(() => undefined);
  }

  async #hello(frames: AsyncIterator<Uint8Array>): Promise<HouseMessage & { readonly type: '#hello' } | undefined> {
    const late = Promise.withResolvers<never>();
    const stop = this.#timers.after(this.#helloMs, () => late.reject(new ChannelError('BadFrame', 'No #hello came in time.')));
    try {
      const { done, value } = await Promise.race([frames.next(), late.promise]);
      if (done === true) return undefined;
      const message = decodeHouseMessage(value);
      if (message.type !== '#hello') throw new ChannelError('BadFrame', `A conversation begins with #hello, not with ${message.type}.`);
      return message;
    } finally {
      stop();
    }
  }

  async #answer(did: Did, message: HouseMessage): Promise<MirrorMessage | undefined> {
    switch (message.type) {
      case '#hello':
        throw new ChannelError('BadFrame', 'A conversation has one #hello.');
      case '#commit':
        return this.#commit(did, message);
      case '#offer':
        return { type: '#want', blobs: await this.#desk.missing(did, message.blobs) };
      case '#identity':
        await this.#desk.identity(did);
        return { type: '#noted' };
      case '#answer':
        this.#desk.calls?.answer(did, message);
        return undefined;
    }
  }

  /** What was sent after a refused commit names it as the one before, and so is refused too. */
  async #commit(did: Did, { message }: HouseMessage & { readonly type: '#commit' }): Promise<MirrorMessage> {
    this.#taking = message.rev;
    try {
      return { type: '#ack', receipt: await this.#desk.commit(did, message) };
    } catch (error) {
      if (!(error instanceof MirrorRefusal)) throw error;
      return reject(error, this.#time(), message.rev);
    }
  }

  #say(message: MirrorMessage): Promise<void> {
    return this.#channel.send(encodeMirrorMessage(message));
  }

  #time(): Datetime {
    return datetimeFromMs(this.#now());
  }
}

function reject({ code, message, head }: MirrorRefusal, time: Datetime, rev?: Tid): MirrorMessage {
  return { type: '#reject', ...(rev !== undefined && { rev }), code, message, ...(head !== undefined && { head }), time };
}

/** Why a conversation ends. What went wrong inside is not for the house to read. */
function lastWord(error: unknown, time: Datetime): MirrorMessage {
  if (error instanceof MirrorRefusal) return reject(error, time);
  if (error instanceof ChannelError) return { type: '#reject', code: error.code, message: error.message, time };
  return { type: '#reject', code: 'InternalServerError', message: 'Something went wrong inside the mirror. What it keeps is safe.', time };
}
