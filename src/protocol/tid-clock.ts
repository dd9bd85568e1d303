import { CLOCK_IDS, tidFrom, TidRangeError, tidTime } from './tid.ts';
import type { Tid } from './tid.ts';

/** What a clock is made with. */
export interface TidClockOptions {
  /** 0 to 1023, kept by the device; drawn at random when absent. */
  readonly clockId?: number;
  /** The time in milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
}

/** Makes TIDs that only ever ascend, whatever the wall clock does. */
export class TidClock {
  readonly clockId: number;
  readonly #now: () => number;
  #last = -1;

  /** @throws TidRangeError for a clock id that is none */
  constructor({ clockId = randomClockId(), now = Date.now }: TidClockOptions = {}) {
    if (!Number.isInteger(clockId) || clockId < 0 || clockId >= CLOCK_IDS) throw new TidRangeError('clock id', clockId);
    this.clockId = clockId;
    this.#now = now;
  }

  /**
   * A TID greater than every earlier one of this clock, and greater than `after`: now, or one microsecond more than
   * the later of the two where the clock stands behind them.
   * @throws TidRangeError when that is beyond the year 2255
   */
  next(after?: Tid): Tid {
    let micros = Math.max(Math.floor(this.#now() * 1000), this.#last + 1);
    if (after !== undefined) micros = Math.max(micros, tidTime(after) + 1);
    const tid = tidFrom(micros, this.clockId);
    this.#last = micros;
    return tid;
  }
}

function randomClockId(): number {
  // 1024 divides 65536, so no clock id is likelier than another.
  return crypto.getRandomValues(new Uint16Array(1))[0]! % CLOCK_IDS;
}
