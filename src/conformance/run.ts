import { Accounts } from './accounts.ts';
import type { Check } from './check.ts';
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
import { hasSession } from './own-records.ts';
import { runInOrder } from './run-in-order.ts';
import type { Result } from './run-in-order.ts';
import type { Did, Handle } from '../protocol/index.ts';

/** Every check, in the order in which they run. */
export const CHECKS: readonly Check[] = [
  ...SERVER_CHECKS, ...IDENTITY_CHECKS, ...RECORD_CHECKS, ...LIST_CHECKS, ...REPOSITORY_CHECKS, ...BLOB_CHECKS, ...OAUTH_CHECKS,
  ...FIREHOSE_CHECKS, ...WRITING_CHECKS, ...LIVE_CHECKS,
];

/** What takes out all that was written, also where the run ends early. */
const CLEAN = 'writing.clean';

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
  /** Nothing more is wanted: the run ends early, and what it has written is taken out. */
  readonly signal?: AbortSignal;
}

/** Holds a server to the protocol. Never rejects for what the server does. */
export async function runChecks(options: RunOptions): Promise<readonly Result[]> {
  const { origin, did, handle, directory, password, waitMs, quietMs, onResult, signal } = options;
  const accounts = new Accounts(directory);
  const firehose = new FirehoseSeen({ origin, accounts, quietMs, waitMs });
  const context = new Context({
    host: new Host(origin), did, accounts, firehose, ...(handle !== undefined && { handle }), ...(password !== undefined && { password }),
  });
  // What happens from now on is told on it; that it does not open is for a check to say.
  await firehose.live().catch(() => undefined);
  try {
    const results = await runInOrder(CHECKS, context, { onResult, signal });
    const isLeft = signal?.aborted === true && hasSession(context) && !results.some(({ id }) => id === CLEAN);
    return isLeft ? [...results, ...await runInOrder(CHECKS.filter(({ id }) => id === CLEAN), context)] : results;
  } finally {
    await firehose.close();
  }
}
