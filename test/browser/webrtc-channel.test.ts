// What test/contract/webrtc.test.ts asks of channels in Node, of two peers of the browser.
import { answerChannel, offerChannel } from '../../src/bridge/webrtc/index.ts';
import { channelContract } from '../../src/testing/index.ts';
import type { Peer } from '../../src/bridge/webrtc/index.ts';
import type { ChannelPair } from '../../src/testing/index.ts';

const makePeer = (): Peer => new RTCPeerConnection({ iceServers: [] }) as unknown as Peer;

async function connected(): Promise<ChannelPair> {
  const [first, second] = [makePeer(), makePeer()];
  const offering = await offerChannel(first);
  const answer = await answerChannel(second, offering.session);
  const [house, mirror] = await Promise.all([offering.accept(answer.session), answer.channel]);
  return { house, mirror, cut: () => [first, second].forEach((peer) => peer.close()) };
}

/** Whether this browser has peer connections, and a network that it uses for them. */
async function isPossible(): Promise<boolean> {
  if (!('RTCPeerConnection' in globalThis)) return false;
  const offering = await offerChannel(makePeer());
  offering.giveUp();
  return offering.session.candidates.length > 0;
}

const isHere = await isPossible();

describe('channel over WebRTC', () => {
  for (const { name, run } of isHere ? channelContract : []) {
    it(name, async () => {
      const pair = await connected();
      try {
        await run(pair);
      } finally {
        pair.house.close();
        pair.mirror.close();
      }
    });
  }

  it('there are peer connections, and a network for them', function test() {
    if (!isHere) this.skip();
  });
});
