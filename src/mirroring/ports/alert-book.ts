import type { Did } from '../../protocol/index.ts';

/** An account is told by so many webhooks and addresses at most. */
export const MOST_WAYS = 3;
/** And in so many browsers. */
export const MOST_BROWSERS = 5;

/** How an owner is told when no page is open: a server of theirs that is called, a letter, or a browser that is woken. */
export type WayTo =
  /** `secret` signs what is sent there. */
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly kind: 'email'; readonly address: string }
  /** The address of a browser at its push service, and what is encrypted to it with (base64url); `name` is for its owner. */
  | { readonly kind: 'push'; readonly endpoint: string; readonly p256dh: string; readonly auth: string; readonly name: string };

/** What shows that an address is its owner's: only a hash of it is kept. */
export interface AwaitedCode {
  readonly hash: Uint8Array;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** How often it was tried. */
  readonly tries: number;
}

/** One way in which an account is told. */
export interface AlertWay {
  /** One of its own in the whole mirror. */
  readonly id: string;
  readonly to: WayTo;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Nothing but this code is sent there, until it has come back. */
  readonly awaited?: AwaitedCode;
  /** It is no more, says its push service, since then (milliseconds since 1970): nothing is sent there. */
  readonly lostAt?: number;
}

/** Whether a way may be added to those that there are. */
export function hasRoomFor({ kind }: WayTo, ways: readonly Pick<AlertWay, 'to'>[]): boolean {
  const isBrowser = kind === 'push';
  return ways.filter(({ to }) => (to.kind === 'push') === isBrowser).length < (isBrowser ? MOST_BROWSERS : MOST_WAYS);
}

/** What its owner is told of an account. */
export type AlarmKind =
  /** An operation of the DID that none of its houses has claimed. */
  | 'operation'
  | 'suspended' | 'takendown'
  /** The time for which the account is kept is nearly over. */
  | 'time'
  | PrimaryTrouble
  /** None of that is so any more. */
  | 'primaryWell';

/** What a standby sees of its primary: it does not answer as it should, shows an older state than it has confirmed, or what it cannot have confirmed. */
export type PrimaryTrouble = 'primarySilent' | 'primaryBehind' | 'primaryFalse';

/** Something that an owner is told once. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** What tells it from others of its kind: the CID of an operation, the time of an end, or the origin of a primary. */
  readonly about: string;
  /** When it happened, or will: milliseconds since 1970. */
  readonly at: number;
}

/** An alarm that is still to be told in one way. */
export interface DueAlarm {
  readonly did: Did;
  readonly way: AlertWay;
  readonly alarm: Alarm;
  /** How often it was tried. */
  readonly tries: number;
}

/** The part of a mirror's store that keeps how owners are told, and of what; as long as the account is kept. */
export interface AlertBook {
  /** Oldest first; none of an account that is not kept. */
  ways(did: Did): Promise<readonly AlertWay[]>;
  /**
   * Adds one, or puts it in the place of another, whose alarms it is told then; false where there are as many as there may be.
   * @param replaced the id of that one; also its own
   * @throws MirrorStoreError AccountMissing
   */
  addWay(did: Did, way: AlertWay, replaced?: string): Promise<boolean>;
  /** Takes it away, with what was still to be told there; also where there is none. */
  removeWay(did: Did, id: string): Promise<void>;
  /** Counts one more try at its code, and gives it as it was before; undefined where it waits for none. */
  tryCode(did: Did, id: string): Promise<AlertWay | undefined>;
  /** Its code has come back. */
  confirmWay(did: Did, id: string): Promise<void>;
  /** It is no more. It stays to be seen, and what was still to be told there is not. @param at milliseconds since 1970 */
  loseWay(did: Did, id: string, at: number): Promise<void>;

  /**
   * An alarm is to be told from then on, in every way that waits for no code and is not lost. Where there is no such way it is not noted.
   * @param due milliseconds since 1970
   * @param pace no more than `most` of an account are noted after `since`, with those that were told and are over: then this one is not
   * @returns false where it was noted before, or is not noted
   */
  raise(did: Did, alarm: Alarm, due: number, pace: { readonly most: number; readonly since: number }): Promise<boolean>;
  /**
   * It is over: when it comes again, it is told again.
   * @param only where it was told nowhere yet: then it is told nowhere
   * @returns whether it was told somewhere
   */
  calm(did: Did, alarm: Pick<Alarm, 'kind' | 'about'>, only?: 'untold'): Promise<boolean>;
  /** Those that are to be told by then, the longest due first. */
  due(by: number, limit: number): Promise<readonly DueAlarm[]>;
  /** When the next one is to be told: milliseconds since 1970. */
  nextDue(): Promise<number | undefined>;
  /** It was told, or is given up, or need not be told. */
  settle(due: DueAlarm, isTold: boolean): Promise<void>;
  /** It was tried in vain, and is due again then. */
  putOff(due: DueAlarm, until: number): Promise<void>;
}
