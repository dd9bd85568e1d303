import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPeer, FakePeer } from '../../../test/support/fake-peer.ts';
import { MAX_FRAME_BYTES } from '../../protocol/index.ts';
import { channelOf } from './data-channel.ts';
import { PART, partsOf } from './parts.ts';
import type { DataChannel } from './peer.ts';

function setUp() {
  const peer = new FakePeer();
  peer.channel.readyState = 'open';
  return { peer, side: peer.channel, channel: channelOf(asPeer(peer), peer.channel as unknown as DataChannel) };
}

test('whoever asks whether this side is there, and takes nothing, is answered no more', () => {
  const { side } = setUp();
  side.hear(PART.ping);
  assert.deepEqual(side.sent, [Uint8Array.of(PART.pong)]);
  side.bufferedAmount = 5_000_000;
  for (let index = 0; index < 100; index++) side.hear(PART.ping);
  assert.equal(side.sent.length, 1);
  side.bufferedAmount = 0;
  side.hear(PART.ping);
  assert.equal(side.sent.length, 2);
  side.become('close');
});

/** What may wait unread: the window, and the frame that was begun before it was full. */
const MOST = 1024 * 1024 + MAX_FRAME_BYTES;

for (const [what, bytes, cost] of [['frames of some size', 100_000, 100_064], ['empty frames', 0, 64]] as const) {
  test(`whoever sends more than is read, in ${what}, loses the channel`, async () => {
    const { peer, side, channel } = setUp();
    let frames = 0;
    for (; peer.closed === 0 && frames * cost < 2 * MOST; frames++) {
      for (const part of partsOf(new Uint8Array(bytes))) side.hear(...part);
    }
    assert.ok(frames * cost > MOST && frames * cost < MOST + 5 * cost, `${frames} frames`);
    let read = 0;
    await assert.rejects(async () => {
      for await (const _ of channel.frames) read++;
    }, { code: 'BadFrame' });
    assert.equal(read, frames - 1);
  });
}
