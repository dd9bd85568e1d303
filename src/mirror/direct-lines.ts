import { isIP } from 'node:net';
import { answerChannel } from '../bridge/webrtc/index.ts';
import type { Peer, Session } from '../bridge/webrtc/index.ts';
import { ChannelError, MirrorRefusal } from '../mirroring/index.ts';
import type { Channel } from '../mirroring/index.ts';
import type { Did } from '../protocol/index.ts';
import { isPublicAddress } from './identity/public-address.ts';
import type { WebRtcSettings } from './settings.ts';

export interface DirectLinesOptions {
  readonly settings: WebRtcSettings;
  /** Gets the mirror's end of a conversation; resolves when that has ended. */
  readonly accept: (channel: Channel) => Promise<void>;
  /** Whether the mirror is one of the world: then it calls no address that is not public. */
  readonly isPublic: boolean;
}

const MOST_LINES = 1_000;
const MOST_OF_ONE_ACCOUNT = 10;
/** How often is looked whether all have gone. */
const LOOK_MS = 10;

/** Peer connections of Node, which the W3C's types are not about. */
type MakePeer = new (settings: object) => Peer;

/** Direct connections of houses with this mirror, over WebRTC. */
export class DirectLines {
  readonly #makePeer: MakePeer;
  readonly #options: DirectLinesOptions;
  readonly #open = new Map<Did, Set<Peer>>();
  /** Those over which a conversation goes. */
  readonly #channels = new Map<Peer, Channel>();
  #count = 0;

  private constructor(makePeer: MakePeer, options: DirectLinesOptions) {
    this.#makePeer = makePeer;
    this.#options = options;
  }

  /** Undefined where the optional package for them is not installed. */
  static async load(options: DirectLinesOptions): Promise<DirectLines | undefined> {
    const found = await import('node-datachannel/polyfill').catch(() => undefined);
    return found && new DirectLines(found.RTCPeerConnection as unknown as MakePeer, options);
  }

  /** How many conversations there are. */
  get size(): number {
    return this.#channels.size;
  }

  /** Those that a house may ask for its own address: what needs a password is the mirror's alone. */
  get iceServers(): readonly string[] {
    return this.#options.settings.iceServers.map(({ urls }) => urls).filter((url) => url.startsWith('stun:'));
  }

  /**
   * Answers an offer of an account, whose fingerprint was verified.
   * @throws MirrorRefusal QuotaExceeded; ChannelError Lost, where there is no room or no port for it
   */
  async answer(did: Did, offer: Session): Promise<{ readonly sdp: string; readonly session: Session }> {
    const own = this.#open.get(did) ?? new Set();
    if (own.size >= MOST_OF_ONE_ACCOUNT) throw new MirrorRefusal('QuotaExceeded', 'There are too many direct connections open.');
    const { settings: { ports, iceServers }, accept } = this.#options;
    // Each has a port of its own.
    const most = ports === undefined ? MOST_LINES : Math.min(MOST_LINES, ports.to - ports.from + 1);
    if (this.#count >= most) throw new ChannelError('Lost', 'This mirror has as many direct connections as it takes.');
    // What is given to it is changed by it.
    const servers = iceServers.map((server) => ({ ...server }));
    const peer = new this.#makePeer({ iceServers: servers, ...(ports !== undefined && { portRangeBegin: ports.from, portRangeEnd: ports.to }) });
    this.#open.set(did, own.add(peer));
    this.#count++;
    const gone = (): void => {
      if (!own.delete(peer)) return;
      this.#channels.delete(peer);
      this.#count--;
      if (own.size === 0 && this.#open.get(did) === own) this.#open.delete(did);
    };
    try {
      const { sdp, session, channel } = await answerChannel(peer, this.#callable(offer));
      channel.then((opened) => {
        this.#channels.set(peer, opened);
        return accept(opened);
      }).then(gone, gone);
      return { sdp, session };
    } catch (error) {
      peer.close();
      gone();
      throw error;
    }
  }

  /** Takes leave of all, after what was said to them; resolves when they have gone, or after so many milliseconds. */
  async finish(ms: number): Promise<void> {
    const leaving = [...this.#channels];
    for (const [, channel] of leaving) channel.close();
    const end = performance.now() + ms;
    while (performance.now() < end && leaving.some(([{ connectionState }]) => connectionState === 'connected')) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }

  /** Ends all of them. */
  close(): void {
    for (const peers of this.#open.values()) for (const peer of peers) peer.close();
  }

  /** No name is looked up, and nobody's inner network called. Who is not called calls here, and is heard. */
  #callable(offer: Session): Session {
    const isCallable = this.#options.isPublic ? isPublicAddress : (address: string) => isIP(address) !== 0;
    return { ...offer, candidates: offer.candidates.filter(({ address }) => isCallable(address)) };
  }
}
