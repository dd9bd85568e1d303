import type { JsonMap, JsonValue } from '../../../protocol/index.ts';

/** Whether the value is a JSON object, not a list. */
export const isMap = (value: JsonValue | undefined): value is JsonMap =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The value if it is a text. */
export const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** The value if it is an object. */
export const mapOf = (value: JsonValue | undefined): JsonMap | undefined => (isMap(value) ? value : undefined);

/** The objects of a list; of anything else, none. */
export const mapsOf = (value: JsonValue | undefined): readonly JsonMap[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).filter(isMap) : [];

/** What a record says of a blob. */
export interface BlobRef {
  readonly cid: string;
  readonly mimeType: string;
  /** Bytes, as the record has it; undefined in the old form. */
  readonly size: number | undefined;
}

/** The value as a reference to a blob: `{"$type": "blob", …}`, or the old form with `cid` and `mimeType`. */
export function blobRefOf(value: JsonValue | undefined): BlobRef | undefined {
  const map = mapOf(value);
  if (map === undefined) return undefined;
  const mimeType = textOf(map.mimeType);
  if (mimeType === undefined) return undefined;
  if (map.$type === 'blob') {
    const cid = textOf(mapOf(map.ref)?.$link);
    return cid === undefined ? undefined : { cid, mimeType, size: typeof map.size === 'number' ? map.size : undefined };
  }
  const cid = textOf(map.cid);
  return cid !== undefined && Object.keys(map).length === 2 ? { cid, mimeType, size: undefined } : undefined;
}

/** The value with the keys of every object in order, `$type` first: two equal values give equal texts. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(ordered(value), null, 2);
}

function ordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(ordered);
  if (!isMap(value)) return value;
  const rank = (key: string): string => (key === '$type' ? '' : key);
  const keys = Object.keys(value).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  // Defined, not assigned: a key may be `__proto__`.
  const result: Record<string, JsonValue> = {};
  for (const key of keys) {
    Object.defineProperty(result, key, { value: ordered(value[key] ?? null), enumerable: true, configurable: true, writable: true });
  }
  return result;
}
