import { CBOR_LIMITS, MAJOR } from './cbor-reader.ts';
import { CID_SIZE, Cid } from './cid.ts';
import { HoldfastError } from './errors.ts';
import type { CborValue } from './cbor-decode.ts';

/** A JavaScript value with no place in the data model: a float, `undefined`, a lone surrogate, nesting over 32 … */
export class UnencodableError extends HoldfastError<'UnencodableValue'> {
  constructor(reason: string) {
    super('UnencodableValue', `This value cannot be written as DAG-CBOR: ${reason}`, { reason });
  }
}

/**
 * Encodes a value canonically: shortest integers, keys by length and then bytes, CIDs as tag 42.
 * The result is a fresh array that the caller owns.
 * @throws UnencodableError for what the data model has no place for; nothing is dropped or rounded
 */
export function encodeCbor(value: CborValue): Uint8Array {
  used = 0;
  depth = 0;
  write(value);
  return scratch.slice(0, used);
}

/** Overwrites what the encoder has kept of the last value: to be called after one that holds a secret. */
export function forgetEncoded(): void {
  scratch.fill(0, 0, used);
}

// One buffer for all encoding: it runs to its end without giving way, and what it made is copied out.
let scratch = new Uint8Array(16_384);
let used = 0;
let depth = 0;
const utf8 = new TextEncoder();

function reserve(size: number): void {
  if (used + size <= scratch.length) return;
  const grown = new Uint8Array(Math.max(scratch.length * 2, used + size));
  grown.set(scratch.subarray(0, used));
  scratch = grown;
}

function write(value: CborValue): void {
  switch (typeof value) {
    case 'string':
      return writeText(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new UnencodableError('numbers are integers within ±(2^53 − 1)');
      return value >= 0 ? writeHead(MAJOR.unsigned, value) : writeHead(MAJOR.negative, -1 - value);
    case 'boolean':
      return writeByte(value ? 0xf5 : 0xf4);
    case 'object':
      return writeObject(value);
    default:
      throw new UnencodableError(`there is no ${typeof value}`);
  }
}

function writeObject(value: Exclude<CborValue, string | number | boolean>): void {
  if (value === null) return writeByte(0xf6);
  if (value instanceof Cid) return writeCid(value);
  if (value instanceof Uint8Array) {
    writeHead(MAJOR.bytes, value.length);
    reserve(value.length);
    scratch.set(value, used);
    used += value.length;
    return;
  }
  if (++depth > CBOR_LIMITS.depth) throw new UnencodableError(`nesting is at most ${CBOR_LIMITS.depth} deep`);
  if (Array.isArray(value)) writeArray(value);
  else writeMap(value as { readonly [key: string]: CborValue });
  depth--;
}

function writeArray(items: readonly CborValue[]): void {
  checkCount(items.length);
  writeHead(MAJOR.array, items.length);
  // By index: a hole is `undefined`, and is refused as such.
  for (let i = 0; i < items.length; i++) write(items[i]!);
}

function writeMap(map: { readonly [key: string]: CborValue }): void {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) throw new UnencodableError('objects are plain');
  const keys = Object.keys(map);
  checkCount(keys.length);
  for (let i = 1; i < keys.length; i++) {
    if (compareKeys(keys[i - 1]!, keys[i]!) > 0) {
      keys.sort(compareKeys);
      break;
    }
  }
  writeHead(MAJOR.map, keys.length);
  for (const key of keys) {
    const before = used;
    writeText(key);
    if (used - before > CBOR_LIMITS.keyBytes + 3) throw new UnencodableError('a key is too long');
    write(map[key]!);
  }
}

function checkCount(count: number): void {
  if (count > CBOR_LIMITS.containerSize) throw new UnencodableError(`at most ${CBOR_LIMITS.containerSize} items`);
}

function writeByte(byte: number): void {
  reserve(1);
  scratch[used++] = byte;
}

function writeHead(major: number, argument: number): void {
  reserve(9);
  const type = major << 5;
  if (argument < 24) {
    scratch[used++] = type | argument;
    return;
  }
  const size = argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
  scratch[used++] = type | (size === 1 ? 24 : size === 2 ? 25 : size === 4 ? 26 : 27);
  let rest = argument;
  for (let i = size - 1; i >= 0; i--) {
    scratch[used + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  used += size;
}

function writeCid(cid: Cid): void {
  reserve(CID_SIZE + 5);
  scratch[used++] = 0xd8;
  scratch[used++] = 0x2a;
  scratch[used++] = 0x58;
  scratch[used++] = CID_SIZE + 1;
  scratch[used++] = 0;
  scratch.set(cid.bytes, used);
  used += CID_SIZE;
}

function writeText(text: string): void {
  const { length } = text;
  if (length <= 64) {
    reserve(length + 2);
    const start = used + (length < 24 ? 1 : 2);
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) break;
      scratch[start + i] = code;
    }
    if (i === length) {
      writeHead(MAJOR.text, length);
      used += length;
      return;
    }
  }
  if (!text.isWellFormed()) throw new UnencodableError('text holds half of a surrogate pair');
  // The head goes before a length that is only known behind it: most texts are ASCII, so guess, and move if wrong.
  reserve(length * 3 + 9);
  const guess = headSize(length);
  const { written } = utf8.encodeInto(text, scratch.subarray(used + guess));
  const actual = headSize(written);
  if (actual !== guess) scratch.copyWithin(used + actual, used + guess, used + guess + written);
  writeHead(MAJOR.text, written);
  used += written;
}

function headSize(argument: number): number {
  return argument < 24 ? 1 : argument < 0x100 ? 2 : argument < 0x1_0000 ? 3 : 5;
}

/** Length in UTF-8 first, then bytes, which for well-formed text is the order of code points. */
function compareKeys(a: string, b: string): number {
  const sizes = utf8Size(a) - utf8Size(b);
  if (sizes !== 0) return sizes;
  if (a.length === b.length && isAscii(a) && isAscii(b)) return a < b ? -1 : a > b ? 1 : 0;
  const left = utf8.encode(a);
  const right = utf8.encode(b);
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}

function utf8Size(text: string): number {
  return isAscii(text) ? text.length : utf8.encode(text).length;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}
