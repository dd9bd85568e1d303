import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { mock, test } from 'node:test';
import { asPeer, FakePeer } from '../../../test/support/fake-peer.ts';
import { answerChannel, offerChannel } from './index.ts';
import type { Peer } from './peer.ts';
import type { Session } from './session.ts';

const SESSION: Session = {
  ufrag: 'abcd', pwd: 'a'.repeat(22), fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'), setup: 'actpass', candidates: [],
};
const never = new Promise<void>(() => undefined);

const refused = async (): Promise<void> => {
  throw new TypeError('no');
};

/** What can go wrong on the way, to one side. */
const FAILURES: Readonly<Record<string, { readonly peer?: Partial<FakePeer>; readonly abort?: boolean }>> = {
  'what it says of itself cannot be read': { peer: { localDescription: { sdp: 'v=0' } } },
  'it says nothing of itself': { peer: { localDescription: null } },
  'it can make no description': { peer: { setLocalDescription: refused } },
  'it is given up meanwhile': { peer: { setLocalDescription: () => never }, abort: true },
  'it is given up while it looks for addresses': { peer: { iceGatheringState: 'gathering' }, abort: true },
};

for (const [what, { peer: more = {}, abort = false }] of Object.entries(FAILURES)) {
  for (const [side, begin] of Object.entries({ offerChannel, answers: (peer: Peer, options: object) => answerChannel(peer, SESSION, options) })) {
    test(`${side === 'answers' ? side : 'offers'}: where ${what} nothing stays open`, async () => {
      const { signal, peer, end } = setUp(more);
      const beginning = begin(asPeer(peer), { signal });
      if (abort) end.abort();
      await assert.rejects(beginning, { code: 'Lost' });
      assertGone(peer, signal);
    });
  }
}

function setUp(more: Partial<FakePeer> = {}) {
  const end = new AbortController();
  const peer = Object.assign(new FakePeer(), more);
  return { end, peer, signal: end.signal, offering: () => offerChannel(asPeer(peer), { signal: end.signal, openMs: 1_000 }) };
}

function assertGone(peer: FakePeer, signal: AbortSignal): void {
  assert.equal(peer.closed, 1);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
}

test('nothing is begun after the end', async () => {
  const { end, peer, signal, offering } = setUp();
  end.abort();
  await assert.rejects(offering(), { code: 'Lost' });
  assertGone(peer, signal);
});

test('an offer, or an answer, of which the peer makes nothing leaves nothing open', async () => {
  const one = setUp({ setRemoteDescription: refused });
  await assert.rejects(answerChannel(asPeer(one.peer), SESSION, { signal: one.signal }), { code: 'Lost' });
  assertGone(one.peer, one.signal);
  const two = setUp({ setRemoteDescription: refused });
  const offering = await two.offering();
  await assert.rejects(offering.accept(SESSION), { code: 'Lost' });
  assertGone(two.peer, two.signal);
});

test('an offer without an answer, and an answer that nobody wants, are given up', async () => {
  const one = setUp();
  (await one.offering()).giveUp();
  assertGone(one.peer, one.signal);
  const two = setUp();
  const answering = await answerChannel(asPeer(two.peer), SESSION, { signal: two.signal });
  answering.giveUp();
  await assert.rejects(answering.channel, { code: 'Lost' });
  assertGone(two.peer, two.signal);
});

test('where they do not find each other nothing stays open', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    for (const lose of [
      () => mock.timers.tick(1_000), ({ channel }: FakePeer) => channel.become('close'),
      (peer: FakePeer) => {
        peer.connectionState = 'failed';
        peer.dispatchEvent(new Event('connectionstatechange'));
      },
    ]) {
      const { peer, signal, offering } = setUp();
      const accepting = (await offering()).accept(SESSION);
      // It waits by then.
      await new Promise(setImmediate);
      lose(peer);
      await assert.rejects(accepting, { code: 'Lost' });
      assertGone(peer, signal);
    }
  } finally {
    mock.timers.reset();
  }
});

test('a channel that has ended is kept by nobody, and one that is open ends with the signal', async () => {
  for (const isGivenUp of [false, true]) {
    const { end, peer, signal, offering } = setUp();
    const accepting = (await offering()).accept(SESSION);
    peer.channel.become('open');
    const channel = await accepting;
    assert.equal(peer.closed, 0);
    if (isGivenUp) end.abort();
    else channel.close();
    // The other side has heard the last word, and leaves.
    peer.channel.become('close');
    assertGone(peer, signal);
    await assert.rejects(channel.send(new Uint8Array()), { code: 'Closed' });
  }
});

test('servers that are silent are waited for half a second, and what was found by then is told', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { peer, offering } = setUp({ iceGatheringState: 'gathering' });
    const beginning = offering();
    await new Promise(setImmediate);
    mock.timers.tick(500);
    (await beginning).giveUp();
    assert.equal(peer.closed, 1);
  } finally {
    mock.timers.reset();
  }
});
