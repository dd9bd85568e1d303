import { base64 } from 'multiformats/bases/base64';
import { CBOR_LIMITS } from './cbor-reader.ts';
import { Cid, parseCid } from './cid.ts';
import { HoldfastError } from './errors.ts';
import type { CborMap, CborValue } from './cbor-decode.ts';

/** A value of JSON text. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonMap;

/** An object of JSON text. */
export interface JsonMap {
  readonly [key: string]: JsonValue;
}

/** JSON that is not the JSON form of a value of the data model. */
export class JsonFormError extends HoldfastError<'InvalidJsonForm'> {
  constructor(reason: string, path: string) {
    super('InvalidJsonForm', `${reason}${path === '' ? '' : `, at ${path}`}`, { reason, path });
  }
}

/**
 * The JSON form of a value: a CID as `{"$link"}`, bytes as `{"$bytes"}` (https://atproto.com/specs/data-model).
 * Nothing is lost: `fromJson` gives the value back. (A map of someone else's that uses the reserved keys `$link` or
 * `$bytes` for something else comes out as it is, and `fromJson` refuses it.)
 */
export function toJson(value: CborValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Cid) return { $link: value.toString() };
  if (value instanceof Uint8Array) return { $bytes: base64.baseEncode(value) };
  if (Array.isArray(value)) return value.map(toJson);
  const result: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value as CborMap)) put(result, key, toJson(item));
  return result;
}

/**
 * The value whose JSON form this is.
 * @throws JsonFormError for a float, a number past 2^53 − 1, a broken `$link`, `$bytes`, `$type` or blob, or nesting
 *   over 32; the path tells where
 */
export function fromJson(json: unknown): CborValue {
  return read(json, '', 1);
}

/**
 * Parses JSON text in the JSON form.
 * @throws JsonFormError also when the text is not JSON
 */
export function parseJson(text: string): CborValue {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new JsonFormError('This is not JSON', '');
  }
  return fromJson(json);
}

function read(json: unknown, path: string, depth: number): CborValue {
  if (json === null || typeof json === 'boolean') return json;
  if (typeof json === 'string') {
    if (!json.isWellFormed()) throw new JsonFormError('Text holds half of a surrogate pair', path);
    return json;
  }
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json)) throw new JsonFormError('Numbers are integers within ±(2^53 − 1)', path);
    return json;
  }
  if (typeof json !== 'object') throw new JsonFormError('This is not JSON', path);
  if (depth > CBOR_LIMITS.depth) throw new JsonFormError(`Nesting is at most ${CBOR_LIMITS.depth} deep`, path);
  if (Array.isArray(json)) return json.map((item, index) => read(item, `${path}/${index}`, depth + 1));
  return readMap(json as Record<string, unknown>, path, depth);
}

function readMap(json: Record<string, unknown>, path: string, depth: number): CborValue {
  if (Object.hasOwn(json, '$link')) return readLink(json, path);
  if (Object.hasOwn(json, '$bytes')) return readBytes(json, path);
  const result: Record<string, CborValue> = {};
  for (const [key, item] of Object.entries(json)) {
    if (!key.isWellFormed()) throw new JsonFormError('A name holds half of a surrogate pair', path);
    put(result, key, read(item, `${path}/${key}`, depth + 1));
  }
  if (Object.hasOwn(json, '$type')) checkType(result, path);
  return result;
}

function readLink(json: Record<string, unknown>, path: string): Cid {
  const { $link } = json;
  if (typeof $link !== 'string' || Object.keys(json).length !== 1) throw new JsonFormError('Not a $link', path);
  try {
    return parseCid($link);
  } catch {
    throw new JsonFormError('A $link holds a CID in its text form', path);
  }
}

function readBytes(json: Record<string, unknown>, path: string): Uint8Array {
  const { $bytes } = json;
  if (typeof $bytes !== 'string' || Object.keys(json).length !== 1) throw new JsonFormError('Not $bytes', path);
  const digits = $bytes.replace(/={1,2}$/, '');
  // Padding may be left out, but where it stands it is right.
  if (digits !== $bytes && $bytes.length % 4 !== 0) throw new JsonFormError('$bytes holds base64', path);
  try {
    const bytes = base64.baseDecode(digits);
    if (base64.baseEncode(bytes) === digits) return bytes;
  } catch {
    // Falls through to the one error.
  }
  throw new JsonFormError('$bytes holds base64', path);
}

function checkType(map: CborMap, path: string): void {
  const type = map['$type'];
  if (typeof type !== 'string' || type === '') throw new JsonFormError('A $type is text that is not empty', path);
  if (type !== 'blob') return;
  const { ref, mimeType, size } = map;
  if (!(ref instanceof Cid)) throw new JsonFormError('A blob has a ref that is a $link', path);
  if (typeof mimeType !== 'string' || mimeType === '') throw new JsonFormError('A blob has a mimeType', path);
  if (typeof size !== 'number' || size < 0) throw new JsonFormError('A blob has a size that is not negative', path);
}

function put<Value>(map: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}
