import assert from 'node:assert/strict';
import { test } from 'node:test';
import { is } from '@atcute/lexicons';
import fc from 'fast-check';
import { DID, House, p256, post } from '../../test/support/house.ts';
import { cidOf, datetimeFromMs, decodeFrame, encodeErrorFrame, encodeFrame, lexicons, toJson } from '../protocol/index.ts';
import type { CborMap } from '../protocol/index.ts';
import { verifyCommitMessage } from '../repo/index.ts';
import { decodeHouseMessage, decodeMirrorMessage, encodeHouseMessage, encodeMirrorMessage } from './codec.ts';
import { decodeCommitBody, encodeCommitBody } from './commit-body.ts';
import type { HouseMessage, MirrorMessage } from './messages.ts';
import { ChannelError } from './ports/channel.ts';
import { signReceipt } from './receipt.ts';

const house = await House.create([{ action: 'create', path: 'app.bsky.feed.post/one', record: post('one') }]);
const { message, result } = await house.write([
  { action: 'create', path: 'app.bsky.feed.post/two', record: post('two') },
  { action: 'update', path: 'app.bsky.feed.post/one', record: post('three') },
]);
const blob = cidOf(Uint8Array.of(1), 'raw');
const time = datetimeFromMs(1_790_000_000_000);
const { cid, rev, data } = result.commit;
const receipt = await signReceipt(p256, { did: DID, commit: cid, rev, seq: 12 }, 1_790_000_000_000);

const houseMessages: readonly HouseMessage[] = [
  { type: '#hello', did: DID, token: 'a.b.c', version: '1.0.0' },
  { type: '#commit', message },
  { type: '#commit', message: house.history[0]!.message },
  { type: '#offer', blobs: [blob] },
  { type: '#identity' },
  { type: '#answer', id: 'one', sdp: 'v=0', token: 'a.b.c' },
];

const mirrorMessages: readonly MirrorMessage[] = [
  { type: '#welcome', time, limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 } },
  { type: '#welcome', head: { cid, rev, data }, seq: 12, time, limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 } },
  { type: '#welcome', time, limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 }, unclaimed: 2 },
  { type: '#ack', receipt },
  { type: '#reject', code: 'InvalidToken', message: 'No.', time },
  { type: '#reject', rev, code: 'StaleHead', message: 'No.', head: { cid, rev, data }, time },
  { type: '#want', blobs: [blob] },
  { type: '#noted' },
  { type: '#ring', id: 'one', sdp: 'v=0', token: 'a.b.c' },
];

/** Whether the body is what the lexicon says of its type. */
function fitsLexicon(frame: Uint8Array): boolean {
  const found = decodeFrame(frame);
  assert.ok(found.kind === 'message');
  const body = { $type: `app.holdfast.mirror.converse${found.type}`, ...(toJson(found.body) as object) };
  return is(lexicons.AppHoldfastMirrorConverse.mainSchema.message!, body);
}

test('what a house says is read as it was said, and fits its lexicon', () => {
  for (const said of houseMessages) {
    const frame = encodeHouseMessage(said);
    assert.deepEqual(plain(decodeHouseMessage(frame)), plain(said));
    assert.ok(fitsLexicon(frame), said.type);
  }
});

test('what a mirror says is read as it was said, and fits its lexicon', () => {
  for (const said of mirrorMessages) {
    const frame = encodeMirrorMessage(said);
    assert.deepEqual(plain(decodeMirrorMessage(frame)), plain(said));
    assert.ok(fitsLexicon(frame), said.type);
  }
});

test('a #commit that waited in an outbox and went through a frame still verifies', async () => {
  const waited = decodeCommitBody(encodeCommitBody(message));
  const read = decodeHouseMessage(encodeHouseMessage({ type: '#commit', message: waited }));
  assert.ok(read.type === '#commit');
  await verifyCommitMessage(read.message, { key: p256.publicKey });
});

test('a sentence that is too long is cut, not refused', () => {
  const read = decodeMirrorMessage(encodeMirrorMessage({ type: '#reject', code: 'c'.repeat(99), message: 'm'.repeat(2_000), time }));
  assert.ok(read.type === '#reject' && read.code.length === 64 && read.message.length === 1_000);
});

const hello = { did: DID, token: 'a.b.c', version: '1' };
const body = bodyOf(encodeHouseMessage({ type: '#commit', message }));
const receiptFields = bodyOf(encodeMirrorMessage({ type: '#ack', receipt }))['receipt'] as CborMap;
const { did: _did, ...withoutDid } = hello;

const refusedOfHouse: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['a truncated frame', encodeHouseMessage({ type: '#commit', message }).subarray(0, 900)],
  ['an error', encodeErrorFrame('FutureCursor')],
  ['a type that nobody knows', encodeFrame('#request', {})],
  ['what only a mirror says', encodeFrame('#noted', {})],
  ['a hello without a DID', encodeFrame('#hello', withoutDid)],
  ['a hello of no DID', encodeFrame('#hello', { ...hello, did: 'alice' })],
  ['a hello whose token is a number', encodeFrame('#hello', { ...hello, token: 5 })],
  ['a hello with an endless token', encodeFrame('#hello', { ...hello, token: 't'.repeat(4_097) })],
  ['an offer of texts', encodeFrame('#offer', { blobs: [blob.toString()] })],
  ['an offer of one', encodeFrame('#offer', { blobs: blob })],
  ['an offer of too many', encodeFrame('#offer', { blobs: new Array(501).fill(blob) })],
  ['a commit without since', encodeFrame('#commit', without(body, 'since'))],
  ['a commit whose rev is none', encodeFrame('#commit', { ...body, rev: 'zzz' })],
  ['a commit named by text', encodeFrame('#commit', { ...body, commit: cid.toString() })],
  ['a commit with an operation that is a text', encodeFrame('#commit', { ...body, ops: ['create'] })],
  ['an operation that moves', encodeFrame('#commit', { ...body, ops: [{ action: 'move', path: 'a/b', cid: null }] })],
  ['an operation without cid', encodeFrame('#commit', { ...body, ops: [{ action: 'delete', path: 'a/b' }] })],
  ['an operation whose prev is null', encodeFrame('#commit', { ...body, ops: [{ action: 'create', path: 'a/b', cid, prev: null }] })],
  ['a commit with blocks of text', encodeFrame('#commit', { ...body, blocks: 'car' })],
  ['a commit of no time', encodeFrame('#commit', { ...body, time: 'now' })],
];

for (const [why, frame] of refusedOfHouse) {
  test(`refuses from a house: ${why}`, () => {
    assert.throws(() => decodeHouseMessage(frame), (error) => error instanceof ChannelError && error.code === 'BadFrame');
  });
}

const refusedOfMirror: readonly (readonly [string, Uint8Array])[] = [
  ['what only a house says', encodeFrame('#offer', { blobs: [] })],
  ['a welcome without limits', encodeFrame('#welcome', { time })],
  ['a welcome with a negative seq', encodeFrame('#welcome', { time, seq: -1, limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 } })],
  ['a welcome with half a head', encodeFrame('#welcome', { time, head: { commit: cid.toString() }, limits: { blobBytes: 1, repoBytes: 2, aheadMs: 3 } })],
  ['an ack without receipt', encodeFrame('#ack', {})],
  ['a receipt of no event', encodeFrame('#ack', { receipt: { ...receiptFields, seq: 0 } })],
  ['a receipt whose commit is a link', encodeFrame('#ack', { receipt: { ...receiptFields, commit: cid } })],
  ['a receipt of a CID of another kind', encodeFrame('#ack', { receipt: { ...receiptFields, commit: 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG' } })],
  ['a signature that is too long', encodeFrame('#ack', { receipt: { ...receiptFields, sig: new Uint8Array(65) } })],
  ['a reject of no rev', encodeFrame('#reject', { rev: '', code: 'x', message: 'x', time })],
];

for (const [why, frame] of refusedOfMirror) {
  test(`refuses from a mirror: ${why}`, () => {
    assert.throws(() => decodeMirrorMessage(frame), (error) => error instanceof ChannelError && error.code === 'BadFrame');
  });
}

test('whatever bytes come, they are read or refused by name', () => {
  const frames = [...houseMessages.map(encodeHouseMessage), ...mirrorMessages.map(encodeMirrorMessage)];
  const broken = fc.tuple(fc.constantFrom(...frames), fc.nat(), fc.nat(255), fc.nat()).map(([frame, at, byte, cut]) => {
    const bytes = frame.slice(0, cut % 3 === 0 ? cut % frame.length : frame.length);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
  const isRefusal = (error: unknown): boolean => error instanceof ChannelError && error.code === 'BadFrame';
  fc.assert(fc.property(fc.oneof(broken, fc.uint8Array()), (bytes) => {
    for (const decode of [decodeHouseMessage, decodeMirrorMessage, decodeCommitBody]) {
      try {
        decode(bytes);
      } catch (error) {
        assert.ok(isRefusal(error), String(error));
      }
    }
  }), { seed: 3, numRuns: 2_000 });
});

test('fields of a later version are passed over, and a body that is none is refused', () => {
  assert.equal(decodeHouseMessage(encodeFrame('#identity', { because: 'handle' })).type, '#identity');
  assert.throws(() => decodeCommitBody(Uint8Array.of(0xa0)), { code: 'BadFrame' });
  assert.throws(() => decodeCommitBody(Uint8Array.of(0xff)), { code: 'BadFrame' });
});

function bodyOf(frame: Uint8Array): CborMap {
  const found = decodeFrame(frame);
  assert.ok(found.kind === 'message');
  return found.body;
}

function without(map: CborMap, name: string): CborMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name));
}

/** CIDs as texts and bytes as arrays: the same content in other buffers is equal. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
