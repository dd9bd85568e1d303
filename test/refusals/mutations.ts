// Ways to spoil bytes, for fuzzing.
import fc from 'fast-check';
import { link, join } from '../vectors/refused/raw-cbor.ts';
import { readCar } from '../../src/repo/index.ts';
import type { Block } from '../../src/repo/index.ts';
import { headerOf, section } from '../support/malformed.ts';

/** One change of some bytes. Places are parts of the length, so that they fit whatever they are done to. */
export type Edit =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly count: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly count: number };

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
// Bytes that mean something to CBOR and CARs are likelier than they are by chance.
const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x00, 0x01, 0x40, 0x60, 0x7f, 0x80, 0x9b, 0xa0, 0xa2, 0xa4, 0xd8,
  0xf6, 0xf7, 0xfb, 0xff));

/** One to three changes. */
export const edits: fc.Arbitrary<Edit[]> = fc.array(fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at, byte }),
  fc.record({ kind: fc.constant('insert' as const), at,
    bytes: fc.array(byte, { minLength: 1, maxLength: 9 }).map((items) => Uint8Array.from(items)) }),
  fc.record({ kind: fc.constant('delete' as const), at, count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at, count: fc.integer({ min: 1, max: 60 }) }),
), { minLength: 1, maxLength: 3 });

/** The bytes after the changes, one after the other. */
export function edited(bytes: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let result = bytes;
  for (const change of changes) {
    const place = Math.floor(change.at * result.length);
    const [before, behind] = [result.slice(0, place), result.slice(place)];
    switch (change.kind) {
      case 'flip':
        if (behind.length > 0) result = result.with(place, result[place]! ^ (1 << change.bit));
        break;
      case 'set':
        if (behind.length > 0) result = result.with(place, change.byte);
        break;
      case 'insert':
        result = join(before, change.bytes, behind);
        break;
      case 'delete':
        result = join(before, behind.slice(change.count));
        break;
      case 'repeat':
        result = join(before, behind.slice(0, change.count), behind);
    }
  }
  return result;
}

/** One change of which blocks a CAR has and in what order. */
export interface BlockEdit {
  readonly kind: 'drop' | 'double' | 'swap';
  readonly at: number;
  readonly with: number;
}

/** One to three changes. */
export const blockEdits: fc.Arbitrary<BlockEdit[]> = fc.array(
  fc.record({ kind: fc.constantFrom('drop' as const, 'double' as const, 'swap' as const), at, with: at }),
  { minLength: 1, maxLength: 3 },
);

/** The CAR with other blocks, or the same in another order. */
export function rearranged(car: Uint8Array, changes: readonly BlockEdit[]): Uint8Array {
  const { root, blocks } = readCar(car);
  let result: Block[] = [...blocks];
  for (const change of changes) {
    const first = Math.floor(change.at * result.length);
    const second = Math.floor(change.with * result.length);
    if (change.kind === 'drop') result = result.toSpliced(first, 1);
    else if (change.kind === 'double') result = result.toSpliced(second, 0, ...result.slice(first, first + 1));
    else if (result.length > 0) result = result.with(first, result[second]!).with(second, result[first]!);
  }
  return join(headerOf([link(root)]), ...result.map(section));
}
