import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { eventFrame } from '../../mirroring/index.ts';
import type { EventFrame, EventLog, EventType, NewEvent, StoredEvent } from '../../mirroring/index.ts';
import { parseCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { inTransaction, openDatabase } from '../database.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS hosts (
    hostname TEXT PRIMARY KEY, cursor INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL DEFAULT 'active',
    refused INTEGER NOT NULL DEFAULT 0, lastRefusal TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS accounts (
    did TEXT PRIMARY KEY, hostname TEXT NOT NULL, status TEXT NOT NULL, rev TEXT, cid TEXT, data TEXT,
    attempts INTEGER, retryAt INTEGER, atLeast TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS accounts_due ON accounts (hostname, retryAt) WHERE retryAt IS NOT NULL;
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, did TEXT NOT NULL, type TEXT NOT NULL, cid TEXT, rev TEXT, time INTEGER NOT NULL, frame BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pruned (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL) STRICT;
`;

/** `idle`: its stream has nothing for us until it asks again. `offline`: it does not answer, and is tried again. */
export type HostStatus = 'active' | 'idle' | 'offline';

/** A host as the relay keeps it. */
export interface HostRow {
  readonly hostname: string;
  /** `seq` of the last event of the host that was dealt with. */
  readonly cursor: number;
  readonly status: HostStatus;
  /** How many events were refused. */
  readonly refused: number;
  readonly lastRefusal?: { readonly code: string; readonly message: string; readonly time: string };
}

/** An account as the relay keeps it. */
export interface RelayAccount {
  readonly did: Did;
  readonly hostname: string;
  /** `active`, or why it is not. */
  readonly status: string;
  /** The last commit that was verified. */
  readonly head?: { readonly rev: Tid; readonly cid: Cid; readonly data: Cid };
  /** Out of step: its repository is fetched again at `retryAt`, and has to be at least at this rev. */
  readonly astray?: { readonly attempts: number; readonly retryAt: number; readonly atLeast?: Tid };
}

/** What one event of a host leads to. All of it becomes true at once. */
export interface RelayChange {
  readonly hostname: string;
  readonly cursor?: number;
  readonly account?: RelayAccount;
  readonly events?: readonly NewEvent[];
  readonly refusal?: { readonly code: string; readonly message: string };
}

type Row = Record<string, SQLOutputValue>;

/** The relay's hosts, accounts and events, in one database. */
export class RelayStore implements EventLog {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param file a path, or `:memory:` */
  constructor(file: string) {
    this.#database = openDatabase(file, 1, SCHEMA);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** In the order of their names. */
  hosts(): HostRow[] {
    return this.#all('SELECT * FROM hosts ORDER BY hostname').map(hostOf);
  }

  host(hostname: string): HostRow | undefined {
    return this.#all('SELECT * FROM hosts WHERE hostname = ?', hostname).map(hostOf)[0];
  }

  /** How many accounts of a host have a repository here. */
  accountCount(hostname: string): number {
    return Number(this.#all('SELECT count(*) AS count FROM accounts WHERE hostname = ? AND rev IS NOT NULL', hostname)[0]?.['count']);
  }

  /** Adds the host if it is new. */
  putHost(hostname: string, status: HostStatus, cursor?: number): void {
    this.#run('INSERT INTO hosts (hostname, status) VALUES (?, ?) ON CONFLICT DO UPDATE SET status = excluded.status', hostname, status);
    if (cursor !== undefined) this.#run('UPDATE hosts SET cursor = ? WHERE hostname = ?', cursor, hostname);
  }

  account(did: Did): RelayAccount | undefined {
    return this.#all('SELECT * FROM accounts WHERE did = ?', did).map(accountOf)[0];
  }

  /** Those with a repository, in the order of DIDs. */
  accounts(after: string, limit: number): RelayAccount[] {
    return this.#all('SELECT * FROM accounts WHERE did > ? AND rev IS NOT NULL ORDER BY did LIMIT ?', after, limit).map(accountOf);
  }

  /** The account of a host that waits longest to be fetched again, if its time has come. */
  due(hostname: string, now: number): RelayAccount | undefined {
    return this.#all('SELECT * FROM accounts WHERE hostname = ? AND retryAt <= ? ORDER BY retryAt LIMIT 1', hostname, now).map(accountOf)[0];
  }

  /** In one transaction, durable when it returns: the events at their places in the log. */
  apply({ hostname, cursor, account, events = [], refusal }: RelayChange): StoredEvent[] {
    return inTransaction(this.#database, () => {
      if (cursor !== undefined) this.#run('UPDATE hosts SET cursor = ? WHERE hostname = ?', cursor, hostname);
      if (account !== undefined) this.#putAccount(account);
      if (refusal !== undefined) {
        const told = JSON.stringify({ ...refusal, time: new Date().toISOString() });
        this.#run('UPDATE hosts SET refused = refused + 1, lastRefusal = ? WHERE hostname = ?', told, hostname);
      }
      return events.map((event) => this.#append(event));
    });
  }

  async lastSeq(): Promise<number> {
    return this.#lastSeq();
  }

  async prunedSeq(): Promise<number> {
    return Number(this.#all('SELECT seq FROM pruned')[0]?.['seq'] ?? 0);
  }

  async read(after: number, { limit, bytes }: { readonly limit: number; readonly bytes: number }): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    let size = 0;
    for (const row of this.#database.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?').iterate(after, limit)) {
      const event = eventOf(row);
      size += event.frame.length;
      if (events.length > 0 && size > bytes) break;
      events.push(event);
    }
    return events;
  }

  frames(after: number, options: { readonly limit: number; readonly bytes: number }): Promise<readonly EventFrame[]> {
    return this.read(after, options);
  }

  /** Forgets events older than `before`, milliseconds since 1970. */
  prune(before: number): void {
    inTransaction(this.#database, () => {
      const last = this.#all('SELECT max(seq) AS seq FROM events WHERE time < ?', before)[0]?.['seq'];
      if (typeof last !== 'number') return;
      this.#run('DELETE FROM events WHERE seq <= ?', last);
      this.#run('INSERT OR REPLACE INTO pruned (only, seq) VALUES (1, ?)', last);
    });
  }

  #append(event: NewEvent): StoredEvent {
    const { did, type, head } = event;
    const time = Date.now();
    const seq = Math.max(this.#lastSeq() + 1, time * 1000);
    const frame = eventFrame(event, seq, time);
    this.#run('INSERT INTO events (seq, did, type, cid, rev, time, frame) VALUES (?, ?, ?, ?, ?, ?, ?)',
      seq, did, type, head?.cid.toString() ?? null, head?.rev ?? null, time, frame);
    return { seq, did, type, time, frame, ...(head !== undefined && { head }) };
  }

  #lastSeq(): number {
    return Number(this.#all('SELECT max(coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT seq FROM pruned), 0)) AS seq')[0]?.['seq']);
  }

  #putAccount({ did, hostname, status, head, astray }: RelayAccount): void {
    this.#run('INSERT OR REPLACE INTO accounts (did, hostname, status, rev, cid, data, attempts, retryAt, atLeast) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      did, hostname, status, head?.rev ?? null, head?.cid.toString() ?? null, head?.data.toString() ?? null,
      astray?.attempts ?? null, astray?.retryAt ?? null, astray?.atLeast ?? null);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepared(sql).run(...values);
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function hostOf({ hostname, cursor, status, refused, lastRefusal }: Row): HostRow {
  return {
    hostname: String(hostname), cursor: Number(cursor), status: status as HostStatus, refused: Number(refused),
    ...(typeof lastRefusal === 'string' && { lastRefusal: JSON.parse(lastRefusal) as NonNullable<HostRow['lastRefusal']> }),
  };
}

function accountOf({ did, hostname, status, rev, cid, data, attempts, retryAt, atLeast }: Row): RelayAccount {
  return {
    did: did as Did, hostname: String(hostname), status: String(status),
    ...(typeof rev === 'string' && { head: { rev: rev as Tid, cid: parseCid(String(cid)), data: parseCid(String(data)) } }),
    ...(typeof retryAt === 'number' && {
      astray: { attempts: Number(attempts), retryAt, ...(typeof atLeast === 'string' && { atLeast: atLeast as Tid }) },
    }),
  };
}

function eventOf({ seq, did, type, cid, rev, time, frame }: Row): StoredEvent {
  return {
    seq: Number(seq), did: did as Did, type: type as EventType, time: Number(time), frame: frame as Uint8Array,
    ...(typeof rev === 'string' && { head: { rev: rev as Tid, cid: parseCid(String(cid)) } }),
  };
}
