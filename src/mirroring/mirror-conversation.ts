import { datetimeFromMs } from '../protocol/index.ts';
import type { Datetime, Did, Tid } from '../protocol/index.ts';
import type { CommitMessage } from '../repo/index.ts';
import { Bell } from './bell.ts';
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

/** Commits whose answer has not gone: what a house sends beyond that waits in the channel, which has limits of its own. */
const MOST_UNANSWERED = { commits: 32, bytes: 4_000_000 };

/**
 * The mirror's side of a conversation. Commits are taken while those before them are on their way to the disk; whatever else comes waits
 * until all before it is answered. Answers go in the order of what they answer.
 */
export class MirrorConversation {
  readonly #channel: Channel;
  readonly #desk: MirrorDesk;
  readonly #helloMs: number;
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #welcomed = Promise.withResolvers<void>();
  /** Commits of this house that are being taken. */
  readonly #taking = new Set<Tid>();
  /** Ends when all answers have gone; is rejected when one cannot be given. */
  #answered = Promise.resolve();
  readonly #unanswered = { commits: 0, bytes: 0 };
  readonly #room = new Bell();
  readonly #failed = Promise.withResolvers<never>();
  #hasFailed = false;
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
      await Promise.race([this.#listen(hello.did, frames), this.#failed.promise]);
    } finally {
      stop();
      leave?.();
    }
  }

  async #listen(did: Did, frames: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      for (let step = await frames.next(); step.done !== true && !this.#hasFailed; step = await frames.next()) {
        const message = decodeHouseMessage(step.value);
        if (message.type === '#commit') {
          await this.#take(did, message.message);
        } else {
          await this.#answered;
          const answer = await this.#answer(did, message);
          if (answer !== undefined) await this.#say(answer);
        }
      }
    } finally {
      // What was taken is answered, whatever came after it.
      await this.#answered.catch(() => undefined);
    }
  }

  /** Begins with a commit; its answer goes after those before it. */
  async #take(did: Did, message: CommitMessage): Promise<void> {
    const { commits, bytes } = MOST_UNANSWERED;
    const unanswered = this.#unanswered;
    while (unanswered.commits >= commits || (unanswered.commits > 0 && unanswered.bytes + message.blocks.length > bytes)) {
      if (this.#hasFailed) return;
      await this.#room.next;
    }
    unanswered.commits++;
    unanswered.bytes += message.blocks.length;
    const answer = this.#commit(did, message);
    const answered = this.#answered.then(async () => {
      await this.#say(await answer);
      unanswered.commits--;
      unanswered.bytes -= message.blocks.length;
      this.#room.ring();
    });
    this.#answered = answered;
    // Whichever comes first is what is told; the others have nobody to hear them.
    answer.catch(() => undefined);
    answered.catch((error: unknown) => {
      this.#hasFailed = true;
      this.#failed.reject(error);
      this.#room.ring();
    });
  }

  /** Once is enough: the house begins anew. */
  #moved(rev: Tid): void {
    if (this.#hasMoved || this.#taking.has(rev)) return;
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

  async #answer(did: Did, message: Exclude<HouseMessage, { readonly type: '#commit' }>): Promise<MirrorMessage | undefined> {
    switch (message.type) {
      case '#hello':
        throw new ChannelError('BadFrame', 'A conversation has one #hello.');
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
  async #commit(did: Did, message: CommitMessage): Promise<MirrorMessage> {
    this.#taking.add(message.rev);
    try {
      return { type: '#ack', receipt: await this.#desk.commit(did, message) };
    } catch (error) {
      if (!(error instanceof MirrorRefusal)) throw error;
      return reject(error, this.#time(), message.rev);
    } finally {
      this.#taking.delete(message.rev);
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
