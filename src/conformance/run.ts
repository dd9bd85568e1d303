import { HoldfastError } from '../protocol/index.ts';
import { Accounts } from './accounts.ts';
import { Finding, shown } from './check.ts';
import type { Check, Group } from './check.ts';
import { BLOB_CHECKS } from './checks/blobs.ts';
import { FIREHOSE_CHECKS } from './checks/firehose.ts';
import { IDENTITY_CHECKS } from './checks/identity.ts';
import { LIST_CHECKS } from './checks/lists.ts';
import { LIVE_CHECKS } from './checks/live.ts';
import { OAUTH_CHECKS } from './checks/oauth.ts';
import { RECORD_CHECKS } from './checks/records.ts';
import { REPOSITORY_CHECKS } from './checks/repository.ts';
import { SERVER_CHECKS } from './checks/server.ts';
import { WRITING_CHECKS } from './checks/writing.ts';
import { Context } from './context.ts';
import { FirehoseSeen } from './firehose-seen.ts';
import { Host } from './host.ts';
import type { Did, Handle } from '../protocol/index.ts';

/** Every check, in the order in which they run. */
export const CHECKS: readonly Check[] = [
  ...SERVER_CHECKS, ...IDENTITY_CHECKS, ...RECORD_CHECKS, ...LIST_CHECKS, ...REPOSITORY_CHECKS, ...BLOB_CHECKS, ...OAUTH_CHECKS,
  ...FIREHOSE_CHECKS, ...WRITING_CHECKS, ...LIVE_CHECKS,
];

const CHECK_MS = 60_000;
const MOST_SAID = 500;

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

export interface RunOptions {
  /** Origin of the server. */
  readonly origin: string;
  readonly did: Did;
  readonly handle?: Handle;
  /** The PLC directory: an origin, or an address with a path. */
  readonly directory: string;
  /** For the checks that write; they do not run without. */
  readonly password?: string;
  /** How long to wait for something to happen on the firehose, in milliseconds. */
  readonly waitMs: number;
  /** A stream on which nothing comes for so long has told all that there was, in milliseconds. */
  readonly quietMs: number;
  /** Hears of each result as it comes. */
  readonly onResult?: (result: Result) => void;
}

/** Holds a server to the protocol. Never rejects for what the server does. */
export async function runChecks(options: RunOptions): Promise<readonly Result[]> {
  const { origin, did, handle, directory, password, waitMs, quietMs, onResult } = options;
  const accounts = new Accounts(directory);
  const firehose = new FirehoseSeen({ origin, accounts, quietMs, waitMs });
  const context = new Context({
    host: new Host(origin), did, accounts, firehose, ...(handle !== undefined && { handle }), ...(password !== undefined && { password }),
  });
  // What happens from now on is told on it; that it does not open is for a check to say.
  await firehose.live().catch(() => undefined);
  const results: Result[] = [];
  try {
    for (const check of CHECKS) {
      const result = await resultOf(check, context);
      results.push(result);
      onResult?.(result);
    }
  } finally {
    await firehose.close();
  }
  return results;
}

async function resultOf(check: Check, context: Context): Promise<Result> {
  const { id, title, why } = check;
  const told = { id, group: id.slice(0, id.indexOf('.')) as Group, title, why };
  try {
    return { ...told, outcome: 'passed', says: await inTime(check, context) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) return { ...told, outcome: 'failed', code: 'Unreadable', says: shown(`What came could not be read: ${String(error)}`, MOST_SAID) };
    // Errors of lower rooms name paths and keys as they came.
    return { ...told, outcome: error.code === 'NotSeen' ? 'not seen' : 'failed', code: error.code, says: shown(error.message, MOST_SAID) };
  }
}

/** Whatever a check waits for has a limit of its own; this is for all of it together. */
async function inTime({ run, ms = CHECK_MS }: Check, context: Context): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Finding('TooSlow', `There was no result within ${ms / 1_000} seconds`)), ms);
  });
  try {
    return await Promise.race([run(context), late]);
  } finally {
    clearTimeout(timer);
  }
}
