import { setImmediate } from 'node:timers/promises';
import { readEvent } from './event-facts.ts';
import { FIREHOSE_RULES, StreamState } from './firehose-rules.ts';
import type { StreamContext } from './firehose-rules.ts';

/** A frame that breaks a rule. */
export interface Breach {
  readonly rule: string;
  readonly seq: unknown;
  readonly fault: string;
}

/** Everything that is wrong with the frames of one connection, in their order, from the first that the host ever sent. */
export async function breaches(frames: Iterable<unknown>, context: StreamContext): Promise<readonly Breach[]> {
  const state = new StreamState();
  const found: Breach[] = [];
  for (const bytes of frames) {
    // Whoever else is in this process keeps its times.
    await setImmediate();
    const facts = readEvent(bytes);
    for (const rule of FIREHOSE_RULES) {
      // Of what cannot be read, only A2 has something to say.
      if (facts.fault !== undefined && rule.id !== 'A2') continue;
      const fault = await outcome(() => rule.check(facts, state, context));
      if (fault !== undefined) found.push({ rule: rule.id, seq: facts.seq, fault });
    }
    state.note(facts);
  }
  return found;
}

/** @throws Error with every breach */
export async function checkFrames(frames: Iterable<unknown>, context: StreamContext): Promise<void> {
  const found = await breaches(frames, context);
  if (found.length > 0) throw new Error(found.map(({ rule, seq, fault }) => `${rule} is broken by event ${String(seq)}: ${fault}`).join('\n'));
}

/** What a rule trips over is a breach too. */
async function outcome(check: () => string | undefined | Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await check();
  } catch (error) {
    return `it cannot be checked: ${(error as Error).message}`;
  }
}

