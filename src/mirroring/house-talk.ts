import { CidSet } from '../protocol/index.ts';
import type { Cid, Tid } from '../protocol/index.ts';
import { Bell } from './bell.ts';
import { decodeMirrorMessage, encodeHouseMessage, MAX_OFFER } from './codec.ts';
import { badFrame } from './fields.ts';
import type { HouseMessage, MirrorMessage } from './messages.ts';
import { ChannelError } from './ports/channel.ts';
import type { Channel } from './ports/channel.ts';
import type { HouseDesk, NextStep, Outgoing } from './ports/desks.ts';
import type { Receipt } from './receipt.ts';
import type { Timers } from './timers.ts';

export type TalkStage = 'handing-over' | 'sending' | 'idle';

/** How a conversation over one channel ended, where nothing went wrong. */
export type Ending = 'again' | 'stopped' | 'idle';

/** What a talk shares with those before and after it. */
export interface TalkParts {
  readonly answerMs: number;
  readonly now: () => number;
  readonly timers: Timers;
  /** Rings when there is more to send. */
  readonly news: Bell;
  readonly report: (stage: TalkStage) => void;
  /** How often the identity has changed, and how much of that the mirror has noted. */
  readonly identity: { readonly changes: number; noted: number };
  readonly sent: () => void;
  readonly acknowledged: () => void;
}

/** A message that has no answer yet, oldest first. */
type Unanswered =
  | { readonly kind: 'commit'; readonly rev: Tid; readonly cid: Cid; readonly bytes: number }
  | { readonly kind: 'offer'; readonly bytes: number; readonly answered: (blobs: readonly Cid[]) => void }
  | { readonly kind: 'identity'; readonly changes: number; readonly bytes: number };

/** So many messages, of so many bytes, go ahead of their answers. */
const WINDOW = { messages: 32, bytes: 4_000_000 };

/** One channel's worth of the house's conversation: two loops, one that sends and one that hears. */
export class HouseTalk {
  readonly #channel: Channel;
  readonly #desk: HouseDesk;
  readonly #parts: TalkParts;
  readonly #frames: AsyncIterator<Uint8Array>;
  readonly #over = Promise.withResolvers<Ending>();
  #isOver = false;
  readonly #unanswered: Unanswered[] = [];
  #unansweredBytes = 0;
  readonly #room = new Bell();
  readonly #offered = new CidSet();
  #allSent = false;
  /** While an answer is dealt with, the mirror is not waited for. */
  #isBusy = false;
  readonly #receipts: Receipt[] = [];
  #keeping: Promise<void> | undefined;
  #changesTold: number;
  #stage: TalkStage | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(channel: Channel, desk: HouseDesk, parts: TalkParts) {
    this.#channel = channel;
    this.#desk = desk;
    this.#parts = parts;
    this.#changesTold = parts.identity.noted;
    this.#frames = channel.frames[Symbol.asyncIterator]();
    // It may fail before anybody waits for it.
    this.#over.promise.catch(() => undefined);
  }

  /** As `HouseConversation.run`. */
  async run(): Promise<Ending> {
    try {
      this.#talk().catch((error: unknown) => this.fail(error));
      return await this.#over.promise;
    } finally {
      this.#quiet();
      this.#channel.close();
    }
  }

  end(ending: Ending): void {
    this.#over.resolve(ending);
    this.#sendNoMore();
  }

  fail(reason: unknown): void {
    this.#over.reject(reason);
    this.#sendNoMore();
  }

  /** Whoever waits looks again, and finds that it is over. */
  #sendNoMore(): void {
    this.#isOver = true;
    this.#room.ring();
    this.#parts.news.ring();
  }

  async #talk(): Promise<void> {
    const step = await this.#greet();
    if (this.#isOver) return;
    if (step.next === 'stop') return this.end('stopped');
    if (step.next === 'hand-over') {
      this.#report('handing-over');
      await this.#desk.handOver();
    }
    this.#report('sending');
    this.#hear().catch((error: unknown) => this.fail(error));
    await this.#send(step.next === 'send' ? step.after : undefined);
  }

  async #greet(): Promise<NextStep> {
    const hello = await this.#desk.hello();
    const sentAt = this.#parts.now();
    this.#listen();
    await this.#handOut(encodeHouseMessage(hello));
    const answer = await this.#next();
    this.#quiet();
    if (answer.type === '#welcome') return this.#desk.greet(answer, sentAt, this.#parts.now());
    if (answer.type !== '#reject') throw badFrame(`The mirror answered #hello with ${answer.type}.`);
    await this.#refused(answer);
    return { next: 'stop' };
  }

  /** Nothing that was sent before can be sent again here: the mirror is asked anew what it holds. */
  async #refused(reject: MirrorMessage & { readonly type: '#reject' }): Promise<void> {
    const { next } = await this.#desk.refused(reject);
    if (next === 'stop') return this.end('stopped');
    if (next === 'hand-over') {
      this.#parts.report('handing-over');
      await this.#desk.handOver();
    }
    this.end('again');
  }

  async #send(after: Tid | undefined): Promise<void> {
    let place = after;
    while (!this.#isOver) {
      const news = this.#parts.news.next;
      await this.#tellIdentity();
      const page = await this.#desk.outbox(place, WINDOW.messages);
      if (this.#isOver) return;
      this.#allSent = page.length === 0;
      if (this.#allSent) {
        this.#reportProgress();
        await news;
      }
      for (const [index, outgoing] of page.entries()) {
        await this.#sendCommit(outgoing, page.slice(index));
        place = outgoing.rev;
      }
    }
  }

  async #tellIdentity(): Promise<void> {
    const { changes } = this.#parts.identity;
    if (changes === this.#changesTold) return;
    this.#changesTold = changes;
    await this.#say({ type: '#identity' }, { kind: 'identity', changes });
  }

  async #sendCommit({ rev, blobs, message }: Outgoing, rest: readonly Outgoing[]): Promise<void> {
    if (blobs.some((cid) => !this.#offered.has(cid))) await this.#offer(rest);
    await this.#say({ type: '#commit', message }, { kind: 'commit', rev, cid: message.commit });
  }

  /** Blobs come before the commits that name them: of all that is at hand, so that the mirror is asked once. */
  async #offer(outgoing: readonly Outgoing[]): Promise<void> {
    const blobs = outgoing.flatMap(({ blobs }) => blobs.filter((cid) => this.#offered.add(cid.detached())));
    for (let at = 0; at < blobs.length; at += MAX_OFFER) {
      const some = blobs.slice(at, at + MAX_OFFER);
      const answer = Promise.withResolvers<readonly Cid[]>();
      await this.#say({ type: '#offer', blobs: some }, { kind: 'offer', answered: answer.resolve });
      const wanted = await answer.promise;
      const asked = wanted.filter((cid) => some.some((offered) => offered.equals(cid)));
      if (asked.length > 0 && !this.#isOver) await this.#desk.sendBlobs(asked);
    }
  }

  async #say(message: HouseMessage, expected: Expected): Promise<void> {
    const frame = encodeHouseMessage(message);
    await this.#roomFor(frame.length);
    if (this.#isOver) return;
    this.#unanswered.push({ ...expected, bytes: frame.length });
    this.#unansweredBytes += frame.length;
    if (expected.kind === 'commit') this.#parts.sent();
    this.#report('sending');
    if (!this.#isBusy && this.#stopTimer === undefined) this.#listen();
    await this.#handOut(frame);
  }

  /** Where the channel has ended, the last words of the mirror may still be there to be heard: they say more. */
  async #handOut(frame: Uint8Array): Promise<void> {
    await this.#channel.send(frame).catch((error: unknown) => {
      if (!(error instanceof ChannelError)) throw error;
    });
  }

  async #roomFor(bytes: number): Promise<void> {
    const isFull = (): boolean => {
      const count = this.#unanswered.length;
      return count >= WINDOW.messages || (count > 0 && this.#unansweredBytes + bytes > WINDOW.bytes);
    };
    while (isFull() && !this.#isOver) await this.#room.next;
  }

  async #hear(): Promise<void> {
    while (!this.#isOver) {
      const message = await this.#next();
      if (message.type === '#ring') {
        this.#desk.ring?.(message, (answer) => void this.#handOut(encodeHouseMessage({ type: '#answer', ...answer })));
        continue;
      }
      this.#quiet();
      this.#isBusy = true;
      if (message.type === '#reject') return this.#heardReject(message);
      if (message.type === '#moved') return this.#beginAnew();
      await this.#heard(message);
      this.#isBusy = false;
      if (this.#isOver) return;
      if (this.#unanswered.length > 0) this.#listen();
      this.#room.ring();
      this.#reportProgress();
    }
  }

  async #heard(message: MirrorMessage): Promise<void> {
    const [first] = this.#unanswered;
    if (message.type === '#ack' && first?.kind === 'commit' && message.receipt.commit.equals(first.cid)) {
      this.#receipts.push(message.receipt);
      this.#keeping ??= this.#keepReceipts().catch((error: unknown) => this.fail(error));
    } else if (message.type === '#want' && first?.kind === 'offer') {
      first.answered(message.blobs);
    } else if (message.type === '#noted' && first?.kind === 'identity') {
      this.#parts.identity.noted = first.changes;
    } else {
      // What it has put its name to is for the house to judge.
      if (message.type === '#ack') await this.#desk.settle(message.receipt);
      throw badFrame(`The mirror said ${message.type} where the answer to ${first === undefined ? 'nothing' : `#${first.kind}`} was expected.`);
    }
    this.#unanswered.shift();
    this.#unansweredBytes -= first.bytes;
  }

  /** A receipt covers those before it: what came while one was kept is kept with the last. */
  async #keepReceipts(): Promise<void> {
    while (this.#receipts.length > 0) {
      const receipts = this.#receipts.splice(0);
      await this.#desk.settle(receipts.at(-1)!);
      for (const _ of receipts) this.#parts.acknowledged();
    }
    this.#keeping = undefined;
    this.#reportProgress();
  }

  async #heardReject(reject: MirrorMessage & { readonly type: '#reject' }): Promise<void> {
    const [first] = this.#unanswered;
    if (reject.rev !== undefined && (first?.kind !== 'commit' || first.rev !== reject.rev)) {
      throw badFrame('The mirror refused a commit whose turn it was not.');
    }
    this.#sendNoMore();
    await this.#keeping;
    await this.#refused(reject);
  }

  /** Another house has gone on: what the mirror holds now is compared first. */
  async #beginAnew(): Promise<void> {
    this.#sendNoMore();
    await this.#keeping;
    this.end('again');
  }

  async #next(): Promise<MirrorMessage> {
    const { done, value } = await this.#frames.next();
    if (done === true) throw new ChannelError('Closed', 'The mirror has ended the conversation.');
    return decodeMirrorMessage(value);
  }

  #listen(): void {
    const { timers, answerMs } = this.#parts;
    this.#quiet();
    this.#stopTimer = timers.after(answerMs, () => {
      this.fail(new ChannelError('Lost', `The mirror did not answer for ${answerMs / 1000} seconds.`));
    });
  }

  #quiet(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #reportProgress(): void {
    const isDone = this.#allSent && this.#unanswered.length === 0 && this.#keeping === undefined;
    this.#report(isDone ? 'idle' : 'sending');
  }

  /** Being idle is told once; the others each time, since the counts have changed. */
  #report(stage: TalkStage): void {
    const isNews = stage !== 'idle' || this.#stage !== 'idle';
    this.#stage = stage;
    if (isNews && !this.#isOver) this.#parts.report(stage);
  }
}

type Expected =
  | { readonly kind: 'commit'; readonly rev: Tid; readonly cid: Cid }
  | { readonly kind: 'offer'; readonly answered: (blobs: readonly Cid[]) => void }
  | { readonly kind: 'identity'; readonly changes: number };
