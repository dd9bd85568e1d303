import { InvalidSyntaxError } from './errors.ts';

/** A date and time with its offset, what RFC 3339 and ISO 8601 share: https://atproto.com/specs/lexicon#datetime */
export type Datetime = string & { readonly __datetime: true };

const MAX_LENGTH = 64;
const SYNTAX = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MINUTE = 60_000;
/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
const FIRST = -62_167_219_200_000;
const LAST = 253_402_300_799_999;

/** Whether the text is a datetime that exists, within the years 0 to 9999 of UTC. */
export function isDatetime(text: string): text is Datetime {
  return millisecondsOf(text) !== undefined;
}

/** @throws InvalidSyntaxError */
export function parseDatetime(text: string): Datetime {
  if (!isDatetime(text)) throw new InvalidSyntaxError('datetime', text);
  return text;
}

/** Milliseconds since 1970 in UTC; digits beyond milliseconds are cut off. */
export function datetimeToMs(datetime: Datetime): number {
  const milliseconds = millisecondsOf(datetime);
  if (milliseconds === undefined) throw new InvalidSyntaxError('datetime', datetime);
  return milliseconds;
}

/**
 * The datetime of a time in milliseconds since 1970, in the form that is preferred: UTC, three digits.
 * @throws InvalidSyntaxError outside of the years 0 to 9999
 */
export function datetimeFromMs(milliseconds: number): Datetime {
  if (!(milliseconds >= FIRST && milliseconds <= LAST)) throw new InvalidSyntaxError('datetime', String(milliseconds));
  return new Date(milliseconds).toISOString() as Datetime;
}

function millisecondsOf(text: string): number | undefined {
  if (text.length > MAX_LENGTH || text.endsWith('-00:00')) return undefined;
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  // Engines differ in what they make of 30 February and of 24:00, so nothing is left for them to judge.
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE;
  const milliseconds = sign === '-' ? local + offset : local - offset;
  return milliseconds >= FIRST && milliseconds <= LAST ? milliseconds : undefined;
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
