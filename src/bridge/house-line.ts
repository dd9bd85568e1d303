import { ServiceAuthError } from '../protocol/index.ts';
import { makePeer, notTaken, offerTo } from './signalling.ts';
import { answerChannel, MeetingError, offerChannel, verifyAnswer, verifyOffer } from './webrtc/index.ts';
import type { Call, Channel } from '../mirroring/index.ts';
import type { Did, PublicKey, ServiceAuthExpectations } from '../protocol/index.ts';

/** Of whom both houses are, and by which mirror they find each other. */
export interface Family {
  readonly did: Did;
  /** That signs for the account, in either house. */
  readonly key: PublicKey;
  /** The origin of the mirror. */
  readonly url: string;
  readonly mirrorDid: string;
  /** By how many milliseconds the clock of this device is ahead of the mirror's. */
  readonly clockAheadMs: number;
}

/** Has the account sign fingerprints: a service-auth token for a method of the mirror, which names them. */
export type SignFingerprints = (purpose: 'call' | 'answer', fingerprints: readonly string[]) => Promise<string>;

/** Calls live for a minute; so many are remembered. */
const MOST_REMEMBERED = 1_000;

/** The lines of one house to the others of its account. */
export class HouseLines {
  /** Fingerprints of calls that were made: whoever calls is rung as well, perhaps when the call is over. */
  readonly #own = new Set<string>();
  readonly #seen = new Set<string>();

  /**
   * Opens a direct connection to another house of the account, through the mirror that both know. It is taken only if the account has
   * signed the answer, and in it the fingerprint of either side.
   * @throws ChannelError Lost, where no other house is open, or none comes of it; MeetingError, ServiceAuthError, where who answered
   *   is no house of the account; what `sign` throws
   */
  async call(family: Family, sign: SignFingerprints, signal: AbortSignal): Promise<Channel> {
    const offering = await offerChannel(await makePeer('house', family.url, signal), { signal });
    const { fingerprint } = offering.session;
    try {
      remember(this.#own, fingerprint);
      const { sdp, token } = await offerTo(family.url, 'call', offering.sdp, await sign('call', [fingerprint]), signal);
      if (typeof sdp !== 'string' || typeof token !== 'string') throw notTaken();
      return await offering.accept(await verifyAnswer({ sdp, token }, fingerprint, this.#expected(family, 'answer')));
    } catch (error) {
      offering.giveUp();
      throw error;
    }
  }

  /**
   * Takes the call of another house of the account, if it is one.
   * @param answer passes the answer on
   * @returns undefined where it is a call of this house, or of nobody who may call
   * @throws ChannelError Lost, where no connection comes of it; what `sign` throws
   */
  async take(family: Family, { id, ...offer }: Call, sign: SignFingerprints, answer: (answer: Call) => void, signal: AbortSignal): Promise<Channel | undefined> {
    try {
      const { session } = await verifyOffer(offer, this.#expected(family, 'call'));
      if (this.#own.has(session.fingerprint)) return undefined;
      const answering = await answerChannel(await makePeer('house', family.url, signal), session, { signal });
      try {
        answer({ id, sdp: answering.sdp, token: await sign('answer', [session.fingerprint, answering.session.fingerprint]) });
        return await answering.channel;
      } catch (error) {
        answering.giveUp();
        throw error;
      }
    } catch (error) {
      if (error instanceof MeetingError || error instanceof ServiceAuthError) return undefined;
      throw error;
    }
  }

  #expected({ mirrorDid, key, clockAheadMs, did }: Family, purpose: 'call' | 'answer'): ServiceAuthExpectations {
    return {
      audiences: [mirrorDid], lxm: `app.holdfast.mirror.${purpose}`, now: Date.now() - clockAheadMs,
      keyOf: async (iss) => {
        if (iss !== did) throw new MeetingError('FingerprintUnsigned', 'It is a house of another account.');
        return key;
      },
      once: (_, jti) => remember(this.#seen, jti),
    };
  }
}

/** Whether that was news. */
function remember(known: Set<string>, name: string): boolean {
  if (known.size >= MOST_REMEMBERED) known.clear();
  return known.size < known.add(name).size;
}
