import type { Did } from '../../protocol/index.ts';
import { hasRoomFor } from '../../mirroring/index.ts';
import type { Alarm, AlarmKind, AlertBook, AlertWay, DueAlarm, WayTo } from '../../mirroring/index.ts';
import type { AccountRows } from './account-rows.ts';
import type { Database } from './database.ts';

interface WayRow {
  readonly id: string;
  readonly kind: WayTo['kind'];
  readonly target: string;
  readonly secret: string | null;
  readonly name: string | null;
  readonly created_at: number;
  readonly code_hash: Uint8Array | null;
  readonly code_until: number | null;
  readonly tries: number;
  readonly lost_at: number | null;
}

interface DueRow extends WayRow {
  readonly did: Did;
  readonly alarm_kind: AlarmKind;
  readonly about: string;
  readonly at: number;
  readonly told: number;
}

/** The tables of how owners are told, of what, and of what is still to be told. */
export class AlertRows implements AlertBook {
  readonly #database: Database;
  readonly #accounts: AccountRows;
  readonly #now: () => number;

  constructor(database: Database, accounts: AccountRows, now: () => number) {
    this.#database = database;
    this.#accounts = accounts;
    this.#now = now;
  }

  async ways(did: Did): Promise<readonly AlertWay[]> {
    const row = this.#accounts.row(did);
    return row === undefined ? [] : this.#waysOf(row.id).map(wayOf);
  }

  async addWay(did: Did, { id, to, createdAt, awaited, lostAt }: AlertWay, replaced?: string): Promise<boolean> {
    return this.#database.transaction(() => {
      const account = this.#accounts.living(did).id;
      if (!hasRoomFor(to, this.#waysOf(account).filter((row) => row.id !== replaced).map(wayOf))) return false;
      const [target, secret, name] = columnsOf(to);
      this.#database.run(`
        INSERT INTO alert (id, account, kind, target, secret, name, created_at, code_hash, code_until, tries, lost_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          secret = excluded.secret, name = excluded.name, created_at = excluded.created_at, lost_at = excluded.lost_at
      `, id, account, to.kind, target, secret, name, createdAt, awaited?.hash ?? null, awaited?.until ?? null, awaited?.tries ?? 0, lostAt ?? null);
      if (replaced === undefined || replaced === id) return true;
      // What both are to be told is told once.
      this.#database.run('UPDATE OR IGNORE telling SET alert = ? WHERE alert = ? AND account = ?', id, replaced, account);
      this.#database.run('DELETE FROM telling WHERE alert = ? AND account = ?', replaced, account);
      this.#database.run('DELETE FROM alert WHERE id = ? AND account = ?', replaced, account);
      return true;
    });
  }

  async removeWay(did: Did, id: string): Promise<void> {
    this.#database.transaction(() => {
      const account = this.#accounts.row(did)?.id ?? null;
      this.#database.run('DELETE FROM telling WHERE alert = ? AND account = ?', id, account);
      this.#database.run('DELETE FROM alert WHERE id = ? AND account = ?', id, account);
    });
  }

  async tryCode(did: Did, id: string): Promise<AlertWay | undefined> {
    return this.#database.transaction(() => {
      const account = this.#accounts.row(did)?.id ?? null;
      const row = this.#database.one<WayRow>('SELECT * FROM alert WHERE id = ? AND account = ? AND code_hash IS NOT NULL', id, account);
      if (row === undefined) return undefined;
      this.#database.run('UPDATE alert SET tries = tries + 1 WHERE id = ?', id);
      return wayOf(row);
    });
  }

  async confirmWay(did: Did, id: string): Promise<void> {
    const account = this.#accounts.row(did)?.id ?? null;
    this.#database.transaction(() => this.#database.run('UPDATE alert SET code_hash = NULL, code_until = NULL, tries = 0 WHERE id = ? AND account = ?', id, account));
  }

  async loseWay(did: Did, id: string, at: number): Promise<void> {
    this.#database.transaction(() => {
      const account = this.#accounts.row(did)?.id ?? null;
      this.#database.run('DELETE FROM telling WHERE alert = ? AND account = ?', id, account);
      this.#database.run('UPDATE alert SET lost_at = ? WHERE id = ? AND account = ?', at, id, account);
    });
  }

  async raise(did: Did, { kind, about, at }: Alarm, due: number, { most, since }: { readonly most: number; readonly since: number }): Promise<boolean> {
    return this.#database.transaction(() => {
      const account = this.#accounts.row(did)?.id;
      const ways = account === undefined ? [] : this.#waysOf(account).filter(({ code_hash, lost_at }) => code_hash === null && lost_at === null);
      if (account === undefined || ways.length === 0) return false;
      const raised = this.#database.all<{ raised_at: number; kind: string; about: string }>('SELECT kind, about, raised_at FROM alarm WHERE account = ?', account);
      if (raised.some((each) => each.kind === kind && each.about === about)) return false;
      this.#database.run('DELETE FROM calmed WHERE account = ? AND raised_at <= ?', account, since);
      const over = this.#database.one<{ count: number }>('SELECT count(*) AS count FROM calmed WHERE account = ?', account)!.count;
      if (over + raised.filter(({ raised_at }) => raised_at > since).length >= most) return false;
      this.#database.run('INSERT INTO alarm (account, kind, about, at, raised_at) VALUES (?, ?, ?, ?, ?)', account, kind, about, at, this.#now());
      for (const { id } of ways) {
        this.#database.run('INSERT INTO telling (alert, account, kind, about, tries, due) VALUES (?, ?, ?, ?, 0, ?)', id, account, kind, about, due);
      }
      return true;
    });
  }

  async calm(did: Did, { kind, about }: Pick<Alarm, 'kind' | 'about'>, only?: 'untold'): Promise<boolean> {
    const account = this.#accounts.row(did)?.id ?? null;
    // Mostly there is none.
    const known = this.#database.one<{ told: number }>('SELECT told FROM alarm WHERE account = ? AND kind = ? AND about = ?', account, kind, about);
    const isTold = known?.told === 1;
    if (known === undefined || (isTold && only === 'untold')) return isTold;
    this.#database.transaction(() => {
      if (isTold) {
        this.#database.run(`
          INSERT INTO calmed (account, kind, about, raised_at) SELECT account, kind, about, raised_at FROM alarm WHERE account = ? AND kind = ? AND about = ?
          ON CONFLICT DO NOTHING
        `, account, kind, about);
      }
      for (const table of ['telling', 'alarm']) {
        this.#database.run(`DELETE FROM ${table} WHERE account = ? AND kind = ? AND about = ?`, account, kind, about);
      }
    });
    return isTold;
  }

  async due(by: number, limit: number): Promise<readonly DueAlarm[]> {
    return this.#database.all<DueRow>(`
      SELECT alert.*, account.did, alarm.kind AS alarm_kind, alarm.about, alarm.at, telling.tries AS told
      FROM telling JOIN alert ON alert.id = telling.alert JOIN account ON account.id = telling.account
        JOIN alarm ON alarm.account = telling.account AND alarm.kind = telling.kind AND alarm.about = telling.about
      WHERE telling.due <= ? ORDER BY telling.due, telling.alert, telling.kind, telling.about LIMIT ?
    `, by, limit).map((row) => ({ did: row.did, way: wayOf(row), alarm: { kind: row.alarm_kind, about: row.about, at: row.at }, tries: row.told }));
  }

  async nextDue(): Promise<number | undefined> {
    return this.#database.one<{ due: number | null }>('SELECT min(due) AS due FROM telling')?.due ?? undefined;
  }

  async settle({ did, way, alarm: { kind, about } }: DueAlarm, isTold: boolean): Promise<void> {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM telling WHERE alert = ? AND kind = ? AND about = ?', way.id, kind, about);
      if (isTold) this.#database.run('UPDATE alarm SET told = 1 WHERE account = ? AND kind = ? AND about = ?', this.#accounts.row(did)?.id ?? null, kind, about);
    });
  }

  async putOff({ way, alarm: { kind, about } }: DueAlarm, until: number): Promise<void> {
    this.#database.transaction(() => (
      this.#database.run('UPDATE telling SET tries = tries + 1, due = ? WHERE alert = ? AND kind = ? AND about = ?', until, way.id, kind, about)));
  }

  /** Of an account that goes. */
  removeOf(account: number): void {
    for (const table of ['telling', 'alarm', 'calmed', 'alert']) this.#database.run(`DELETE FROM ${table} WHERE account = ?`, account);
  }

  #waysOf(account: number): WayRow[] {
    return this.#database.all('SELECT * FROM alert WHERE account = ? ORDER BY created_at, id', account);
  }
}

function columnsOf(to: WayTo): readonly [target: string, secret: string | null, name: string | null] {
  switch (to.kind) {
    case 'webhook':
      return [to.url, to.secret, null];
    case 'email':
      return [to.address, null, null];
    case 'push':
      return [to.endpoint, `${to.p256dh}.${to.auth}`, to.name];
  }
}

function toOf({ kind, target, secret, name }: WayRow): WayTo {
  switch (kind) {
    case 'webhook':
      return { kind, url: target, secret: secret! };
    case 'email':
      return { kind, address: target };
    case 'push': {
      const [p256dh = '', auth = ''] = secret!.split('.');
      return { kind, endpoint: target, p256dh, auth, name: name! };
    }
  }
}

function wayOf(row: WayRow): AlertWay {
  const { id, created_at, code_hash, code_until, tries, lost_at } = row;
  return {
    id, createdAt: created_at, to: toOf(row),
    ...(code_hash !== null && { awaited: { hash: new Uint8Array(code_hash), until: code_until!, tries } }),
    ...(lost_at !== null && { lostAt: lost_at }),
  };
}
