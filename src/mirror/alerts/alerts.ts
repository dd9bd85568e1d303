import { isStandby, isStopped, NOTICE_MS } from '../../mirroring/index.ts';
import type { Alarm, CopyAccount, DueAlarm, MirrorStore, PrimaryTrouble, WatchedLog } from '../../mirroring/index.ts';
import type { Did } from '../../protocol/index.ts';
import { unclaimedIn } from '../identity/watcher.ts';
import type { Log } from '../log.ts';
import { reasonOf } from '../log.ts';
import { WayLost } from './sender.ts';
import type { Sender } from './sender.ts';

export interface AlertsOptions {
  readonly copies: Pick<MirrorStore, 'account' | 'watched' | 'alerts'>;
  readonly sender: Pick<Sender, 'alarm' | 'close'>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds in which a house may still claim what it has done itself, and a primary be well again; for tests. */
  readonly graceMs?: number;
  /** Milliseconds to wait after each try in vain; for tests. */
  readonly pauses?: readonly number[];
  /** Milliseconds that one sending may take; for tests. */
  readonly sendingMs?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of one account. */
const MOST_A_DAY = 10;
const GRACE_MS = 5 * MINUTE_MS;
/** A standby looks every quarter of an hour: what it sees once may be a moment. */
const PRIMARY_GRACE_MS: Readonly<Record<PrimaryTrouble, number>> = { primarySilent: HOUR_MS, primaryBehind: 20 * MINUTE_MS, primaryFalse: 20 * MINUTE_MS };
const PRIMARY_TROUBLES = Object.keys(PRIMARY_GRACE_MS) as readonly PrimaryTrouble[];
/** It is tried for as long as a change of a DID can be undone. */
const PAUSES = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, DAY_MS];
const AT_A_TIME = 20;
/** More than any way takes by itself: what is over it has gone wrong, and keeps nobody else from being told. */
const SENDING_MS = MINUTE_MS;
/** What cannot be read now is looked at again by then. */
const LONGEST_MS = HOUR_MS;

/**
 * Tells owners what happens to their accounts while no page is open. What is to be told is in the store, so a restart loses nothing;
 * what was sent when the process was killed, and was not noted yet, is sent once more.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #pauses: readonly number[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakes = 0;
  #running: Promise<void> | undefined;
  /** Those that were sent last, and what becomes of that. */
  #telling: readonly { readonly did: Did; readonly done: Promise<void> }[] = [];
  #closed = false;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#pauses = options.pauses ?? PAUSES;
    this.#wakeAt(options.now());
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.sender.close();
    await this.#running;
  }

  /** The log of a DID was looked at. Each operation that none of its houses has claimed is told once. */
  async seen(did: Did, watched: WatchedLog): Promise<void> {
    const { graceMs = GRACE_MS, now } = this.#options;
    const unclaimed = unclaimedIn(watched);
    // Houses tell their mirror what they have done, and not the standbys.
    if (unclaimed.length === 0 || await this.#isStandby(did)) return;
    for (const { cid, createdAt } of unclaimed) await this.#raise(did, { kind: 'operation', about: cid, at: createdAt }, now() + graceMs);
  }

  /** An account was looked at: that it is served no longer, and that its time is nearly over, is told once, until that is no longer so. */
  async standing(account: CopyAccount): Promise<void> {
    const { copies, now } = this.#options;
    const { did, status, terms: { until } } = account;
    if ((await copies.alerts.ways(did)).length === 0) return;
    for (const kind of ['suspended', 'takendown'] as const) {
      if (status === kind) await this.#raise(did, { kind, about: '', at: now() }, now());
      else await copies.alerts.calm(did, { kind, about: '' });
    }
    if (until !== undefined && now() > until - NOTICE_MS && !isStopped(account)) await this.#raise(did, { kind: 'time', about: String(until), at: until }, now());
  }

  /**
   * A standby has looked at its primary. That it does not do as it should is told once, when it has been so for some time; and when that
   * was told, that it does again.
   */
  async primary(did: Did, trouble: PrimaryTrouble | undefined): Promise<void> {
    const { copies, graceMs, now } = this.#options;
    // What is just being sent counts as told.
    await Promise.allSettled(this.#telling.filter((each) => each.did === did).map(({ done }) => done));
    const account = await copies.account(did);
    if (account === undefined || !isStandby(account)) return;
    const about = account.primary.url;
    if (trouble === undefined) {
      if (await this.noPrimary(did, about)) await this.#raise(did, { kind: 'primaryWell', about, at: now() }, now());
      return;
    }
    await copies.alerts.calm(did, { kind: 'primaryWell', about });
    for (const kind of PRIMARY_TROUBLES) if (kind !== trouble) await copies.alerts.calm(did, { kind, about }, 'untold');
    await this.#raise(did, { kind: trouble, about, at: now() }, now() + (graceMs ?? PRIMARY_GRACE_MS[trouble]));
  }

  /** Nothing more is to be told of a primary. @param url its origin @returns whether something was */
  async noPrimary(did: Did, url: string): Promise<boolean> {
    let wasTold = false;
    for (const kind of PRIMARY_TROUBLES) wasTold = await this.#options.copies.alerts.calm(did, { kind, about: url }) || wasTold;
    return wasTold;
  }

  async #isStandby(did: Did): Promise<boolean> {
    const account = await this.#options.copies.account(did);
    return account !== undefined && isStandby(account);
  }

  async #raise(did: Did, alarm: Alarm, due: number): Promise<void> {
    const { copies, now, log } = this.#options;
    if (!await copies.alerts.raise(did, alarm, due, { most: MOST_A_DAY, since: now() - DAY_MS })) return;
    log(`${did}: its owner is to be told (${alarm.kind})`);
    this.#wakeAt(due);
  }

  /** Looks at what is due at that time, or before. */
  #wakeAt(time: number): void {
    if (this.#closed || this.#running !== undefined || (this.#timer !== undefined && time >= this.#wakes)) return;
    clearTimeout(this.#timer);
    this.#wakes = time;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#tellAll()
        .catch((error: unknown) => this.#options.log(`Telling owners did not end well: ${reasonOf(error)}`))
        .then(() => this.#rest());
    }, Math.min(Math.max(time - this.#options.now(), 0), LONGEST_MS));
    this.#timer.unref();
  }

  async #rest(): Promise<void> {
    const { copies, now } = this.#options;
    // Before it is asked: what is noted from here on wakes it by itself.
    this.#running = undefined;
    const due = await copies.alerts.nextDue().catch(() => undefined);
    this.#wakeAt(due ?? now() + LONGEST_MS);
  }

  async #tellAll(): Promise<void> {
    const { copies, now } = this.#options;
    while (!this.#closed) {
      const due = await copies.alerts.due(now(), AT_A_TIME);
      if (due.length === 0) return;
      this.#telling = due.map((each) => ({ did: each.did, done: this.#tell(each) }));
      await Promise.all(this.#telling.map(({ done }) => done));
    }
  }

  async #tell(due: DueAlarm): Promise<void> {
    const { copies, log, now } = this.#options;
    const { did, way, alarm, tries } = due;
    if (!await this.#holds(did, alarm)) return copies.alerts.settle(due, false);
    const failed = await this.#send(due);
    const reason = failed === undefined ? undefined : reasonOf(failed);
    // What was broken off by the end is sent after the next start.
    if (this.#closed && reason !== undefined) return;
    if (failed instanceof WayLost) {
      log(`${did}: a way to tell its owner is no more (${way.to.kind}): ${reason}`);
      return copies.alerts.loseWay(did, way.id, now());
    }
    const pause = this.#pauses[tries];
    if (reason !== undefined && pause !== undefined) {
      log(`${did}: its owner could not be told by ${way.to.kind} (${alarm.kind}), and will be tried again: ${reason}`);
      return copies.alerts.putOff(due, now() + pause);
    }
    log(`${did}: its owner was ${reason === undefined ? 'told' : 'not told, and that is given up:'} by ${way.to.kind} (${alarm.kind})`);
    return copies.alerts.settle(due, reason === undefined);
  }

  /** Sends it once. @returns what went wrong */
  async #send({ did, way, alarm }: DueAlarm): Promise<unknown> {
    const { sender, sendingMs = SENDING_MS } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('it did not end')), sendingMs);
    return Promise.race([sender.alarm(did, way, alarm), late.promise])
      .then(() => undefined, (error: unknown) => error ?? 'nothing said')
      .finally(() => clearTimeout(timer));
  }

  /** Whether it is still to be told: somebody may have claimed or changed it meanwhile. */
  async #holds(did: Did, { kind, about }: Alarm): Promise<boolean> {
    const { copies } = this.#options;
    const account = await copies.account(did);
    if (account === undefined) return false;
    switch (kind) {
      case 'operation':
        return !isStandby(account) && unclaimedIn(await copies.watched(did)).some(({ cid }) => cid === about);
      case 'time':
        return String(account.terms.until) === about;
      case 'suspended':
      case 'takendown':
        return account.status === kind;
      default:
        return isStandby(account) && account.primary.url === about;
    }
  }
}
