import { Bell } from './bell.ts';
import { HouseTalk } from './house-talk.ts';
import type { Ending, TalkStage } from './house-talk.ts';
import type { Channel } from './ports/channel.ts';
import type { HouseDesk } from './ports/desks.ts';
import { TIMERS } from './timers.ts';
import type { Timers } from './timers.ts';

/** How things stand between a house and its mirror. */
export interface ConversationState {
  /** `waiting`: for the next attempt. `idle`: the mirror holds all there is. `stopped`: by decision of the house. */
  readonly stage: TalkStage | 'connecting' | 'waiting' | 'stopped';
  /** Commits that were sent, and that were acknowledged, since the conversation was made. */
  readonly sent: number;
  readonly acknowledged: number;
  /** While `waiting`: milliseconds until the next attempt, and what went wrong, if something did. */
  readonly retryMs?: number;
  readonly fault?: unknown;
}

export interface HouseConversationOptions {
  readonly onState?: (state: ConversationState) => void;
  /** Milliseconds without an answer after which the mirror is taken for lost. */
  readonly answerMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly timers?: Timers;
}

const ANSWER_MS = 30_000;

/**
 * The house's side of a conversation, over one channel after another: it says who it is, does what the desk decides, and
 * sends what waits as soon as it is there. Within one channel nothing is sent twice; on the next, the mirror says what it
 * holds, and sending goes on from there.
 */
export class HouseConversation {
  readonly #desk: HouseDesk;
  readonly #options: HouseConversationOptions;
  readonly #news = new Bell();
  readonly #counts = { sent: 0, acknowledged: 0, progress: 0 };
  readonly #identity = { changes: 0, noted: 0 };

  constructor(desk: HouseDesk, options: HouseConversationOptions = {}) {
    this.#desk = desk;
    this.#options = options;
  }

  /** Grows whenever the mirror has taken something, or holds all there is. */
  get progress(): number {
    return this.#counts.progress;
  }

  /** Resolves when there is more to say. */
  get news(): Promise<void> {
    return this.#news.next;
  }

  /** There is a new commit, or the network is back. */
  wake(): void {
    this.#news.ring();
  }

  /** The DID document has changed: the mirror is told to look, now or when it can be reached. */
  tellIdentity(): void {
    this.#identity.changes++;
    this.#news.ring();
  }

  /**
   * Talks over a channel until it ends; then it is closed.
   * @param untilIdle end when the mirror holds all there is
   * @returns `stopped` where the house has decided so, `again` where it is to begin anew, `idle` where it was to end then
   * @throws ChannelError Lost, Closed, BadFrame; what the desk throws; the reason of the signal
   */
  async run(channel: Channel, { signal, untilIdle = false }: { readonly signal?: AbortSignal; readonly untilIdle?: boolean } = {}): Promise<Ending> {
    const { answerMs = ANSWER_MS, now = Date.now, timers = TIMERS } = this.#options;
    const talk = new HouseTalk(channel, this.#desk, {
      answerMs, now, timers, news: this.#news, identity: this.#identity,
      report: (stage) => {
        if (stage === 'idle') this.#counts.progress++;
        this.report(stage);
        if (stage === 'idle' && untilIdle) talk.end('idle');
      },
      sent: () => void this.#counts.sent++,
      acknowledged: () => {
        this.#counts.acknowledged++;
        this.#counts.progress++;
      },
    });
    const stop = (): void => talk.fail(signal!.reason);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    try {
      return await talk.run();
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Tells how things stand, as whoever connects knows it. */
  report(stage: ConversationState['stage'], more: Pick<ConversationState, 'retryMs' | 'fault'> = {}): void {
    const { sent, acknowledged } = this.#counts;
    this.#options.onState?.({ stage, sent, acknowledged, ...more });
  }
}
