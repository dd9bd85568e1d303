import { afterCommit, StoreError } from '../../pds/index.ts';
import type { Account, CommitChange, CommitChanges } from '../../pds/index.ts';
import { accountRow, readAccountRow } from './account-row.ts';
import type { StoredAccount } from './account-row.ts';
import { newReferences, replaceReferences } from './blob-references.ts';
import type { Connection, Writing } from './connection.ts';
import { historyRow, journalRow } from './history-row.ts';
import { outboxRow } from './outbox.ts';
import type { OutboxRow, SealedRow, TailRow } from './schema.ts';
import { accountMissing, headMoved, isThereAlready } from './store-fault.ts';
import { tailRow } from './tail.ts';

/** An account as it is stored, and the row that it is stored as. */
export interface KnownAccount extends StoredAccount {
  readonly row: SealedRow;
}

/**
 * Stores commits, each on the one before, in one transaction.
 * @param known the account as it was when it was last seen. What follows from it is written without waiting to hear that it is
 *   so still, which saves a turn to the database; where it is not, nothing of that stays, and it is done on what is stored.
 * @param now milliseconds since 1970
 * @throws StoreError HeadMoved, AccountMissing, RequestKnown
 */
export async function storeCommits(connection: Connection, known: KnownAccount | undefined, changes: CommitChanges, now: number): Promise<KnownAccount> {
  const work = new Commits(changes, now);
  try {
    const outcome = known && work.isOn(known) ? await onKnown(connection, known, work) : 'stale';
    return typeof outcome === 'object' ? outcome : await onStored(connection, work, outcome === 'lost');
  } catch (error) {
    // The journal is the only table to which a row is added, not put.
    if (isThereAlready(error)) throw new StoreError('RequestKnown', 'This request was carried out before; nothing was changed', { did: work.did });
    throw error;
  }
}

/** `stale`: something else is stored than what was known. `lost`: the connection was, and it may have been done all the same. */
async function onKnown(connection: Connection, known: KnownAccount, work: Commits): Promise<KnownAccount | 'stale' | 'lost'> {
  const after = work.after(known);
  try {
    await connection.write(work.tables, async (transaction, again) => {
      if (again) throw new GuessError('lost');
      const asked = transaction.objectStore('accounts').get(work.did);
      // No early `commit()`: after one, Firefox lets the other rows stand when a row that was added is there already.
      const written = work.put(transaction, known, after);
      written.catch(() => undefined);
      const row = await asked;
      if (row === undefined || !isSame(row.sum, known.row.sum)) throw new GuessError('stale');
      await written;
    });
  } catch (error) {
    if (error instanceof GuessError) return error.why;
    throw error;
  }
  return after;
}

async function onStored(connection: Connection, work: Commits, wasLost: boolean): Promise<KnownAccount> {
  return connection.write(work.tables, async (transaction, again) => {
    const row = await transaction.objectStore('accounts').get(work.did);
    if (row === undefined) throw accountMissing(work.did);
    const before = { ...readAccountRow(row, work.did), row };
    // The earlier run was committed, only its answer was lost.
    if ((again || wasLost) && await transaction.objectStore('history').count([work.did, work.rev]) > 0) return before;
    const after = work.after(before);
    await work.put(transaction, before, after);
    return after;
  });
}

/** Why nothing can be done on what was known. */
class GuessError extends Error {
  readonly why: 'stale' | 'lost';

  constructor(why: 'stale' | 'lost') {
    super(why);
    this.why = why;
  }
}

/** What a commit adds to the tables that have a row for each. */
interface CommitRows {
  readonly change: CommitChange;
  readonly history: SealedRow;
  readonly journal: SealedRow | undefined;
}

/** Commits as rows. */
class Commits {
  readonly did: string;
  /** Of the last of them. */
  readonly rev: string;
  readonly hasReferences: boolean;
  readonly #changes: CommitChanges;
  readonly #now: number;
  readonly #tail: TailRow;
  readonly #rows: readonly CommitRows[];
  readonly #references: ReturnType<typeof newReferences>;
  #outbox: readonly (OutboxRow | undefined)[] | undefined;

  constructor(changes: CommitChanges, now: number) {
    this.did = changes[0].did;
    this.rev = changes.at(-1)!.head.rev;
    this.#changes = changes;
    this.#now = now;
    this.#tail = tailRow(changes);
    this.#rows = changes.map((change) => ({
      change, history: historyRow(change),
      journal: change.journal && journalRow(change.journal),
    }));
    this.#references = newReferences(changes);
    this.hasReferences = this.#references.blobs.size > 0;
  }

  get tables(): ('accounts' | 'tail' | 'history' | 'journal' | 'outbox' | 'blobs' | 'blobRefs')[] {
    return ['accounts', 'tail', 'history', 'journal', 'outbox', ...(this.hasReferences ? ['blobs', 'blobRefs'] as const : [])];
  }

  isOn({ account }: StoredAccount): boolean {
    return account.head.cid.equals(this.#changes[0].expected);
  }

  /** The account as they leave it. @throws StoreError HeadMoved */
  after({ account, manifest }: StoredAccount): KnownAccount {
    const outbox = this.#outboxOf(account).flatMap((row) => row ?? []);
    const stored: StoredAccount = {
      account: this.#changes.reduce((before, change) => {
        if (!before.head.cid.equals(change.expected)) throw headMoved(this.did, before.head.cid);
        return afterCommit(before, change);
      }, account),
      manifest: {
        ...manifest,
        next: manifest.next + 1,
        tailBytes: manifest.tailBytes + this.#tail.blocks.length,
        historyBytes: this.#rows.reduce((sum, { history }) => sum + history.bytes.length, manifest.historyBytes),
        waiting: manifest.waiting + outbox.length,
        waitingBytes: outbox.reduce((sum, { size }) => sum + size, manifest.waitingBytes),
      },
    };
    return { ...stored, row: accountRow(stored) };
  }

  async put(transaction: Writing, { account, manifest: { next } }: StoredAccount, after: KnownAccount): Promise<void> {
    const waiting = this.#outboxOf(account);
    const puts: Promise<unknown>[] = [
      transaction.objectStore('accounts').put(after.row, this.did),
      transaction.objectStore('tail').put(this.#tail, [this.did, next]),
    ];
    for (const [index, { change: { journal: entry, head: { rev } }, history, journal }] of this.#rows.entries()) {
      const outbox = waiting[index];
      puts.push(transaction.objectStore('history').put(history, [this.did, rev]));
      if (entry && journal) puts.push(transaction.objectStore('journal').add({ ...journal, at: this.#now }, [entry.caller, entry.request]));
      if (outbox) puts.push(transaction.objectStore('outbox').put(outbox, [this.did, rev]));
    }
    if (this.hasReferences) puts.push(replaceReferences(transaction, { did: this.did, rev: this.rev, ...this.#references, now: this.#now }));
    await Promise.all(puts);
  }

  /** By commit, what waits for the mirror of the account; nothing where there is none. */
  #outboxOf({ mirror }: Account): readonly (OutboxRow | undefined)[] {
    return mirror === undefined ? [] : this.#outbox ??= this.#changes.map(({ outgoing }) => outgoing && outboxRow(outgoing));
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
