import { configureLocalization, msg as localized, str } from '@lit/localize';
import type { pseudo } from './locales/pseudo.ts';

/** A locale for tests: every text that went through `msg` is accented in it, so the others stand out. */
const PSEUDO = 'en-x-pseudo';

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: [PSEUDO],
  // It is made from the source texts, when they are asked for.
  loadLocale: async () => ({ templates: {} }),
});

let transform: typeof pseudo | undefined;

/** Loads the locale that the address asks for. To be awaited before the first text is made. */
export async function startLocale(): Promise<void> {
  if (new URLSearchParams(location.search).get('locale') !== 'pseudo') return;
  transform = (await import('./locales/pseudo.ts')).pseudo;
  await setLocale(PSEUDO);
}

/** A text in the reader's language: `msg('…')`, ``msg(str`… ${value} …`)`` or ``msg(html`… <b>…</b>`)``. */
export const msg = ((template: Parameters<typeof pseudo>[0], options?: Parameters<typeof localized>[1]) =>
  localized((transform?.(template) ?? template) as string, options)) as typeof localized;

export { str };

// What Intl writes is in the reader's language as well.
const local = (text: string): string => (transform === undefined ? text : (transform(text) as string));

const numbers = new Intl.NumberFormat('en');
const days = new Intl.DateTimeFormat('en', { dateStyle: 'long' });
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A whole number with its separators. */
export const formatNumber = (value: number): string => numbers.format(value);

/** A moment as date and time. `time` is an ISO datetime. */
export const formatTime = (time: string): string => local(moments.format(new Date(time)));

/** The day of a moment. `time` is an ISO datetime. */
export const formatDay = (time: string): string => local(days.format(new Date(time)));

/** A quantity with its unit; below 10 with one decimal, if `fine`. */
function quantity(value: number, unit: string, fine: boolean, unitDisplay: 'short' | 'long' = 'short'): string {
  const maximumFractionDigits = fine && value < 10 ? 1 : 0;
  return local(new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay, maximumFractionDigits }).format(value));
}

/** Bytes in the unit that reads best: “652 kB”. Powers of 1,000, as file managers count. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return quantity(bytes / 1000 ** step, units[step] ?? 'byte', step > 0, step === 0 ? 'long' : 'short');
}

/** How long ago a moment was: “3 minutes ago”. `time` is an ISO datetime. */
export function formatAgo(time: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 45) return msg('just now');
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const steps = [['minute', 60, 60], ['hour', 3600, 24], ['day', 86_400, 30], ['month', 2_592_000, 12]] as const;
  for (const [unit, size, most] of steps) {
    if (seconds / size < most) return local(relative.format(-Math.max(1, Math.round(seconds / size)), unit));
  }
  return local(relative.format(-Math.round(seconds / 31_536_000), 'year'));
}

/** A length of time, in milliseconds, for people: “12 ms”, “1.3 sec”, “2 min”. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return quantity(Math.max(0, Math.round(ms)), 'millisecond', false);
  return ms < 59_500 ? quantity(ms / 1000, 'second', true) : quantity(ms / 60_000, 'minute', false);
}

/** The locale in use, for the `lang` of the page. */
export const currentLocale = (): string => getLocale();
