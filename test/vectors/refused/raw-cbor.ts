// DAG-CBOR by hand: writes what is asked for, canonical or not, so that a test can have the one fault it wants.
import type { Cid } from '../../../src/protocol/index.ts';

/** Bytes that are one CBOR item, as far as their maker cares. */
export type Item = Uint8Array;

/** A field of a map. */
export type Field = readonly [name: string, value: Item];

/** Pieces one behind the other. */
export function join(...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return joinAll(pieces);
}

function joinAll(pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The head of an item: in the shortest form, or with its argument in `size` bytes. */
export function head(major: number, argument: number | bigint, size?: 1 | 2 | 4 | 8): Item {
  const value = BigInt(argument);
  const least = value < 24n ? 0 : value < 0x100n ? 1 : value < 0x1_0000n ? 2 : value < 0x1_0000_0000n ? 4 : 8;
  const width = size ?? least;
  if (width === 0) return Uint8Array.of((major << 5) | Number(value));
  const info = { 1: 24, 2: 25, 4: 26, 8: 27 }[width as 1 | 2 | 4 | 8];
  const item = new Uint8Array(1 + width);
  item[0] = (major << 5) | info;
  for (let i = 0; i < width; i++) item[width - i] = Number((value >> BigInt(i * 8)) & 0xffn);
  return item;
}

export const NULL: Item = Uint8Array.of(0xf6);

export function uint(value: number | bigint): Item {
  return head(0, value);
}

export function bytes(value: Uint8Array): Item {
  return join(head(2, value.length), value);
}

/** Text, or bytes that only claim to be text. */
export function text(value: string | Uint8Array): Item {
  const utf8 = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return join(head(3, utf8.length), utf8);
}

export function array(items: readonly Item[]): Item {
  return joinAll([head(4, items.length), ...items]);
}

/** A map with its fields in the order given, whatever that is. */
export function map(fields: readonly Field[]): Item {
  return join(head(5, fields.length), ...fields.flatMap(([name, value]) => [text(name), value]));
}

/** The fields in the order that DAG-CBOR wants: shorter names first, then by bytes. */
export function inOrder(fields: readonly Field[]): Field[] {
  return fields.toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
}

export function tag(number: number, item: Item): Item {
  return join(head(6, number), item);
}

/** A link, to a CID of ours or to any bytes. */
export function link(cid: Cid | Uint8Array): Item {
  return tag(42, bytes(join([0], cid instanceof Uint8Array ? cid : cid.bytes)));
}

/** The fields with one of them replaced, or left out. */
export function withField(fields: readonly Field[], name: string, value: Item | null): Field[] {
  return fields.flatMap((field) => (field[0] !== name ? [field] : value === null ? [] : [[name, value] as const]));
}
