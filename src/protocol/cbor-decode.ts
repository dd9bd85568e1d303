import { CborError, CborReader, MAJOR } from './cbor-reader.ts';
import { CID_SIZE, Cid } from './cid.ts';

/** A value of the atproto data model. Integers only, within ±(2^53 − 1); maps have text keys. */
export type CborValue = null | boolean | number | string | Uint8Array | Cid | readonly CborValue[] | CborMap;

/** A map of the data model, such as every record. An absent key and `null` are different things. */
export interface CborMap {
  readonly [key: string]: CborValue;
}

/**
 * Decodes one block, strictly: only the canonical bytes of a value are accepted, so encoding the result gives the
 * same bytes again. Byte strings and CIDs are views on `block`.
 * @throws CborError https://atproto.com/specs/data-model, https://ipld.io/specs/codecs/dag-cbor/spec
 */
export function decodeCbor(block: Uint8Array): CborValue {
  const reader = new CborReader(block);
  const result = value(reader);
  reader.end();
  return result;
}

/**
 * Decodes the one value that begins at `offset`; frames of event streams are two in a row.
 * @throws CborError
 */
export function decodeCborAt(bytes: Uint8Array, offset: number): { readonly value: CborValue; readonly end: number } {
  const reader = new CborReader(bytes, offset);
  return { value: value(reader), end: reader.offset };
}

function value(reader: CborReader): CborValue {
  reader.head();
  const { argument } = reader;
  switch (reader.major) {
    case MAJOR.unsigned:
      return argument;
    case MAJOR.negative:
      return -1 - argument;
    case MAJOR.bytes: {
      const start = reader.take(argument);
      return reader.bytes.subarray(start, start + argument);
    }
    case MAJOR.text:
      return text(reader.bytes, reader.take(argument), argument);
    case MAJOR.array: {
      reader.enter();
      const items: CborValue[] = [];
      for (let i = 0; i < argument; i++) items.push(value(reader));
      reader.leave();
      return items;
    }
    case MAJOR.map:
      return map(reader, argument);
    case MAJOR.tag: {
      const start = reader.cid();
      return new Cid(reader.bytes.subarray(start, start + CID_SIZE));
    }
    default:
      return argument === 22 ? null : argument === 21;
  }
}

function map(reader: CborReader, count: number): CborMap {
  reader.enter();
  const result: Record<string, CborValue> = {};
  let previous = -1;
  let previousEnd = -1;
  for (let i = 0; i < count; i++) {
    previous = reader.key(previous, previousEnd);
    previousEnd = reader.offset;
    const key = knownKey(reader.bytes, previous, previousEnd - previous);
    // Assigning to `__proto__` would set the prototype and lose the entry.
    if (key === '__proto__') {
      Object.defineProperty(result, key, { value: value(reader), enumerable: true, configurable: true, writable: true });
    } else {
      result[key] = value(reader);
    }
  }
  reader.leave();
  return result;
}

/** Keys repeat from record to record: the text of a short one is looked up by its bytes before it is made. */
const KEYS = 1024;
const keyTexts = new Array<string | undefined>(KEYS).fill(undefined);

function knownKey(bytes: Uint8Array, start: number, length: number): string {
  if (length === 0 || length > 24) return text(bytes, start, length);
  let slot = length;
  for (let i = 0; i < length; i++) slot = (slot * 31 + bytes[start + i]!) & (KEYS - 1);
  const known = keyTexts[slot];
  if (known !== undefined && known.length === length && matches(bytes, start, known)) return known;
  return (keyTexts[slot] = text(bytes, start, length));
}

function matches(bytes: Uint8Array, start: number, known: string): boolean {
  for (let i = 0; i < known.length; i++) if (known.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array, start: number, length: number): string {
  if (length <= 32) {
    let ascii = '';
    let i = 0;
    for (; i < length; i++) {
      const byte = bytes[start + i]!;
      if (byte >= 0x80) break;
      ascii += String.fromCharCode(byte);
    }
    if (i === length) return ascii;
  }
  try {
    return decoder.decode(bytes.subarray(start, start + length));
  } catch {
    throw new CborError('utf8', start);
  }
}
