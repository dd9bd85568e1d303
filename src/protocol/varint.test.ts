import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { varint } from 'multiformats';
import { readVarint, VarintError, varintSize, writeVarint } from './varint.ts';

test('the examples of the specification', () => {
  for (const [value, bytes] of [
    [0, [0]], [1, [1]], [127, [0x7f]], [128, [0x80, 1]], [255, [0xff, 1]], [300, [0xac, 2]], [16_384, [0x80, 0x80, 1]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ] as const) {
    const written = new Uint8Array(bytes.length);
    assert.equal(varintSize(value), bytes.length);
    assert.equal(writeVarint(value, written, 0), bytes.length);
    assert.deepEqual([...written], bytes);
    assert.deepEqual(readVarint(written, 0), { value, size: bytes.length });
  }
});

test('reads what it wrote, as multiformats does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(70_000)), fc.nat(5), (value, offset) => {
      const size = varintSize(value);
      const bytes = new Uint8Array(offset + size + 3).fill(0xff);
      assert.equal(writeVarint(value, bytes, offset), offset + size);
      assert.deepEqual(readVarint(bytes, offset), { value, size });
      assert.deepEqual(varint.decode(bytes, offset), [value, size]);
      for (let end = offset; end < offset + size; end++) assert.equal(readVarint(bytes, offset, end), undefined);
    }),
  );
});

test('longer than needed, or beyond 2^53 − 1, is refused', () => {
  for (const bytes of [
    [0x80, 0], [0xff, 0x80, 0], [0x81, 0x80, 0x80, 0x80, 0],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
    Array<number>(20).fill(0x80),
  ]) {
    assert.throws(() => readVarint(Uint8Array.from(bytes), 0), VarintError, String(bytes));
  }
});
