import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import { numberOf, numberPart, PART, PartReader, partsOf } from './parts.ts';

test('a frame of any length comes out of its parts, none of which is longer than 16 KB', () => {
  for (const length of [0, 1, 16_379, 16_380, 32_762, 32_763, 100_000]) {
    const frame = Uint8Array.from({ length }, (_, index) => index % 251);
    const reader = new PartReader();
    const parts = [...partsOf(frame)];
    assert.ok(parts.every((part) => part.length <= 16_384));
    const frames = parts.map((part) => reader.take(part));
    assert.ok(frames.slice(0, -1).every((each) => each === undefined));
    assert.deepEqual(frames.at(-1), frame);
    assert.equal(reader.pending, 0);
  }
});

const begin = (length: number, ...bytes: readonly number[]): Uint8Array => Uint8Array.of(...numberPart(PART.begin, length), ...bytes);

const REFUSED: Readonly<Record<string, readonly Uint8Array[]>> = {
  'a frame that is too large, before room is made for it': [begin(MAX_FRAME_BYTES + 1)],
  'a frame that does not say how long it is': [Uint8Array.of(PART.begin, 0, 0)],
  'a part of no frame': [Uint8Array.of(PART.more, 1)],
  'a frame within a frame': [begin(2, 1), begin(2, 1)],
  'more than the frame wants': [begin(2, 1), Uint8Array.of(PART.more, 2, 3)],
  'more than the frame wants, at once': [begin(1, 1, 2)],
  'a part without a byte': [begin(2, 1), Uint8Array.of(PART.more)],
};

for (const [what, parts] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () => {
    const reader = new PartReader();
    for (const part of parts.slice(0, -1)) assert.equal(reader.take(part), undefined);
    assert.throws(() => reader.take(parts.at(-1)!), { code: 'BadFrame' });
  });
}

test('a number is four bytes, no more and no fewer', () => {
  assert.equal(numberOf(numberPart(PART.read, 1_234_567)), 1_234_567);
  assert.throws(() => numberOf(Uint8Array.of(PART.read, 1)), { code: 'BadFrame' });
});
