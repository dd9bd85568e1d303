import fc from 'fast-check';
import { readCid } from '../../src/protocol/index.ts';
import type { CborMap, CborValue, Cid } from '../../src/protocol/index.ts';

const cids: fc.Arbitrary<Cid> = fc
  .tuple(fc.constantFrom(0x71, 0x55), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([codec, digest]) => readCid(Uint8Array.from([1, codec, 0x12, 0x20, ...digest])));

// Any characters, and often few of them, so that keys of one length meet and repeat from map to map.
const texts = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 20, maxLength: 300 }),
);
const keys = fc.oneof(texts, fc.constantFrom('__proto__', 'constructor', 'a', 'b', 'aa', '1', '10', '9', ''));

const integers = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -24, -25, -256, -257, -(2 ** 32), -(2 ** 32) - 1),
);

const { value, list, map } = fc.letrec<{ value: CborValue; list: readonly CborValue[]; map: CborMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constantFrom(null, true, false),
    integers,
    texts,
    fc.uint8Array({ maxLength: 300 }),
    cids,
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 30 }),
  map: fc.dictionary(keys, tie('value'), { maxKeys: 30, noNullPrototype: true }),
}));

/** Random values of the data model: mostly containers, up to seven deep, of all that they can hold. */
export const cborValues: fc.Arbitrary<CborValue> = fc.oneof(
  { arbitrary: value, weight: 1 },
  { arbitrary: list, weight: 2 },
  { arbitrary: map, weight: 4 },
);
