import { formatAgo, formatNumber, msg, str } from '../../i18n.ts';
import { isTid, tidTime } from '../../../protocol/index.ts';
import { madeAt, summarize } from './summary.ts';
import type { Row } from './record-pages.ts';

/** The one line that stands for a record, as words. */
export function summaryWords({ value, rkey }: Row): string {
  const summary = summarize(value);
  switch (summary.kind) {
    case 'text':
      return summary.text;
    case 'images':
      return summary.count === 1 ? msg('A picture') : msg(str`${formatNumber(summary.count)} pictures`);
    case 'subject':
      return summary.subject;
    case 'fields':
      return summary.text === '' ? rkey : summary.text;
  }
}

/** A number of records. */
export const countWords = (count: number): string => (count === 1 ? msg('1 record') : msg(str`${formatNumber(count)} records`));

/** How long ago a record was made: as it says itself, else as its key says; empty if neither does. */
export function agoWords({ value, rkey }: Row): string {
  const time = madeAt(value) ?? (isTid(rkey) ? tidTime(rkey) / 1000 : undefined);
  return time === undefined ? '' : formatAgo(new Date(time).toISOString());
}
