import { readCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import { eventFrame, MirrorStoreError } from '../../mirroring/index.ts';
import type { EventFrame, EventType, NewEvent, StoredEvent } from '../../mirroring/index.ts';
import type { AccountRow } from './account-rows.ts';
import type { Database } from './database.ts';

interface EventRow {
  readonly seq: number;
  readonly did: Did;
  readonly type: EventType;
  /** Where it is asked for. */
  readonly host?: string | null;
  readonly time: number;
  readonly head_cid: Uint8Array | null;
  readonly head_rev: Tid | null;
  readonly frame: Uint8Array;
}

/** Which events, for their frames alone. */
const ALL = 'WHERE true';
const OF_HOST = 'INDEXED BY event_by_host WHERE host_id = (SELECT id FROM host WHERE name = ?)';
const COLUMNS = 'seq, did, type, time, event.head_cid, event.head_rev, frame';

/** The tables of events, and of the numbers that they have had. */
export class EventRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** `seq` of the newest event ever, and of the newest that was pruned. */
  seqs(): { readonly last: number; readonly pruned: number } {
    return this.#database.one('SELECT last_seq AS last, pruned_seq AS pruned FROM log')!;
  }

  /** No event gets a number up to `seq` from now on. */
  raise(seq: number): void {
    this.#database.run('UPDATE log SET last_seq = max(last_seq, ?)', seq);
  }

  /** In their order, with numbers that follow each other. @param time milliseconds */
  add(account: Pick<AccountRow, 'id' | 'host_id' | 'host'>, events: readonly NewEvent[], time: number): StoredEvent[] {
    const count = events.length;
    if (count === 0) return [];
    const { seq: last } = this.#database.one<{ seq: number }>(
      'UPDATE log SET last_seq = max(last_seq + ?1, ?2) RETURNING last_seq AS seq', count, time * 1000 + count - 1,
    )!;
    return events.map((event, index) => this.#add(account, event, last - count + 1 + index, time));
  }

  #add({ id, host_id, host }: Pick<AccountRow, 'id' | 'host_id' | 'host'>, event: NewEvent, seq: number, time: number): StoredEvent {
    const { did, type, head } = event;
    const frame = eventFrame(event, seq, time);
    this.#database.run(
      'INSERT INTO event (seq, account, host_id, type, time, head_cid, head_rev, frame) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      seq, id, host_id, type, time, head?.cid.bytes ?? null, head?.rev ?? null, frame,
    );
    return { seq, did, type, ...(host !== null && { host }), ...(head && { head: { cid: head.cid, rev: head.rev } }), time, frame };
  }

  read(after: number, limit: number, bytes: number): StoredEvent[] {
    return this.#read(`
      SELECT ${COLUMNS}, name AS host FROM event JOIN account ON account.id = event.account JOIN host ON host.id = event.host_id WHERE seq > ? ORDER BY seq LIMIT ?
    `, [after, limit], bytes);
  }

  /** Of one host name: of the rows of others nothing is read. */
  readUnder(host: string, after: number, limit: number, bytes: number): StoredEvent[] {
    return this.#read(`
      SELECT ${COLUMNS} FROM event INDEXED BY event_by_host JOIN account ON account.id = event.account
      WHERE event.host_id = (SELECT id FROM host WHERE name = ?) AND seq > ? ORDER BY seq LIMIT ?
    `, [host, after, limit], bytes, host);
  }

  /** Of one host name, or of all: rows are many here, so nothing but what is passed on is read, and that in one piece. */
  frames(after: number, limit: number, bytes: number, host?: string): EventFrame[] {
    return this.#database.together(() => {
      const sizes = this.#sizes(after, limit, bytes, host);
      const last = sizes.at(-1);
      if (last === undefined) return [];
      const piece = this.#piece(after, last.seq, host);
      let at = 0;
      const frames = sizes.map(({ seq, size }) => ({ seq, frame: piece.subarray(at, at += size) }));
      if (at !== piece.length) throw new MirrorStoreError('StoreDamaged', 'Events are not as long as their rows say', { seq: last.seq });
      return frames;
    });
  }

  #sizes(after: number, limit: number, bytes: number, host: string | undefined): { readonly seq: number; readonly size: number }[] {
    const sizes: { readonly seq: number; readonly size: number }[] = [];
    let total = 0;
    this.#database.eachValues<[number, number]>(
      `SELECT seq, length(frame) FROM event ${host === undefined ? ALL : OF_HOST} AND seq > ? ORDER BY seq LIMIT ?`,
      host === undefined ? [after, limit] : [host, after, limit],
      ([seq, size]) => {
        total += size;
        if (sizes.length > 0 && total > bytes) return false;
        sizes.push({ seq, size });
        return true;
      },
    );
    return sizes;
  }

  /** Frames one behind the other. SQLite takes bytes for text here, and leaves them as they are; an array for each would keep collecting garbage. */
  #piece(after: number, last: number, host: string | undefined): Uint8Array {
    const { piece } = this.#database.one<{ piece: Uint8Array }>(`
      SELECT CAST(group_concat(frame, '') AS BLOB) AS piece
      FROM (SELECT frame FROM event ${host === undefined ? ALL : OF_HOST} AND seq > ? AND seq <= ? ORDER BY seq)
    `, ...host === undefined ? [after, last] : [host, after, last])!;
    return piece;
  }

  /** Of one account, in the order of their numbers: of the rows of others no frame is read. */
  readOf(account: number, after: number, { limit, bytes, among }: { readonly limit: number; readonly bytes: number; readonly among: number }): StoredEvent[] {
    return this.#read(`
      SELECT ${COLUMNS}, name AS host FROM event NOT INDEXED JOIN account ON account.id = event.account JOIN host ON host.id = event.host_id
      WHERE seq > ?1 AND event.account = ?2
        AND seq <= coalesce((SELECT seq FROM event WHERE seq > ?1 ORDER BY seq LIMIT 1 OFFSET ?3), (SELECT last_seq FROM log))
      ORDER BY seq LIMIT ?4
    `, [after, account, among - 1, limit], bytes);
  }

  #read(sql: string, values: readonly (number | string)[], bytes: number, host?: string): StoredEvent[] {
    const events: StoredEvent[] = [];
    let total = 0;
    this.#database.each<EventRow>(sql, values, (row) => {
      total += row.frame.length;
      if (events.length > 0 && total > bytes) return false;
      events.push(eventOf(row, host ?? row.host ?? null));
      return true;
    });
    return events;
  }

  /** The first that told of the commit. */
  telling(account: number, commit: Cid): Pick<StoredEvent, 'seq' | 'time'> | undefined {
    return this.#database.one('SELECT seq, time FROM event WHERE account = ? AND head_cid = ? ORDER BY seq LIMIT 1', account, commit.bytes);
  }

  /** Takes out what tells of commits. */
  withdraw(account: number): void {
    this.#database.run(`DELETE FROM event WHERE account = ? AND type IN ('#commit', '#sync')`, account);
  }

  /** How many there are of each host since a time, in milliseconds; of one that has none nothing is said. */
  countsSince(time: number): { readonly host_id: number; readonly count: number }[] {
    return this.#database.all('SELECT host_id, count(*) AS count FROM event INDEXED BY event_by_time WHERE time >= ? GROUP BY host_id', time);
  }

  /**
   * The newest event that is older than `before`, in milliseconds: with it goes all that came before it. One that was told while the clock was behind,
   * after younger ones, takes none of these along.
   */
  newestBefore(before: number): number | undefined {
    return this.#database.one<{ seq: number | null }>(`
      SELECT max(seq) AS seq FROM event WHERE seq <= min(
        coalesce((SELECT max(seq) FROM event INDEXED BY event_by_time WHERE time < ?1), 0),
        coalesce((SELECT seq - 1 FROM event INDEXED BY event_by_time WHERE time >= ?1 ORDER BY time LIMIT 1), ${Number.MAX_SAFE_INTEGER})
      )
    `, before)?.seq ?? undefined;
  }

  /** Prunes the oldest of the events up to `last`, `limit` at most; how many. */
  prune(last: number, limit: number): number {
    const gone = this.#database.all<{ seq: number }>(
      'DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE seq <= ? ORDER BY seq LIMIT ?) RETURNING seq', last, limit,
    );
    if (gone.length > 0) this.#database.run('UPDATE log SET pruned_seq = max(pruned_seq, ?)', Math.max(...gone.map(({ seq }) => seq)));
    return gone.length;
  }
}

function eventOf({ seq, did, type, time, head_cid, head_rev, frame }: EventRow, host: string | null): StoredEvent {
  return { seq, did, type, ...(host !== null && { host }), ...(head_cid !== null && { head: { cid: readCid(head_cid), rev: head_rev! } }), time, frame };
}
