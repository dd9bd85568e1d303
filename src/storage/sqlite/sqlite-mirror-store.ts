import { setImmediate } from 'node:timers/promises';
import type { Cid, Did, Handle, Tid } from '../../protocol/index.ts';
import type { Block, BlockReader } from '../../repo/index.ts';
import { isKnown, isStopped, MirrorStoreError, termsFrom, usable } from '../../mirroring/index.ts';
import type {
  AccountTerms, AlertBook, CopyAccount, CopyChange, CopyDetails, CopyWriter, EventFrame, Invitation, MirrorStore, NewEvent, NewInvitation, SealedKit, SealedKitKind, SeenOperation, StoredEvent, WatchedLog,
} from '../../mirroring/index.ts';
import type { AccountRow } from './account-rows.ts';
import { CommitQueue } from './commit-queue.ts';
import { BATCH, GRACE_MS, tell } from './parts.ts';
import type { StoreParts } from './parts.ts';
import { SqliteCopyWriter } from './sqlite-copy-writer.ts';

/** Who took the head a moment ago needs what died since. */
const JUST_DIED_MS = 60_000;
const BLOCKS_AT_A_TIME = 64;
/** Whoever reads no further keeps no more than that and a block in memory. */
const BYTES_AT_A_TIME = 262_144;

/** Accounts, their copies and the events that tell of them, in one SQLite database. */
export class SqliteMirrorStore implements MirrorStore {
  readonly alerts: AlertBook;
  readonly #parts: StoreParts;
  readonly #commits: CommitQueue;

  constructor(parts: StoreParts) {
    this.alerts = parts.alerts;
    this.#parts = parts;
    this.#commits = new CommitQueue(parts);
  }

  async lastSeq(): Promise<number> {
    return this.#parts.events.seqs().last;
  }

  async prunedSeq(): Promise<number> {
    return this.#parts.events.seqs().pruned;
  }

  async read(after: number, { limit, bytes, host }: { readonly limit: number; readonly bytes: number; readonly host?: string }): Promise<readonly StoredEvent[]> {
    const { events } = this.#parts;
    return host === undefined ? events.read(after, limit, bytes) : events.readUnder(host, after, limit, bytes);
  }

  async frames(after: number, { limit, bytes, host }: { readonly limit: number; readonly bytes: number; readonly host?: string }): Promise<readonly EventFrame[]> {
    return this.#parts.events.frames(after, limit, bytes, host);
  }

  async readOf(did: Did, after: number, { limit, bytes, among }: { readonly limit: number; readonly bytes: number; readonly among: number }): Promise<readonly StoredEvent[]> {
    const { accounts, events } = this.#parts;
    const row = accounts.row(did);
    return row === undefined ? [] : events.readOf(row.id, after, { limit, bytes, among });
  }

  async firstHost(name: string): Promise<void> {
    this.#parts.hosts.first(name);
  }

  async account(did: Did): Promise<CopyAccount | undefined> {
    const { database, accounts } = this.#parts;
    return database.together(() => this.#told(accounts.row(did)));
  }

  async accountNamed(handle: Handle): Promise<CopyAccount | undefined> {
    const { database, accounts } = this.#parts;
    return database.together(() => this.#told(accounts.named(handle)));
  }

  async accounts({ limit, after = '', host }: { readonly limit: number; readonly after?: string; readonly host?: string }): Promise<readonly CopyAccount[]> {
    const { accounts } = this.#parts;
    const page = host === undefined ? accounts.page(after, limit) : accounts.pageUnder(host, after, limit);
    return page.map((row) => accounts.account(row));
  }

  async enroll({ did, handle, invitation: code, host }: Parameters<MirrorStore['enroll']>[0]): Promise<CopyAccount> {
    const { database, accounts, hosts, invitations, now } = this.#parts;
    return database.transaction(() => {
      const before = accounts.row(did);
      if (before !== undefined && before.status !== 'deleted') {
        throw new MirrorStoreError('AccountExists', 'This mirror has that account already', { did });
      }
      const invitation = code === undefined ? undefined : usable(invitations.one(code), did, now());
      accounts.add(did, { ...(handle !== undefined && { handle }), ...(host !== undefined && { host: hosts.idOf(host) }) }, now());
      if (invitation !== undefined && invitation.used === undefined) {
        invitations.use(invitation.code, did, now());
        accounts.let(accounts.living(did).id, termsFrom(invitation, now()));
      }
      return accounts.account(accounts.living(did));
    });
  }

  async update(did: Did, details: Partial<CopyDetails>, events: readonly NewEvent[] = []): Promise<readonly StoredEvent[]> {
    const { database, accounts, hosts, kits, events: log } = this.#parts;
    return database.transaction(() => {
      const row = accounts.living(did);
      const { host, ...rest } = details;
      accounts.change(row, rest, host === undefined ? row.host_id : hosts.idOf(host));
      if ('primary' in details && details.primary === undefined) kits.own(row.id);
      if (isStopped(details)) log.withdraw(row.id);
      if (details.status === 'pairing' || (isStopped(row) && details.status === 'active')) accounts.untell(row.id);
      return tell(this.#parts, host === undefined ? row : accounts.living(did), events);
    });
  }

  commit(change: CopyChange): Promise<readonly StoredEvent[]> {
    return this.#commits.commit(change);
  }

  async copy(did: Did): Promise<CopyWriter> {
    return new SqliteCopyWriter(this.#parts, did);
  }

  async remove(did: Did, events: readonly NewEvent[] = []): Promise<readonly StoredEvent[]> {
    const { database, accounts, blocks, blobs, uploads, events: log, kits, alerts, operations } = this.#parts;
    const stored = database.transaction(() => {
      const row = accounts.living(did);
      const { id } = row;
      accounts.bury(id, isKnown(accounts.account(row)));
      operations.removeOf(id);
      kits.removeOf(id);
      alerts.removeOf(id);
      blocks.removeOf(id);
      log.withdraw(id);
      blobs.removeOf(id);
      uploads.removeOf(id);
      return tell(this.#parts, row, events);
    });
    // It is done, nobody sees any of it. What the end of the process leaves, the next start deletes.
    this.#parts.sweeper.begin();
    return stored;
  }

  async release(did: Did): Promise<void> {
    this.#parts.accounts.release(did);
  }

  async invite(invitation: NewInvitation): Promise<boolean> {
    const { database, invitations, now } = this.#parts;
    return database.transaction(() => {
      if (invitations.one(invitation.code) !== undefined) return false;
      invitations.add(invitation, now());
      return true;
    });
  }

  async invitations({ limit, before }: { readonly limit: number; readonly before?: number }): Promise<readonly Invitation[]> {
    return this.#parts.invitations.page(before, limit);
  }

  async invitation(code: string): Promise<Invitation | undefined> {
    return this.#parts.invitations.one(code);
  }

  async invitationsFrom(start: string): Promise<readonly Invitation[]> {
    return this.#parts.invitations.from(start);
  }

  async offer(codes: readonly string[], note: string): Promise<void> {
    const { database, invitations, now } = this.#parts;
    database.transaction(() => invitations.offer(codes, note, now()));
  }

  async withdraw(code: string): Promise<boolean> {
    const { database, invitations, now } = this.#parts;
    return database.transaction(() => {
      const invitation = invitations.one(code);
      if (invitation === undefined || invitation.used !== undefined) return false;
      invitations.withdraw(code, now());
      return true;
    });
  }

  async setTerms(did: Did, terms: AccountTerms): Promise<void> {
    const { database, accounts } = this.#parts;
    database.transaction(() => accounts.let(accounts.living(did).id, terms));
  }

  reader(did: Did): BlockReader {
    const { blocks } = this.#parts;
    const whole = (found: (Uint8Array | undefined)[], cids: readonly Cid[]): (Uint8Array | undefined)[] => (
      found.map((bytes, index) => bytes ?? blocks.readReplaced(did, cids[index]!))
    );
    return {
      isScattered: true,
      read: async (cids) => whole(blocks.read(did, cids), cids),
      view: async (cids) => whole(blocks.views(did, cids), cids),
    };
  }

  async *blocksSince(did: Did, since: Tid): AsyncGenerator<readonly Block[]> {
    const { accounts, blocks, now } = this.#parts;
    const row = accounts.row(did);
    const copies = row === undefined || row.copy === null ? [] : blocks.newer(row.id, row.copy, since, now() - JUST_DIED_MS);
    const begun = now();
    let some: Block[] = [];
    let bytes = 0;
    for (const { copy, ids } of copies) {
      for (const id of ids) {
        const block = blocks.block(copy, id);
        // By then names of its own blocks may be those of others.
        const isLate = now() - begun > GRACE_MS;
        if (block === undefined || isLate) throw new MirrorStoreError('AccountMissing', isLate ? 'The copy was read for too long' : 'The copy was deleted while it was read', { did });
        some.push(block);
        bytes += block.bytes.length;
        if (some.length < BLOCKS_AT_A_TIME && bytes < BYTES_AT_A_TIME) continue;
        yield some;
        [some, bytes] = [[], 0];
      }
    }
    if (some.length > 0) yield some;
  }

  async eventOf(did: Did, commit: Cid): Promise<Pick<StoredEvent, 'seq' | 'time'> | undefined> {
    const { accounts, events } = this.#parts;
    const row = accounts.row(did);
    if (row === undefined) return undefined;
    const { head, told } = accounts.account(row);
    return head?.cid.equals(commit) && told ? told : events.telling(row.id, commit);
  }

  async watched(did: Did): Promise<WatchedLog> {
    const { accounts, operations } = this.#parts;
    const row = accounts.row(did);
    return row === undefined ? { operations: [], claimed: [] } : operations.log(row);
  }

  async see(did: Did, seen: readonly SeenOperation[]): Promise<void> {
    const { database, accounts, operations, now } = this.#parts;
    database.transaction(() => operations.see(accounts.living(did).id, seen, now()));
  }

  async claim(did: Did, cids: readonly string[]): Promise<void> {
    const { database, accounts, operations } = this.#parts;
    database.transaction(() => operations.claim(accounts.living(did).id, cids));
  }

  async kits(did: Did): Promise<readonly SealedKit[]> {
    const { accounts, kits } = this.#parts;
    const row = accounts.row(did);
    return row === undefined ? [] : kits.of(row.id);
  }

  async putKit(did: Did, kit: Omit<SealedKit, 'storedAt'> & { readonly signingKey: string }): Promise<number> {
    const { database, accounts, kits, now } = this.#parts;
    return database.transaction(() => {
      const storedAt = now();
      kits.put(accounts.living(did).id, kit, storedAt);
      return storedAt;
    });
  }

  async removeKit(did: Did, kind: SealedKitKind): Promise<void> {
    const { database, accounts, kits } = this.#parts;
    database.transaction(() => kits.remove(accounts.living(did).id, kind));
  }

  async once(iss: Did, jti: string, exp: number): Promise<boolean> {
    const { database } = this.#parts;
    return database.shared(() => database.run('INSERT INTO token (iss, jti, exp) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', iss, jti, exp) > 0);
  }

  async firstFact(name: string, value: Uint8Array): Promise<Uint8Array> {
    const { database } = this.#parts;
    return database.transaction(() => {
      database.run('INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value);
      return database.one<{ value: Uint8Array }>('SELECT value FROM fact WHERE name = ?', name)!.value;
    });
  }

  async maintain(before: number): Promise<void> {
    const { database, blocks, events, now } = this.#parts;
    const last = events.newestBefore(before);
    if (last !== undefined) await this.#inTurns(() => events.prune(last, BATCH));
    await this.#inTurns(() => blocks.sweepDead(now() - GRACE_MS, BATCH));
    database.run('DELETE FROM token WHERE exp < ?', Math.floor(now() / 1000));
    await this.#parts.sweeper.sweep();
  }

  /** Does a part of long work at a time, until there is none. */
  async #inTurns(work: () => number): Promise<void> {
    while (this.#parts.database.transaction(work) > 0) await setImmediate();
  }

  #told(row: AccountRow | undefined): CopyAccount | undefined {
    return row && this.#parts.accounts.account(row);
  }
}
