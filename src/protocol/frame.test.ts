import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '@ipld/dag-cbor';
import { decodeFrame, encodeErrorFrame, encodeFrame, FrameError } from './frame.ts';

const two = (header: unknown, body: unknown): Uint8Array => new Uint8Array(Buffer.concat([encode(header), encode(body)]));

test('a frame is a header and a body, as another encoder writes them', () => {
  const body = { seq: 7, active: true, did: 'did:web:example.com', time: '2026-11-24T00:00:00.000Z' };
  assert.deepEqual(encodeFrame('#account', body), two({ op: 1, t: '#account' }, body));
  assert.deepEqual(decodeFrame(encodeFrame('#account', body)), { kind: 'message', type: '#account', body });
  assert.deepEqual(encodeErrorFrame('FutureCursor', 'Cursor in the future.'), two({ op: -1 }, { error: 'FutureCursor', message: 'Cursor in the future.' }));
});

test('an error frame has a name and perhaps a sentence', () => {
  assert.deepEqual(decodeFrame(encodeErrorFrame('ConsumerTooSlow')), { kind: 'error', error: 'ConsumerTooSlow', message: undefined });
  assert.deepEqual(decodeFrame(encodeErrorFrame('FutureCursor', 'why')), { kind: 'error', error: 'FutureCursor', message: 'why' });
});

test('a frame of a later version is to be passed over', () => {
  assert.deepEqual(decodeFrame(two({ op: 2, t: '#x' }, {})), { kind: 'unknown' });
  assert.deepEqual(decodeFrame(two({ op: 1, t: '#later', hint: 1 }, { new: true })), { kind: 'message', type: '#later', body: { new: true } });
});

const refused: readonly { readonly why: string; readonly bytes: Uint8Array; readonly fault: string }[] = [
  { why: 'nothing', bytes: new Uint8Array(0), fault: 'header' },
  { why: 'a header alone', bytes: encode({ op: 1, t: '#x' }), fault: 'body' },
  { why: 'a header that is no map', bytes: two([1, '#x'], {}), fault: 'header' },
  { why: 'a body that is no map', bytes: two({ op: 1, t: '#x' }, [1]), fault: 'body' },
  { why: 'a body of bytes', bytes: two({ op: 1, t: '#x' }, Uint8Array.of(1)), fault: 'body' },
  { why: 'a message without a type', bytes: two({ op: 1 }, {}), fault: 'header' },
  { why: 'a message with an empty type', bytes: two({ op: 1, t: '' }, {}), fault: 'header' },
  { why: 'a type that is a number', bytes: two({ op: 1, t: 4 }, {}), fault: 'header' },
  { why: 'a header without an op', bytes: two({ t: '#x' }, {}), fault: 'header' },
  { why: 'an error without a name', bytes: two({ op: -1 }, { message: 'x' }), fault: 'body' },
  { why: 'an error whose sentence is none', bytes: two({ op: -1 }, { error: 'X', message: 3 }), fault: 'body' },
  { why: 'something behind the body', bytes: new Uint8Array([...two({ op: 1, t: '#x' }, {}), 0xa0]), fault: 'body' },
  { why: 'a body that ends in the middle', bytes: two({ op: 1, t: '#x' }, { a: 'long enough' }).slice(0, -2), fault: 'body' },
  { why: 'a float', bytes: two({ op: 1, t: '#x' }, { a: 1.5 }), fault: 'body' },
];

for (const { why, bytes, fault } of refused) {
  test(`refuses ${why}`, () => {
    assert.throws(() => decodeFrame(bytes), (error) => error instanceof FrameError && error.details['fault'] === fault);
  });
}

test('refuses a frame over the limit before it reads it', () => {
  assert.throws(() => decodeFrame(encodeFrame('#x', { a: 'x'.repeat(100) }), 100), { details: { fault: 'too-large' } });
});
