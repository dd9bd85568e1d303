import { fromJson, HoldfastError, isNsid, isRecordKey } from '../../../protocol/index.ts';
import { isMap } from './json-shape.ts';
import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** What keeps a text from being saved as a record. */
export type DraftFault = 'json' | 'object' | 'form' | 'collection' | 'rkey';

/** A record that cannot be saved as it is. Nothing was sent. */
export class DraftError extends HoldfastError<DraftFault> {}

/** What is to be saved, as it was typed. */
export interface Draft {
  readonly collection: string;
  /** Empty: the house makes one. */
  readonly rkey: string;
  readonly text: string;
}

/**
 * The record that was typed.
 * @throws DraftError for the first thing that is wrong; its message may name the place
 */
export function readDraft({ collection, rkey, text }: Draft): JsonMap {
  if (!isNsid(collection)) {
    throw new DraftError('collection', 'A collection is named like app.bsky.feed.post: at least three words with dots between.', { collection });
  }
  if (rkey !== '' && !isRecordKey(rkey)) {
    throw new DraftError('rkey', 'A record key is 1 to 512 letters, digits and .-_:~ and neither “.” nor “..”.', { rkey });
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new DraftError('json', 'This is not JSON yet: the marked place says where.', {}, error);
  }
  if (!isMap(value)) throw new DraftError('object', 'A record is an object: it begins with { and ends with }.', {});
  try {
    fromJson(value);
  } catch (error) {
    throw new DraftError('form', error instanceof Error ? error.message : String(error), {}, error);
  }
  return value;
}

/** What a file or a clipboard holds, as a draft: a record, or an export of one with its address. */
export function draftFrom(text: string, fallback: string): Draft | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const one = Array.isArray(value) && value.length === 1 ? (value as readonly JsonValue[])[0] : value;
  if (!isMap(one)) return undefined;
  const place = typeof one.uri === 'string' ? /^at:\/\/[^/]+\/([^/]+)\/([^/]+)$/.exec(one.uri) : null;
  const record = place !== null && isMap(one.value) ? one.value : one;
  const type = typeof record.$type === 'string' ? record.$type : undefined;
  return { collection: type ?? place?.[1] ?? fallback, rkey: place?.[2] ?? '', text: JSON.stringify(record, null, 2) };
}
