import { HoldfastError, InvalidSyntaxError } from './errors.ts';

/** A timestamp identifier: 13 characters of base32-sortable, 53 bits of microseconds and 10 bits of clock id. */
export type Tid = string & { readonly __tid: true };

/** A time or a clock id that no TID can hold. */
export class TidRangeError extends HoldfastError<'TidOutOfRange'> {
  constructor(what: 'time' | 'clock id', value: number) {
    super('TidOutOfRange', `A TID cannot hold this ${what}: ${value}`, { value });
  }
}

/** Clock ids are less than this. */
export const CLOCK_IDS = 1024;

const SYNTAX = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;
const DIGITS = '234567abcdefghijklmnopqrstuvwxyz';
/** The clock id takes the last two digits exactly, the time the eleven before. */
const TIME_DIGITS = 11;

const valueOf = new Uint8Array(128);
for (let i = 0; i < DIGITS.length; i++) valueOf[DIGITS.charCodeAt(i)] = i;

/** Whether the text is a TID by the atproto syntax: https://atproto.com/specs/tid */
export function isTid(text: string): text is Tid {
  return SYNTAX.test(text);
}

/** @throws InvalidSyntaxError */
export function parseTid(text: string): Tid {
  if (!isTid(text)) throw new InvalidSyntaxError('TID', text);
  return text;
}

/** Microseconds since 1970. Exact up to 2^53 − 1, the year 2255; the syntax has room for twice that. */
export function tidTime(tid: Tid): number {
  let micros = 0;
  for (let i = 0; i < TIME_DIGITS; i++) micros = micros * 32 + valueOf[tid.charCodeAt(i)]!;
  return micros;
}

/** The clock id, 0 to 1023: it keeps apart what several devices write in the same microsecond. */
export function tidClockId(tid: Tid): number {
  return valueOf[tid.charCodeAt(TIME_DIGITS)]! * 32 + valueOf[tid.charCodeAt(TIME_DIGITS + 1)]!;
}

/**
 * The TID of a time in whole microseconds since 1970, up to 2^53 − 1, and a clock id.
 * @throws TidRangeError
 */
export function tidFrom(micros: number, clockId: number): Tid {
  if (!Number.isSafeInteger(micros) || micros < 0) throw new TidRangeError('time', micros);
  if (!Number.isInteger(clockId) || clockId < 0 || clockId >= CLOCK_IDS) throw new TidRangeError('clock id', clockId);
  let text = DIGITS[clockId >> 5]! + DIGITS[clockId & 31]!;
  let rest = micros;
  for (let i = 0; i < TIME_DIGITS; i++) {
    text = DIGITS[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text as Tid;
}
