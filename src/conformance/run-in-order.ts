import { HoldfastError } from '../protocol/index.ts';
import { Finding, shown } from './check.ts';
import type { Check, Group } from './check.ts';
import type { Context } from './context.ts';
import { hasSession } from './own-records.ts';
import { withoutSecrets } from './secrets.ts';
import { SNAPSHOT_MS } from './snapshot.ts';

/** Whichever check comes first takes the snapshot, which has its own limit; that the repository is slow is not that check's to say. */
const CHECK_MS = SNAPSHOT_MS + 30_000;
/** So long is waited for checks that were too slow, together. */
const LATE_MS = 60_000;
const MOST_SAID = 500;
/** So long a check may go on that was running when nothing more was wanted, where something may be written. */
const STOP_MS = 20_000;

/** What came of a check. */
export interface Result {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly why: string;
  readonly outcome: 'passed' | 'failed' | 'not seen';
  /** What was seen; what is wrong; or why there was nothing to see. */
  readonly says: string;
  /** Of what is wrong, for programs. */
  readonly code?: string;
}

/** Who runs checks. */
export interface Runner {
  /** Hears of each result as it comes. */
  readonly onResult?: ((result: Result) => void) | undefined;
  /** Nothing more is wanted: no other check begins, and the one that runs has a moment to end. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs checks one after the other. Never rejects for what the server does. */
export async function runInOrder(checks: readonly Check[], context: Context, { onResult, signal }: Runner = {}): Promise<readonly Result[]> {
  const results: Result[] = [];
  const late: Promise<unknown>[] = [];
  for (const check of checks) {
    if (check.isAfterLate === true) await unlessStopped(within(LATE_MS, Promise.allSettled(late)), context, signal);
    if (signal?.aborted === true) break;
    const running = Promise.resolve(context).then(check.run);
    const result = await unlessStopped(resultOf(check, running, context.secrets), context, signal);
    if (result === undefined) break;
    if (result.code === 'TooSlow') late.push(running);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function resultOf({ id, title, why, ms = CHECK_MS }: Check, running: Promise<string>, secrets: Iterable<string>): Promise<Result> {
  const told = { id, group: id.slice(0, id.indexOf('.')) as Group, title, why };
  // What passes through from the server, and from lower rooms, names things as they came.
  const says = (text: string): string => shown(withoutSecrets(text, secrets), MOST_SAID);
  try {
    // Whatever a check waits for has a limit of its own; this is for all of it together.
    const seen = await within(ms, running);
    if (seen === undefined) throw new Finding('TooSlow', `There was no result within ${ms / 1_000} seconds`);
    return { ...told, outcome: 'passed', says: says(seen) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) return { ...told, outcome: 'failed', code: 'Unreadable', says: says(`What came could not be read: ${String(error)}`) };
    return { ...told, outcome: error.code === 'NotSeen' ? 'not seen' : 'failed', code: error.code, says: says(error.message) };
  }
}

/** The value, or undefined where it does not come in time. */
async function within<Value>(ms: number, value: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The value, or undefined where it does not come soon after nothing more was wanted. */
async function unlessStopped<Value>(value: Promise<Value>, context: Context, signal: AbortSignal | undefined): Promise<Value | undefined> {
  if (signal === undefined) return value;
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([value, stopped.then(() => within(hasSession(context) ? STOP_MS : 0, value))]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
