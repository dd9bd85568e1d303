import type { HouseConversation } from './house-conversation.ts';
import type { Channel } from './ports/channel.ts';
import { TIMERS } from './timers.ts';
import type { Timers } from './timers.ts';

export interface KeepTalkingOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds before the second attempt; each that follows waits twice as long, */
  readonly firstMs?: number;
  /** but no longer than this, and up to half of it less, so that houses do not come all at once. */
  readonly longestMs?: number;
  readonly timers?: Timers;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/**
 * Keeps a conversation going over one channel after another. Waits longer after each attempt that brought nothing, and
 * begins anew as soon as there is news, though never faster than `firstMs`.
 * @returns `stopped` where the house has decided so, `ended` by the signal
 */
export async function keepTalking(
  conversation: HouseConversation, connect: (signal: AbortSignal) => Promise<Channel>,
  { signal, firstMs = 500, longestMs = 30_000, timers = TIMERS, random = Math.random }: KeepTalkingOptions,
): Promise<'stopped' | 'ended'> {
  let failures = 0;
  while (!signal.aborted) {
    const before = conversation.progress;
    const { isStopped, fault } = await attempt(conversation, connect, signal);
    if (isStopped) {
      conversation.report('stopped');
      return 'stopped';
    }
    if (signal.aborted) break;
    failures = conversation.progress > before ? 0 : failures + 1;
    const retryMs = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1)) * (1 - random() / 2);
    conversation.report('waiting', { retryMs, ...(fault !== undefined && { fault }) });
    const { news } = conversation;
    await wait(Math.min(firstMs, retryMs), signal, timers);
    await Promise.race([news, wait(retryMs - firstMs, signal, timers)]);
  }
  return 'ended';
}

async function attempt(
  conversation: HouseConversation, connect: (signal: AbortSignal) => Promise<Channel>, signal: AbortSignal,
): Promise<{ readonly isStopped: boolean; readonly fault?: unknown }> {
  conversation.report('connecting');
  try {
    const channel = await connect(signal);
    return { isStopped: await conversation.run(channel, { signal }) === 'stopped' };
  } catch (fault) {
    return { isStopped: false, fault };
  }
}

/** Resolves after so many milliseconds, or at the end. */
function wait(milliseconds: number, signal: AbortSignal, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = milliseconds > 0 ? timers.after(milliseconds, end) : () => undefined;
    signal.addEventListener('abort', end);
    if (signal.aborted || milliseconds <= 0) end();
  });
}
