import { isMap, mapOf, mapsOf, textOf } from './json-shape.ts';
import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** What stands for a record in a list: a text of the record's own, what it points at, or the names of its fields. */
export type Summary =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'images'; readonly count: number }
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'fields'; readonly text: string };

/** As long as a line of a list needs to be, in characters. */
const MOST = 160;

/** The fields that are most likely what a record is about, best first. */
const TELLING = ['text', 'displayName', 'name', 'title', 'description', 'summary', 'status', 'content', 'body'];

/** The one line that stands for a record in a list. */
export function summarize(value: JsonMap): Summary {
  for (const key of TELLING) {
    const text = oneLine(textOf(value[key]) ?? '');
    if (text !== '') return { kind: 'text', text };
  }
  const images = mapsOf(mapOf(value.embed)?.images).length;
  if (images > 0) return { kind: 'images', count: images };
  const subject = subjectOf(value.subject ?? value.document ?? value.list);
  if (subject !== undefined) return { kind: 'subject', subject };
  return { kind: 'fields', text: oneLine(Object.keys(value).filter((key) => !['$type', 'createdAt'].includes(key)).join(', ')) };
}

/** When a record says it was made, in milliseconds since 1970. */
export function madeAt(value: JsonMap): number | undefined {
  const time = Date.parse(textOf(value.createdAt) ?? textOf(value.indexedAt) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The text that a filter looks at: every text of the record. */
export function searchText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(searchText).join('\n');
  if (isMap(value)) return Object.values(value).map(searchText).join('\n');
  return '';
}

function subjectOf(value: JsonValue | undefined): string | undefined {
  return textOf(value) ?? textOf(mapOf(value)?.uri) ?? textOf(mapOf(value)?.did);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST ? `${line.slice(0, MOST).trimEnd()}…` : line;
}
