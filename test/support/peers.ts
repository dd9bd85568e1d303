import { answerChannel, offerChannel } from '../../src/bridge/webrtc/index.ts';
import type { DataChannelOptions, Peer } from '../../src/bridge/webrtc/index.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { ChannelPair } from '../../src/testing/index.ts';
import type { UdpFaultProxy } from './udp-fault-proxy.ts';

/** A peer connection of Node that needs no network beside this machine. */
export async function nodePeer(): Promise<Peer> {
  const { RTCPeerConnection } = await import('node-datachannel/polyfill');
  // What its types say of settings are those of browsers, which Node's do not know.
  const make = RTCPeerConnection as unknown as new (settings: object) => Peer;
  return new make({ iceServers: [], bindAddress: '127.0.0.1' });
}

/** A peer connection of Node as a page has one: it tells nobody its addresses, and is found because it calls. */
export async function hidingPeers(): Promise<new (settings: object) => Peer> {
  const { RTCPeerConnection } = await import('node-datachannel/polyfill');
  return class extends (RTCPeerConnection as unknown as new (settings: object) => Peer) {
    override get localDescription(): { readonly sdp: string } | null {
      const sdp = super.localDescription?.sdp;
      return sdp === undefined ? null : { sdp: sdp.replaceAll(/( udp \d+) \S+/gi, '$1 5f1a0d9e.local') };
    }
  };
}

/** Peers that were made, so that all of them can be closed. */
export class PeerStreet {
  readonly #peers: Peer[] = [];
  readonly #channels: Channel[] = [];
  readonly #options: DataChannelOptions;

  constructor(options: DataChannelOptions = {}) {
    this.#options = options;
  }

  /**
   * A fresh channel, both ends of it; with a proxy all of it goes through that. Whoever answers is told no address, and learns it when
   * it is called, as from browsers that hide theirs: where both call at once, libdatachannel can begin before it knows whose
   * certificate to expect.
   */
  async pair(proxy?: UdpFaultProxy): Promise<ChannelPair> {
    const [first, second] = [await this.peer(), await this.peer()];
    const offering = await offerChannel(first, this.#options);
    const answer = await answerChannel(second, { ...offering.session, candidates: [] }, this.#options);
    const [house, mirror] = await Promise.all([offering.accept(proxy?.facingHouse(answer.session) ?? answer.session), answer.channel]);
    this.#channels.push(house, mirror);
    return { house, mirror, cut: () => [first, second].forEach((peer) => peer.close()) };
  }

  async peer(): Promise<Peer> {
    const peer = await nodePeer();
    this.#peers.push(peer);
    return peer;
  }

  /** Closes all of them, and the threads behind them. */
  async close(): Promise<void> {
    for (const channel of this.#channels) channel.close();
    for (const peer of this.#peers) peer.close();
    (await import('node-datachannel')).cleanup();
  }
}
