const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes, as people read them. */
export function bytes(count: number): string {
  const power = count < 1_000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
  const value = count / 1_000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** A number with its thousands apart. */
export function number(count: number): string {
  return count.toLocaleString('en');
}

/** A moment, in UTC: operators compare it with their logs. */
export function time(datetime: string): string {
  return `${datetime.slice(0, 10)} ${datetime.slice(11, 16)} UTC`;
}

/** Seconds, as people say them. */
export function span(seconds: number): string {
  const [size, unit] = seconds < 90 ? [1, 'second'] : seconds < 90 * 60 ? [60, 'minute'] : seconds < 36 * 3_600 ? [3_600, 'hour'] : [86_400, 'day'];
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
