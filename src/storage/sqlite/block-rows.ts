import { readCid } from '../../protocol/index.ts';
import type { Cid, Did, Tid } from '../../protocol/index.ts';
import type { Block } from '../../repo/index.ts';
import type { Database } from './database.ts';

/** A copy of a repository: `staged` while it is taken in, `replaced` for an hour after another was adopted. */
export interface CopyRow {
  readonly id: number;
  readonly account: number;
  readonly state: 'staged' | 'current' | 'replaced' | 'removed';
  /** The rev that it was adopted at. */
  readonly adopted: Tid | '';
}

/** A block and the rev that it comes with. */
export interface DatedBlock extends Block {
  readonly came: Tid;
}

/** Blocks of one statement, at most: one by one they take twice as long. */
const TOGETHER = 32;
/** By how many blocks they are for. */
const PUT = statements((numbers) => `
  INSERT INTO block (copy, cid, came, bytes) VALUES ${numbers.map((number) => `(?1, ?${3 * number + 2}, ?${3 * number + 3}, ?${3 * number + 4})`).join()}
  ON CONFLICT (copy, cid) DO UPDATE SET came = excluded.came, died = NULL WHERE died IS NOT NULL RETURNING length(bytes)
`);
const KILL = statements((numbers) => `
  UPDATE block SET died = ?2 WHERE copy = ?1 AND cid IN (${numbers.map((number) => `?${number + 3}`).join()}) AND died IS NULL RETURNING length(bytes)
`);
const READ = statements((numbers) => asked(numbers, 'number, bytes'));
const VIEW = statements((numbers) => asked(numbers, `CAST(group_concat(bytes, '') AS BLOB), group_concat(number), group_concat(length(bytes))`));

/** The tables of copies and their blocks. */
export class BlockRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  copy(id: number): CopyRow | undefined {
    return this.#database.one('SELECT id, account, state, adopted FROM copy WHERE id = ?', id);
  }

  stage(account: number): number {
    return this.#database.one<{ id: number }>(`INSERT INTO copy (account, state) VALUES (?, 'staged') RETURNING id`, account)!.id;
  }

  adopt(id: number, rev: Tid): void {
    this.#database.run(`UPDATE copy SET state = 'current', adopted = ? WHERE id = ?`, rev, id);
  }

  replace(id: number, now: number): void {
    this.#database.run(`UPDATE copy SET state = 'replaced', replaced_at = ? WHERE id = ?`, now, id);
  }

  /** What is removed is gone for every reader, and then deleted by `sweep`. */
  remove(id: number): void {
    this.#database.run(`UPDATE copy SET state = 'removed' WHERE id = ?`, id);
  }

  removeOf(account: number): void {
    this.#database.run(`UPDATE copy SET state = 'removed' WHERE account = ?`, account);
  }

  removeStaged(): void {
    this.#database.run(`UPDATE copy SET state = 'removed' WHERE state = 'staged'`);
  }

  /** Everything in the copy is as new as its adoption: nothing is known of what it replaces. */
  forgetRevs(id: number): void {
    this.#database.run(`UPDATE block SET came = '' WHERE copy = ?`, id);
    this.#database.run(`UPDATE reference SET came = '' WHERE copy = ?`, id);
  }

  /** Of the copy that the account has now, in the order in which they are asked for; undefined where there is none. */
  read(did: Did, cids: readonly Cid[]): (Uint8Array | undefined)[] {
    return this.#inTurns(cids, (some, found, start) => {
      const rows = this.#database.allValues<[number, Uint8Array]>(READ[some.length]!, did, ...some);
      for (const [number, bytes] of rows) found[start + number] = bytes;
    });
  }

  /** The same, as parts of a few large pieces: an array for each would keep collecting garbage. */
  views(did: Did, cids: readonly Cid[]): (Uint8Array | undefined)[] {
    return this.#inTurns(cids, (some, found, start) => {
      // SQLite takes bytes for text here, and leaves them as they are.
      const [[piece, numbers, sizes] = [null, '', '']] = this.#database.allValues<[Uint8Array | null, string, string]>(VIEW[some.length]!, did, ...some);
      if (piece === null) return;
      let at = 0;
      const lengths = sizes.split(',');
      for (const [index, number] of numbers.split(',').entries()) found[start + Number(number)] = piece.subarray(at, at += Number(lengths[index]));
    });
  }

  #inTurns(cids: readonly Cid[], read: (some: readonly Uint8Array[], found: (Uint8Array | undefined)[], start: number) => void): (Uint8Array | undefined)[] {
    const found: (Uint8Array | undefined)[] = cids.map(() => undefined);
    const all = (): void => {
      for (let start = 0; start < cids.length; start += TOGETHER) read(cids.slice(start, start + TOGETHER).map(({ bytes }) => bytes), found, start);
    };
    if (cids.length > TOGETHER) this.#database.together(all);
    else all();
    return found;
  }

  /** From copies that the account had a short while ago. */
  readReplaced(did: Did, cid: Cid): Uint8Array | undefined {
    return this.#database.one<{ bytes: Uint8Array }>(`
      SELECT bytes FROM block WHERE copy IN (SELECT copy.id FROM copy JOIN account ON account.id = copy.account WHERE did = ? AND state = 'replaced') AND cid = ?
    `, did, cid.bytes)?.bytes;
  }

  /**
   * What is there keeps its rev; what died and is put again lives, and is new to those who saw it die.
   * @returns bytes that came to the living
   */
  put(copy: number, blocks: readonly DatedBlock[]): number {
    let grown = 0;
    for (let start = 0; start < blocks.length; start += TOGETHER) {
      const some = blocks.slice(start, start + TOGETHER);
      grown += sum(this.#database.allValues(PUT[some.length]!, copy, ...some.flatMap(({ cid, came, bytes }) => [cid.bytes, came, bytes])));
    }
    return grown;
  }

  /** @param before the copy that this one is to replace: what lives there keeps its rev. @returns bytes that came */
  putStaged(copy: number, blocks: readonly Block[], before: CopyRow | undefined): number {
    let grown = 0;
    for (const { cid, bytes } of blocks) {
      const isNew = this.#database.run(`
        INSERT INTO block (copy, cid, came, bytes) VALUES (
          ?1, ?2, coalesce((SELECT CASE came WHEN '' THEN ?5 ELSE came END FROM block WHERE copy = ?4 AND cid = ?2 AND died IS NULL), ''), ?3
        ) ON CONFLICT DO NOTHING
      `, copy, cid.bytes, bytes, before?.id ?? null, before?.adopted ?? '') > 0;
      if (isNew) grown += bytes.length;
    }
    return grown;
  }

  /** @returns bytes that went from the living */
  kill(copy: number, cids: readonly Cid[], now: number): number {
    let lost = 0;
    for (let start = 0; start < cids.length; start += TOGETHER) {
      const some = cids.slice(start, start + TOGETHER);
      lost += sum(this.#database.allValues(KILL[some.length]!, copy, now, ...some.map(({ bytes }) => bytes)));
    }
    return lost;
  }

  /** Which blocks of an account came after `since` and live, or died after `latest`: by their copies, names for `block`. */
  newer(account: number, current: number, since: Tid, latest: number): readonly { readonly copy: number; readonly ids: readonly number[] }[] {
    const copies = this.#database.all<CopyRow>(`
      SELECT id, account, state, adopted FROM copy WHERE account = ? AND (state = 'current' OR (state = 'replaced' AND replaced_at > ?))
    `, account, latest);
    return copies.map(({ id, adopted }) => ({
      copy: id,
      ids: [...this.#newerOf(id, 'came > ?2', since, latest, current), ...(adopted > since ? this.#newerOf(id, 'came = ?2', '', latest, current) : [])],
    }));
  }

  #newerOf(copy: number, isNew: 'came > ?2' | 'came = ?2', came: Tid | '', latest: number, current: number): number[] {
    return this.#database.all<{ id: number }>(`
      SELECT id FROM block WHERE copy = ?1 AND ${isNew} AND (died IS NULL OR died > ?3)
        AND (?1 = ?4 OR NOT EXISTS (SELECT 1 FROM block AS kept WHERE kept.copy = ?4 AND kept.cid = block.cid))
    `, copy, came, latest, current).map(({ id }) => id);
  }

  /** Of the copy alone: the name of a block that has gone is given to another one, that of a copy is not. */
  block(copy: number, id: number): Block | undefined {
    const row = this.#database.one<{ cid: Uint8Array; bytes: Uint8Array }>('SELECT cid, bytes FROM block WHERE id = ? AND copy = ?', id, copy);
    return row && { cid: readCid(row.cid), bytes: row.bytes };
  }

  /** Bytes of what lives in a copy whose head is a commit, and how many blocks have a rev that they cannot have come with. */
  sums(copy: number, head: { readonly cid: Cid; readonly rev: Tid }): { readonly bytes: number; readonly misdated: number } {
    return { ...this.#database.one<{ bytes: number; misdated: number }>(`
      SELECT coalesce(sum(length(bytes)) FILTER (WHERE died IS NULL), 0) AS bytes,
        count(*) FILTER (WHERE length(rev) <> 13 OR rev > ?2 OR (cid = ?3 AND rev <> ?2)) AS misdated
      FROM (SELECT cid, died, bytes, CASE came WHEN '' THEN adopted ELSE came END AS rev FROM block JOIN copy ON copy.id = block.copy WHERE copy = ?1)
    `, copy, head.rev, head.cid.bytes)! };
  }

  /** Deletes some of what died before `latest`; how many. */
  sweepDead(latest: number, limit: number): number {
    return this.#database.run('DELETE FROM block WHERE id IN (SELECT id FROM block WHERE died < ? LIMIT ?)', latest, limit);
  }

  /** Deletes some of a copy that nobody reads any more: removed, or replaced before `latest`. False when there is none. */
  sweepCopy(latest: number, limit: number): boolean {
    const copy = this.#database.one<{ id: number }>(`
      SELECT id FROM copy WHERE state = 'removed' OR (state = 'replaced' AND replaced_at < ?) LIMIT 1
    `, latest);
    if (copy === undefined) return false;
    const blocks = this.#database.run('DELETE FROM block WHERE id IN (SELECT id FROM block WHERE copy = ? LIMIT ?)', copy.id, limit);
    if (blocks === limit) return true;
    this.#database.run('DELETE FROM reference WHERE copy = ?', copy.id);
    this.#database.run('DELETE FROM copy WHERE id = ?', copy.id);
    return true;
  }
}

function asked(numbers: readonly number[], columns: string): string {
  return `
    WITH asked (number, cid) AS (VALUES ${numbers.map((number) => `(${number}, ?${number + 2})`).join()})
    SELECT ${columns} FROM asked CROSS JOIN block ON block.copy = (SELECT copy FROM account WHERE did = ?1) AND block.cid = asked.cid
  `;
}

function statements(sql: (numbers: readonly number[]) => string): readonly string[] {
  return Array.from({ length: TOGETHER + 1 }, (_, length) => sql(Array.from({ length }, (_each, number) => number)));
}

function sum(rows: readonly (readonly [size: number])[]): number {
  return rows.reduce((all, [size]) => all + size, 0);
}
