import { datetimeToMs, isDatetime } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { DirectoryError, PlcDirectory, PlcError, verifyPlcLog } from '../../identity/index.ts';
import type { PlcLog } from '../../identity/index.ts';
import { askWatcher } from '../../pds/index.ts';
import type { Account, WatcherAnswer } from '../../pds/index.ts';
import type { IdentityContext } from './known-identity.ts';

/** What the mirror of the account has seen, verified. */
export interface MirrorWatch {
  /** The origin of the mirror. */
  readonly url: string;
  /** When the directory last showed it a log that holds: milliseconds since 1970. */
  readonly lookedAt: number | undefined;
  /** When it saw each operation first, by CID: milliseconds since 1970. Nobody can check it. */
  readonly seenAt: ReadonlyMap<string, number>;
  /** CIDs that a house of the account has claimed, by the word of the mirror. */
  readonly claimed: ReadonlySet<string>;
  /** CIDs of operations that it shows, and the directory does not. */
  readonly only: readonly string[];
}

/** The log of a DID as this house goes by it. */
export interface SeenLogs {
  /** Undefined where the directory does not know the DID. */
  readonly log: PlcLog | undefined;
  /** What the directory itself shows. */
  readonly shown: PlcLog | undefined;
  readonly mirror: MirrorWatch | undefined;
  /** Why the log is the mirror's alone. */
  readonly fault: DirectoryError | PlcError | undefined;
}

/**
 * Asks the directory for the log of a DID, and the mirror for what it has seen of it. Both are verified, so nobody can make an
 * operation up: what one shows and the other does not was signed by a key that had the right to.
 * @param own CIDs of operations that are the owner's
 * @throws DirectoryError; PlcError, where there is no log that holds; StoreError; the reason of the signal
 */
export async function seenLogs(account: Account, own: readonly string[], context: IdentityContext): Promise<SeenLogs> {
  const { fetch, settings, signal } = context;
  const { did } = account;
  const [asked, answer] = await Promise.all([
    settings().then(({ directory }) => new PlcDirectory(fetch, directory).log(did, signal)).then((log) => ({ log }), faultOf),
    askWatcher(context, account, own, signal),
  ]);
  const seen = answer && await verified(did, answer);
  const known = (log: PlcLog | undefined): Set<string> => new Set(log?.entries.map(({ cid }) => cid.toString()));
  if ('fault' in asked) {
    if (seen === undefined) throw asked.fault;
    return { log: seen, shown: undefined, mirror: watchOf(account, answer!, []), fault: asked.fault };
  }
  const { log } = asked;
  if (seen === undefined) return { log, shown: log, mirror: answer && watchOf(account, answer, []), fault: undefined };
  const [here, there] = [known(log), known(seen)];
  const only = [...there].filter((cid) => !here.has(cid));
  // What one shows beyond the other is the longer one. Where each has something that the other lacks, the directory decides what holds.
  const isLonger = log !== undefined && only.length > 0 && [...here].every((cid) => there.has(cid));
  return { log: isLonger ? seen : log, shown: log, mirror: watchOf(account, answer!, only), fault: undefined };
}

function faultOf(fault: unknown): { readonly fault: DirectoryError | PlcError } {
  if (fault instanceof DirectoryError || fault instanceof PlcError) return { fault };
  throw fault;
}

function watchOf({ mirror }: Account, { lookedAt, operations }: WatcherAnswer, only: readonly string[]): MirrorWatch {
  return {
    url: mirror!.url, lookedAt: timeOf(lookedAt), only,
    seenAt: new Map(operations.flatMap(({ cid, seenAt }) => (isDatetime(seenAt) ? [[cid, datetimeToMs(seenAt)]] : []))),
    claimed: new Set(operations.filter(({ isClaimed }) => isClaimed).map(({ cid }) => cid)),
  };
}

function timeOf(text: string | undefined): number | undefined {
  return text !== undefined && isDatetime(text) ? datetimeToMs(text) : undefined;
}

/** All that the mirror has ever seen, if that is one log; else what it was shown last; nothing of what does not hold. */
async function verified(did: Did, { operations }: WatcherAnswer): Promise<PlcLog | undefined> {
  const all = operations.map(({ cid, operation, createdAt, nullified }) => ({ did, cid, operation, createdAt, nullified }));
  const shown = all.filter((_, place) => operations[place]!.isShown);
  return await held(did, all) ?? (shown.length < all.length ? held(did, shown) : undefined);
}

async function held(did: Did, log: readonly unknown[]): Promise<PlcLog | undefined> {
  try {
    return await verifyPlcLog(did, log);
  } catch (error) {
    if (error instanceof PlcError) return undefined;
    throw error;
  }
}
