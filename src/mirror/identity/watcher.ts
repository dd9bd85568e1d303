import { PlcDirectory, PlcError } from '../../identity/index.ts';
import type { Fetch, PlcLog } from '../../identity/index.ts';
import type { MirrorStore, WatchedLog, WatchedOperation } from '../../mirroring/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { Log } from '../log.ts';
import { reasonOf } from '../log.ts';

export interface WatcherOptions {
  readonly copies: Pick<MirrorStore, 'accounts' | 'watched' | 'see'>;
  /** Origin of the PLC directory. */
  readonly directory: string;
  readonly log: Log;
  /** Milliseconds between two looks at one account; 0 looks only when asked to. */
  readonly everyMs: number;
  /** A DID says something else than when it was looked at last. */
  readonly onChange: (did: Did) => Promise<void>;
  /** What a DID says holds, and was looked at. */
  readonly onSeen?: (did: Did, seen: WatchedLog) => Promise<void>;
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds between two calls to the directory; for tests. */
  readonly paceMs?: number;
  /** Milliseconds in which a house that has changed a DID says so itself; for tests. */
  readonly graceMs?: number;
}

/** The directory serves everybody: it is not asked more often than this, in milliseconds. */
const PACE_MS = 250;
/** A page that changes a DID has the network told of it; if it was closed before, the mirror does so after this time, in milliseconds. */
const GRACE_MS = 10_000;
/** What was seen a moment ago is not asked for again. */
const FRESH_MS = 60_000;
const ACCOUNTS_AT_A_TIME = 500;
/** A DID with a longer log is not watched. */
const LIMITS = { operations: 500, bytes: 500_000 };

/**
 * Watches the logs of the DIDs that are kept here, spread out over time. What the directory tells is verified, and what it has
 * shown is remembered: it cannot take it back unnoticed.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #directory: PlcDirectory;
  readonly #end = new AbortController();
  readonly #pace: number;
  /** Looked at before all others. */
  readonly #urgent = new Set<Did>();
  /** The rest of this round. */
  #round: Did[] = [];
  #after: Did | undefined;
  #count = 0;
  #counting = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #graces = new Map<Did, ReturnType<typeof setTimeout>>();
  #running: Promise<void> | undefined;
  /** DIDs of whose change the network was told by their houses' wish, and when: milliseconds since 1970. */
  readonly #told = new Map<Did, number>();
  /** DIDs that something was said of already. */
  readonly #complained = new Map<string, string>();

  constructor(options: WatcherOptions) {
    const { directory, fetch = globalThis.fetch, paceMs = PACE_MS } = options;
    this.#options = options;
    this.#directory = new PlcDirectory(fetch, directory, LIMITS);
    this.#pace = paceMs;
    if (options.everyMs > 0) this.#again(paceMs);
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#timer);
    for (const timer of this.#graces.values()) clearTimeout(timer);
    await this.#running;
  }

  /** Looks at an account as soon as it may, unless it was looked at a moment ago. */
  soon(did: Did, { lookedAt = 0 }: WatchedLog): void {
    const { now = Date.now } = this.#options;
    if (now() - lookedAt >= FRESH_MS) this.#hurry(did);
  }

  /** A house has claimed what was not seen yet: it changed the DID, or was about to. */
  claimed(did: Did): void {
    if (this.#graces.has(did) || this.#end.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#graces.delete(did);
      this.#hurry(did);
    }, this.#options.graceMs ?? GRACE_MS);
    timer.unref();
    this.#graces.set(did, timer);
  }

  /** The network has just been told that the DID says something else: what was done until now needs no telling when it is seen. */
  told(did: Did): void {
    const { now = Date.now } = this.#options;
    if (did.startsWith('did:plc:')) this.#told.set(did, now());
    this.#hurry(did);
  }

  #hurry(did: Did): void {
    if (!did.startsWith('did:plc:') || this.#urgent.has(did)) return;
    this.#urgent.add(did);
    if (this.#running === undefined) this.#again(this.#pace);
  }

  /** Looks at an account now. Whatever the directory does, what was seen before stays. */
  async look(did: Did): Promise<void> {
    const { copies, onChange, onSeen } = this.#options;
    const before = await copies.watched(did);
    const log = await this.#ask(did);
    if (log === undefined) return;
    await copies.see(did, log.entries.map(({ cid, operation, createdAt, nullified }) => (
      { cid: cid.toString(), body: new TextEncoder().encode(JSON.stringify(operation)), createdAt, nullified })));
    const after = await copies.watched(did);
    this.#tell(did, after);
    await onSeen?.(did, after);
    const known = new Set(before.operations.map(({ cid }) => cid));
    const told = before.lookedAt === undefined ? Infinity : this.#told.get(did) ?? -Infinity;
    this.#told.delete(did);
    // A page that was closed too early has not said so, and whoever is no house of the account will not. By the directory's clock: where that is
    // ahead, what was told is told twice.
    if (after.operations.some(({ cid, createdAt }) => !known.has(cid) && createdAt > told)) await onChange(did);
  }

  async #ask(did: Did): Promise<PlcLog | undefined> {
    try {
      const log = await this.#directory.log(did, this.#end.signal);
      if (log !== undefined) this.#complained.delete('directory');
      return log;
    } catch (error) {
      if (this.#end.signal.aborted) return undefined;
      if (error instanceof PlcError) this.#complain(did, `what the directory tells of this DID does not hold, and is not believed: ${error.code}`);
      else this.#complain('directory', `DIDs cannot be watched just now: ${reasonOf(error)}`);
      return undefined;
    }
  }

  #tell(did: Did, watched: WatchedLog): void {
    const unclaimed = unclaimedIn(watched);
    const held = watched.operations.filter(({ isShown }) => !isShown).length;
    if (unclaimed.length === 0 && held === 0) return void this.#complained.delete(did);
    const words = [
      ...unclaimed.map(({ cid }) => `operation ${cid} is of none of the houses that are known here`),
      ...(held > 0 ? [`the directory does not show ${held} of the operations that it has shown before`] : []),
    ];
    this.#complain(did, `the DID needs its owner's eye: ${words.join('; ')}`);
  }

  #complain(about: string, words: string): void {
    if (this.#complained.get(about) === words) return;
    this.#complained.set(about, words);
    this.#options.log(about === 'directory' ? words : `${about}: ${words}`);
  }

  #again(wait: number): void {
    clearTimeout(this.#timer);
    if (this.#end.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#turn()
        .catch((error: unknown) => {
          this.#options.log(`Watching over DIDs did not end well: ${reasonOf(error)}`);
          return this.#pace;
        })
        .then((next) => {
          this.#running = undefined;
          if (next !== undefined) this.#again(this.#urgent.size > 0 ? this.#pace : next);
        });
    }, wait);
    this.#timer.unref();
  }

  /** @returns how long to wait then, if there is anything to wait for */
  async #turn(): Promise<number | undefined> {
    const { everyMs } = this.#options;
    const [urgent] = this.#urgent;
    const next = urgent ?? (everyMs > 0 ? await this.#nextInRound() : undefined);
    if (urgent !== undefined) this.#urgent.delete(urgent);
    if (next !== undefined) await this.look(next);
    if (everyMs === 0) return this.#urgent.size > 0 ? this.#pace : undefined;
    return Math.max(this.#pace, everyMs / Math.max(this.#count, 1));
  }

  async #nextInRound(): Promise<Did | undefined> {
    while (this.#round.length === 0) {
      const page = await this.#options.copies.accounts({ limit: ACCOUNTS_AT_A_TIME, ...(this.#after !== undefined && { after: this.#after }) });
      this.#after = page.at(-1)?.did;
      this.#round = page.filter(({ did, status }) => did.startsWith('did:plc:') && status !== 'deleted').map(({ did }) => did);
      this.#counting += this.#round.length;
      this.#count = Math.max(this.#count, this.#counting);
      if (this.#after !== undefined) continue;
      // A round is over.
      [this.#count, this.#counting] = [this.#counting, 0];
      return undefined;
    }
    return this.#round.shift();
  }
}

/**
 * Operations that none of the houses of an account has claimed, and that nobody has undone. As long as no house has said
 * anything, nothing can be said of them.
 */
export function unclaimedIn({ operations, claimed }: WatchedLog): readonly WatchedOperation[] {
  const own = new Set(claimed);
  // The first one is the account's by its hash.
  return own.size === 0 ? [] : operations.filter(({ cid, nullified }, place) => place > 0 && !nullified && !own.has(cid));
}
