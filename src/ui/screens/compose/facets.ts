import { isHandle } from '../../../protocol/index.ts';
import { mapOf, mapsOf, textOf } from '../records/json-shape.ts';
import { countGraphemes } from './graphemes.ts';
import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** A place in a text that is more than text: where, in UTF-16 units, and what. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly kind: 'link' | 'tag' | 'mention';
  /** The address, the tag without its sign, or the handle. */
  readonly value: string;
}

const LINK = /(?<=^|\s|\()https?:\/\/[^\s<>"]+/giu;
const MENTION = /(?<=^|\s|\()@([a-z0-9][a-z0-9.-]+[a-z0-9])/giu;
// Neither spaces nor what does not show belongs to a tag.
const TAG = /(?<=^|\s)[#＃]((?:(?!\u20E2)[^\s\p{Cf}])+)/gu;
const MOST_OF_TAG = 64;

/** The links, hashtags and mentions of a text, in order. Whether a handle is anybody's is not known here. */
export function findMarks(text: string): readonly Mark[] {
  const marks = [...links(text), ...tags(text), ...mentions(text)].sort((a, b) => a.start - b.start);
  return marks.filter((mark, index) => marks.slice(0, index).every((earlier) => earlier.end <= mark.start));
}

/** The marks as facets of a post. `dids`: whose the handles are, in lower case; a mention of nobody stays text. */
export function facetsOf(text: string, marks: readonly Mark[], dids: ReadonlyMap<string, string>): readonly JsonMap[] {
  return marks.flatMap(({ start, end, kind, value }): JsonMap[] => {
    const feature = featureOf(kind, value, dids);
    if (feature === undefined) return [];
    const byteStart = bytesOf(text.slice(0, start)).length;
    return [{
      $type: 'app.bsky.richtext.facet',
      index: { byteStart, byteEnd: byteStart + bytesOf(text.slice(start, end)).length },
      features: [feature],
    }];
  });
}

/** A piece of a text and what it leads to. */
export interface Segment {
  readonly text: string;
  readonly link?: string;
  readonly mention?: string;
  readonly tag?: string;
}

/** The text of a record cut at its facets. What is out of place, overlaps, or is not a web address, stays text. */
export function segmentsOf(text: string, facets: JsonValue | undefined): readonly Segment[] {
  const bytes = bytesOf(text);
  const decoder = new TextDecoder();
  const segments: Segment[] = [];
  let done = 0;
  const places = mapsOf(facets).map((facet) => ({ facet, ...rangeOf(facet) })).sort((a, b) => a.start - b.start);
  for (const { facet, start, end } of places) {
    // An end inside a character would tear it.
    if (start < done || end <= start || end > bytes.length || isInside(bytes, start) || isInside(bytes, end)) continue;
    const target = targetOf(facet);
    if (target === undefined) continue;
    if (start > done) segments.push({ text: decoder.decode(bytes.subarray(done, start)) });
    segments.push({ text: decoder.decode(bytes.subarray(start, end)), ...target });
    done = end;
  }
  if (done < bytes.length) segments.push({ text: decoder.decode(bytes.subarray(done)) });
  return segments;
}

/** The address if it is one of the web, in full; anything else leads nowhere. */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const isInside = (bytes: Uint8Array, at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;

function links(text: string): Mark[] {
  return [...text.matchAll(LINK)].flatMap((match): Mark[] => {
    const value = withoutEnd(match[0]);
    return webAddress(value) === undefined ? [] : [{ start: match.index, end: match.index + value.length, kind: 'link', value }];
  });
}

/** A link without the punctuation of the sentence that it ends. */
function withoutEnd(link: string): string {
  let end = link.length;
  for (;;) {
    const last = link[end - 1] ?? '';
    const open = last === ')' && !link.slice(0, end).includes('(');
    if (!open && !'.,;:!?\'"’”»…'.includes(last)) return link.slice(0, end);
    end--;
  }
}

function tags(text: string): Mark[] {
  return [...text.matchAll(TAG)].flatMap((match): Mark[] => {
    const value = (match[1] ?? '').replace(/\p{P}+$/u, '');
    const fits = value !== '' && !value.startsWith('\uFE0F') && !/^[\d\p{P}]+$/u.test(value) && countGraphemes(value) <= MOST_OF_TAG;
    return fits ? [{ start: match.index, end: match.index + 1 + value.length, kind: 'tag', value }] : [];
  });
}

function mentions(text: string): Mark[] {
  return [...text.matchAll(MENTION)].flatMap((match): Mark[] => {
    const value = (match[1] ?? '').toLowerCase();
    return isHandle(value) ? [{ start: match.index, end: match.index + match[0].length, kind: 'mention', value }] : [];
  });
}

function featureOf(kind: Mark['kind'], value: string, dids: ReadonlyMap<string, string>): JsonMap | undefined {
  if (kind === 'link') return { $type: 'app.bsky.richtext.facet#link', uri: value };
  if (kind === 'tag') return { $type: 'app.bsky.richtext.facet#tag', tag: value };
  const did = dids.get(value);
  return did === undefined ? undefined : { $type: 'app.bsky.richtext.facet#mention', did };
}

function rangeOf(facet: JsonMap): { readonly start: number; readonly end: number } {
  const index = mapOf(facet.index);
  const number = (value: JsonValue | undefined): number => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : -1);
  return { start: number(index?.byteStart), end: number(index?.byteEnd) };
}

function targetOf(facet: JsonMap): Omit<Segment, 'text'> | undefined {
  for (const feature of mapsOf(facet.features)) {
    const link = webAddress(textOf(feature.uri) ?? '');
    if (feature.$type === 'app.bsky.richtext.facet#link' && link !== undefined) return { link };
    const mention = textOf(feature.did);
    if (feature.$type === 'app.bsky.richtext.facet#mention' && mention !== undefined) return { mention };
    const tag = textOf(feature.tag);
    if (feature.$type === 'app.bsky.richtext.facet#tag' && tag !== undefined) return { tag };
  }
  return undefined;
}
