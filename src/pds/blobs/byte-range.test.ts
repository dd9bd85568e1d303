import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange } from './byte-range.ts';

test('one range of bytes is read as RFC 9110 has it', () => {
  for (const [header, range] of [
    ['bytes=0-0', [0, 0]], ['bytes=2-4', [2, 4]], ['bytes=2-', [2, 9]], ['bytes=2-99', [2, 9]], ['bytes=-3', [7, 9]], ['bytes=-99', [0, 9]], [' bytes=9-9 ', [9, 9]],
  ] as const) assert.deepEqual(byteRange(header, 10), { first: range[0], last: range[1] }, header);
  for (const header of ['bytes=10-', 'bytes=10-12', 'bytes=-0', 'bytes=999999999999999-']) assert.equal(byteRange(header, 10), 'outside', header);
  for (const header of [null, '', 'bytes=', 'bytes=-', 'bytes=4-2', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b', 'bytes=1-2;', 'bytes=9999999999999999-']) assert.equal(byteRange(header, 10), 'whole', String(header));
  assert.equal(byteRange('bytes=0-', 0), 'outside');
});
