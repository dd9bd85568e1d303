import type { Did } from '../../protocol/index.ts';
import { hasRoomFor, MirrorStoreError } from '../../mirroring/index.ts';
import type { Alarm, AlertBook, AlertWay, DueAlarm } from '../../mirroring/index.ts';

interface Page {
  readonly ways: Map<string, AlertWay>;
  /** By what they are. */
  readonly alarms: Map<string, { readonly raisedAt: number; readonly isTold: boolean }>;
  /** When those were raised that were told and are over. */
  readonly calmed: number[];
}

interface Telling extends DueAlarm {
  readonly due: number;
}

/** How owners are told, and of what, in memory. */
export class MemoryAlertBook implements AlertBook {
  readonly #isKept: (did: Did) => boolean;
  readonly #now: () => number;
  readonly #pages = new Map<Did, Page>();
  readonly #tellings = new Map<string, Telling>();

  constructor(isKept: (did: Did) => boolean, now: () => number) {
    this.#isKept = isKept;
    this.#now = now;
  }

  async ways(did: Did): Promise<readonly AlertWay[]> {
    return [...this.#pages.get(did)?.ways.values() ?? []].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  async addWay(did: Did, way: AlertWay, replaced?: string): Promise<boolean> {
    if (!this.#isKept(did)) throw new MirrorStoreError('AccountMissing', 'This mirror has no such account', { did });
    const page: Page = this.#pages.get(did) ?? { ways: new Map(), alarms: new Map(), calmed: [] };
    this.#pages.set(did, page);
    if (!hasRoomFor(way.to, [...page.ways.values()].filter(({ id }) => id !== replaced))) return false;
    for (const [key, telling] of [...this.#tellings]) {
      if (telling.did !== did || (telling.way.id !== replaced && telling.way.id !== way.id)) continue;
      this.#tellings.delete(key);
      const moved = { ...telling, way };
      // What both are to be told is told once.
      if (telling.way.id === way.id || !this.#tellings.has(keyOf(moved))) this.#tellings.set(keyOf(moved), moved);
    }
    if (replaced !== undefined) page.ways.delete(replaced);
    page.ways.set(way.id, way);
    return true;
  }

  async removeWay(did: Did, id: string): Promise<void> {
    this.#drop((telling) => telling.did === did && telling.way.id === id);
    this.#pages.get(did)?.ways.delete(id);
  }

  async tryCode(did: Did, id: string): Promise<AlertWay | undefined> {
    const way = this.#pages.get(did)?.ways.get(id);
    if (way?.awaited === undefined) return undefined;
    this.#pages.get(did)!.ways.set(id, { ...way, awaited: { ...way.awaited, tries: way.awaited.tries + 1 } });
    return way;
  }

  async confirmWay(did: Did, id: string): Promise<void> {
    const ways = this.#pages.get(did)?.ways;
    const way = ways?.get(id);
    if (way === undefined) return;
    const { awaited: _, ...confirmed } = way;
    ways!.set(id, confirmed);
  }

  async loseWay(did: Did, id: string, at: number): Promise<void> {
    const ways = this.#pages.get(did)?.ways;
    const way = ways?.get(id);
    if (way === undefined) return;
    this.#drop((telling) => telling.did === did && telling.way.id === id);
    ways!.set(id, { ...way, lostAt: at });
  }

  async raise(did: Did, alarm: Alarm, due: number, { most, since }: { readonly most: number; readonly since: number }): Promise<boolean> {
    const page = this.#pages.get(did);
    const ways = (await this.ways(did)).filter(({ awaited, lostAt }) => awaited === undefined && lostAt === undefined);
    if (page === undefined || ways.length === 0 || page.alarms.has(nameOf(alarm))) return false;
    const all = [...page.calmed, ...[...page.alarms.values()].map(({ raisedAt }) => raisedAt)];
    if (all.filter((raisedAt) => raisedAt > since).length >= most) return false;
    page.alarms.set(nameOf(alarm), { raisedAt: this.#now(), isTold: false });
    for (const way of ways) this.#tellings.set(keyOf({ way, alarm }), { did, way, alarm, tries: 0, due });
    return true;
  }

  async calm(did: Did, alarm: Pick<Alarm, 'kind' | 'about'>, only?: 'untold'): Promise<boolean> {
    const known = this.#pages.get(did)?.alarms.get(nameOf(alarm));
    const isTold = known?.isTold === true;
    if (isTold && only === 'untold') return true;
    this.#drop((telling) => telling.did === did && nameOf(telling.alarm) === nameOf(alarm));
    if (isTold) this.#pages.get(did)!.calmed.push(known.raisedAt);
    this.#pages.get(did)?.alarms.delete(nameOf(alarm));
    return isTold;
  }

  async due(by: number, limit: number): Promise<readonly DueAlarm[]> {
    const found = [...this.#tellings].filter(([, { due }]) => due <= by).sort(([a, one], [b, other]) => one.due - other.due || (a < b ? -1 : 1));
    return found.slice(0, limit).map(([, { did, way, alarm, tries }]) => ({ did, way, alarm, tries }));
  }

  async nextDue(): Promise<number | undefined> {
    const dues = [...this.#tellings.values()].map(({ due }) => due);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  async settle(due: DueAlarm, isTold: boolean): Promise<void> {
    const alarms = this.#pages.get(due.did)?.alarms;
    const alarm = alarms?.get(nameOf(due.alarm));
    if (isTold && alarm !== undefined) alarms!.set(nameOf(due.alarm), { ...alarm, isTold });
    this.#tellings.delete(keyOf(due));
  }

  async putOff(due: DueAlarm, until: number): Promise<void> {
    const telling = this.#tellings.get(keyOf(due));
    if (telling !== undefined) this.#tellings.set(keyOf(due), { ...telling, tries: telling.tries + 1, due: until });
  }

  /** Of an account that goes. */
  forget(did: Did): void {
    this.#drop((telling) => telling.did === did);
    this.#pages.delete(did);
  }

  #drop(which: (telling: Telling) => boolean): void {
    for (const [key, telling] of this.#tellings) if (which(telling)) this.#tellings.delete(key);
  }
}

function nameOf({ kind, about }: Pick<Alarm, 'kind' | 'about'>): string {
  return JSON.stringify([kind, about]);
}

function keyOf({ way, alarm }: Pick<DueAlarm, 'way' | 'alarm'>): string {
  return JSON.stringify([way.id, alarm.kind, alarm.about]);
}
